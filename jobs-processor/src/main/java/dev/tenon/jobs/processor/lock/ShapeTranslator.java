package dev.tenon.jobs.processor.lock;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.ConstraintUse;
import dev.tenon.jobs.processor.model.Content;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.RecordShape;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.SimpleResult;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.StoredValue;
import dev.tenon.jobs.processor.model.TaskInputMethod;
import dev.tenon.jobs.processor.model.TaskInputMethod.Returned;
import dev.tenon.jobs.processor.model.TypeNames;
import dev.tenon.jobs.processor.model.ValueKind;
import dev.tenon.jobs.processor.model.ValueShape;
import dev.tenon.jobs.processor.model.ValueShape.Presence;
import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.model.WritableSignal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/** Translates the model of the sources to the contents of the lock file. */
final class ShapeTranslator {

  private static final Map<ValueKind, String> OPTIONAL_NUMBERS =
      Map.of(
          ValueKind.OPTIONAL_INT, "int",
          ValueKind.OPTIONAL_LONG, "long",
          ValueKind.OPTIONAL_DOUBLE, "double");

  private final Elements elements;
  private final Set<String> sources;
  private final SortedMap<String, LockedShape> shapes = new TreeMap<>();

  /**
   * Creates a translator that collects shapes.
   *
   * @param sources the names of the classes in the sources
   */
  ShapeTranslator(Elements elements, Set<String> sources) {
    this.elements = elements;
    this.sources = sources;
  }

  /**
   * The entry of a job type in the file.
   *
   * @param module the class of its module
   * @param sources the names of the classes in the sources
   */
  static LockedType translate(
      WritableJob type, String module, Elements elements, Set<String> sources) {
    ShapeTranslator translator = new ShapeTranslator(elements, sources);
    translator.add(type.payload());
    type.result().ifPresent(translator::add);
    JobDeclaration job = type.job();
    return new LockedType(
        module,
        job.version().value(),
        job.routingKeyOrDefault(),
        job.aliasNames().stream().sorted().toList(),
        inputs(type.inputs()),
        root(type.payload().root()),
        type.result()
            .map(result -> root(result.root()))
            .orElseGet(() -> translator.simpleResult(type)),
        type.emitted().map(translator::add),
        translator.shapes);
  }

  /** The entry of a signal in the file; otherwise like the other method. */
  static LockedSignal translate(
      WritableSignal signal, String module, Elements elements, Set<String> sources) {
    ShapeTranslator translator = new ShapeTranslator(elements, sources);
    return new LockedSignal(
        module,
        signal.signal().version().value(),
        translator.add(signal.value()),
        translator.shapes);
  }

  /**
   * The forms of methods, such as {@code (draft, results) -> payload}. The results' classes are
   * left out, because they may be renamed; the compiler checks them.
   */
  private static SortedMap<String, String> inputs(List<TaskInputMethod> methods) {
    SortedMap<String, String> forms = new TreeMap<>();
    for (TaskInputMethod method : methods) {
      StringJoiner form =
          new StringJoiner(
              ", ", "(", method.returned() == Returned.LIST ? ") -> payloads" : ") -> payload");
      if (method.takesDraft()) {
        form.add("draft");
      }
      method.results().forEach(result -> form.add(result.isList() ? "results" : "result"));
      forms.put(method.name(), form.toString());
    }
    return forms;
  }

  /** Translates a payload or result: everything in it is checked. */
  private static LockedValue root(TypeName type) {
    return LockedValue.shape(type.toString()).asked(false, true, Map.of(), Optional.empty());
  }

  private LockedValue simpleResult(WritableJob type) {
    TypeName name = type.job().result().value().name();
    return type.simpleResult()
        .filter(result -> hasShape(result.value()))
        .map(this::simpleResult)
        .orElseGet(() -> LockedValue.leaf(leaf(name)));
  }

  private LockedValue simpleResult(SimpleResult result) {
    add(result.shapes());
    return value(result.value(), List.of(), false).asked(false, false, Map.of(), Optional.empty());
  }

  /** Returns whether a value is a record or an enum, or an array of these. */
  private static boolean hasShape(ValueShape value) {
    return value.content() instanceof Content.Components
        || value.content() instanceof Content.Constants
        || value.content().values().stream().anyMatch(ShapeTranslator::hasShape);
  }

  /** Translates a value that is kept with a job, and adds its shapes. */
  LockedValue add(StoredValue stored) {
    add(stored.shapes());
    return stored.isRecord() ? root(stored.type()) : value(stored.value(), List.of(), false);
  }

  /** Translates an enum, and adds its shape. */
  LockedValue ofEnum(TypeElement type) {
    boolean unused = addEnum(ClassName.get(type));
    return LockedValue.shape(ClassName.get(type).toString());
  }

  /** The shapes that were added, by name. */
  SortedMap<String, LockedShape> shapes() {
    return shapes;
  }

  private void add(Shapes from) {
    for (RecordShape shape : from.records().values()) {
      Optional<SourcePosition> position = position(TypeNames.raw(shape.type()));
      if (shape.alternatives().isEmpty()) {
        SortedMap<String, LockedValue> components = new TreeMap<>();
        for (RecordShape.Component component : shape.components()) {
          components.put(component.jsonName(), value(component.value(), List.of(), false));
        }
        shapes.put(shape.type().toString(), new LockedShape.Fields(components, position));
      } else {
        SortedMap<String, String> records = new TreeMap<>();
        for (TypeName record : shape.alternatives()) {
          records.put(TypeNames.raw(record).simpleName(), record.toString());
        }
        shapes.put(shape.type().toString(), new LockedShape.Alternatives(records, position));
      }
    }
  }

  /** The position of a class whose source is being compiled. */
  private Optional<SourcePosition> position(ClassName name) {
    TypeElement element = elements.getTypeElement(name.canonicalName());
    return element != null && sources.contains(name.canonicalName())
        ? Optional.of(SourcePosition.of(element))
        : Optional.empty();
  }

  private LockedValue value(ValueShape value, List<ConstraintUse> around, boolean isValid) {
    List<ConstraintUse> constraints = new ArrayList<>(around);
    constraints.addAll(value.constraints());
    boolean valid = isValid || value.valid().isPresent();
    if (value.content() instanceof Content.Wrapped wrapped) {
      // An optional is translated as its content, or null
      return value(wrapped.value(), constraints, valid);
    }
    LimitReader limits = new LimitReader(constraints, value.kind());
    boolean optional =
        value.presence() != Presence.REQUIRED && value.presence() != Presence.PRIMITIVE;
    return value
        .content()
        .accept(new ContentTranslator(value.type(), value.kind()))
        .asked(
            optional,
            valid && value.content() instanceof Content.Components,
            limits.limits(),
            Optional.of(new LockedValue.Origin(value.position(), limits.places())));
  }

  private final class ContentTranslator implements Content.Visitor<LockedValue> {
    private final TypeName type;
    private final ValueKind kind;

    private ContentTranslator(TypeName type, ValueKind kind) {
      this.type = type;
      this.kind = kind;
    }

    @Override
    public LockedValue nothing() {
      return addEnum(type)
          ? LockedValue.shape(type.toString())
          : LockedValue.leaf(OPTIONAL_NUMBERS.getOrDefault(kind, ShapeTranslator.leaf(type)));
    }

    @Override
    public LockedValue notJson(Content.NotJson notJson) {
      return nothing();
    }

    @Override
    public LockedValue constants(Content.Constants constants) {
      addConstants(type, constants.names());
      return LockedValue.shape(type.toString());
    }

    @Override
    public LockedValue components(Content.Components components) {
      return LockedValue.shape(components.record().toString());
    }

    @Override
    public LockedValue entries(Content.Entries entries) {
      return LockedValue.leaf(container(type))
          .holding(Optional.empty(), value(entries.entry(), List.of(), false));
    }

    @Override
    public LockedValue mappings(Content.Mappings mappings) {
      return LockedValue.leaf(container(type))
          .holding(Optional.of(key(mappings.key())), value(mappings.value(), List.of(), false));
    }

    @Override
    public LockedValue wrapped(Content.Wrapped wrapped) {
      throw new IllegalStateException("An optional is translated as its content: " + type);
    }
  }

  /** Translates a key, which is never null in JSON. */
  private LockedValue key(ValueShape key) {
    LockedValue value = value(key, List.of(), false);
    return value.asked(false, value.valid(), value.limits(), value.origin());
  }

  private void addConstants(TypeName type, Collection<String> names) {
    shapes.put(
        type.toString(),
        new LockedShape.Constants(new TreeSet<>(names), position((ClassName) type)));
  }

  /** Lists the constants of an enum, if the type is one. */
  private boolean addEnum(TypeName type) {
    TypeElement element =
        type instanceof ClassName name ? elements.getTypeElement(name.canonicalName()) : null;
    if (element == null || element.getKind() != ElementKind.ENUM) {
      return false;
    }
    List<String> names = new ArrayList<>();
    for (Element member : element.getEnclosedElements()) {
      if (member.getKind() == ElementKind.ENUM_CONSTANT) {
        names.add(member.getSimpleName().toString());
      }
    }
    addConstants(type, names);
    return true;
  }

  /** The name of a type without parts; a primitive and its wrapper are the same. */
  private static String leaf(TypeName type) {
    if (type.isBoxedPrimitive()) {
      return type.unbox().toString();
    }
    return withoutJdkPackage(type.toString());
  }

  private static String container(TypeName type) {
    return type instanceof ArrayTypeName
        ? "array"
        : withoutJdkPackage(TypeNames.raw(type).toString());
  }

  private static String withoutJdkPackage(String name) {
    return name.startsWith("java.") ? LockedValue.simple(name) : name;
  }
}
