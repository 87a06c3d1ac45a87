package dev.tenon.jobs.processor.read;

import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.ConstraintUse;
import dev.tenon.jobs.processor.model.Content;
import dev.tenon.jobs.processor.model.RecordShape;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.TypeNames;
import dev.tenon.jobs.processor.model.ValueKind;
import dev.tenon.jobs.processor.model.ValueShape;
import dev.tenon.jobs.processor.model.ValueShape.Presence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.AnnotatedConstruct;
import javax.lang.model.element.Element;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/**
 * Reads a record with all records reachable from it.
 *
 * <p>A component or an entry of a container is required unless it is {@code @Nullable}, an optional
 * or a primitive.
 */
public final class ShapeReader {

  /**
   * The limit for the nesting of type arguments: those of a generic record that contains itself
   * with more arguments would grow forever.
   */
  private static final int MAX_TYPE_LENGTH = 4_000;

  private static final String SENSITIVE = RuntimeTypes.SENSITIVE.canonicalName();

  private final Types types;
  private final TypeClassifier classifier;

  /** Creates a reader. */
  public ShapeReader(Elements elements, Types types) {
    this.types = types;
    this.classifier = new TypeClassifier(elements, types);
  }

  /**
   * The record and all records reachable from it; empty if one of them names a type that does not
   * exist yet.
   */
  public Optional<Shapes> read(DeclaredType root) {
    Reading reading = new Reading();
    reading.found.add(root);
    Shapes shapes = reading.shapes(root);
    return reading.unresolved ? Optional.empty() : Optional.of(shapes);
  }

  /** A value of any type, and all records reachable from it. */
  StoredValueReader.Read read(TypeMirror type, String path, Element position) {
    Reading reading = new Reading();
    ValueShape value =
        reading.entry(new Position(position, path, false, type), type, Optional.empty());
    return new StoredValueReader.Read(value, reading.shapes(type), !reading.unresolved);
  }

  /**
   * The position of a value in a record.
   *
   * @param field the element to report faults on
   * @param path the names that lead to the value
   * @param isArgument whether its type is a type argument
   * @param written its type as the record declares it, which may be a type variable
   */
  private record Position(Element field, String path, boolean isArgument, TypeMirror written) {
    /** The position of an entry of an array. */
    Position in(String step, TypeMirror inside) {
      return new Position(field, path + step, isArgument, inside);
    }

    /** The position of the value whose type is a type argument. */
    Position inArgument(String step, TypeMirror inside) {
      return new Position(field, path + step, true, inside);
    }

    /**
     * The constructs that carry the annotations of a type: the argument for a type variable does
     * not have all of them.
     */
    Stream<AnnotatedConstruct> annotated(TypeMirror type) {
      return written.getKind() == TypeKind.TYPEVAR && written != type
          ? Stream.of(type, written)
          : Stream.of(type);
    }
  }

  /** A walk from a root. */
  private final class Reading {
    private final Deque<DeclaredType> found = new ArrayDeque<>();
    private boolean unresolved;

    /** Reads all records that are found. */
    private Shapes shapes(TypeMirror root) {
      Map<TypeName, RecordShape> shapes = new LinkedHashMap<>();
      while (!found.isEmpty()) {
        DeclaredType next = found.remove();
        TypeName name = RecordNames.of(next);
        if (!shapes.containsKey(name)) {
          shapes.put(name, record(name, next));
        }
      }
      return new Shapes(RecordNames.of(root), shapes);
    }

    private RecordShape record(TypeName name, DeclaredType type) {
      TypeElement element = (TypeElement) type.asElement();
      if (classifier.kind(type) == ValueKind.UNION) {
        List<DeclaredType> alternatives = TypeClassifier.alternatives(element);
        found.addAll(alternatives);
        return new RecordShape(
            name,
            List.of(),
            alternatives.stream().map(TypeName::get).toList(),
            List.of(),
            JacksonAnnotations.withoutEffect(element));
      }
      List<RecordShape.Component> components = new ArrayList<>();
      for (RecordComponentElement component : element.getRecordComponents()) {
        String componentName = component.getSimpleName().toString();
        VariableElement field = field(element, componentName);
        // Members of a generic record are seen with its arguments, and those of other records as
        // written, because that keeps the annotations of their types
        TypeMirror declared =
            type.getTypeArguments().isEmpty() ? field.asType() : types.asMemberOf(type, field);
        if (TypeReferences.hasUnresolved(declared) || component.getAccessor() == null) {
          // It may have no name, or one that components must not have; such a record is not used
          unresolved = true;
          continue;
        }
        components.add(
            new RecordShape.Component(
                componentName,
                JacksonAnnotations.property(field, component.getAccessor()).orElse(componentName),
                JacksonAnnotations.aliases(field, component.getAccessor()),
                component(
                    new Position(field, componentName, false, field.asType()), component, declared),
                isSensitive(component) || isSensitive(field)));
      }
      return new RecordShape(
          name,
          components,
          List.of(),
          MisplacedConstraints.of(element, components),
          JacksonAnnotations.withoutEffect(element));
    }

    private ValueShape component(
        Position position, RecordComponentElement component, TypeMirror type) {
      Element field = position.field();
      // Eclipse's compiler loses annotations of fields and their types, but not those
      TypeMirror written = component.asType();
      boolean isNullable = Annotations.isNullable(field) || Annotations.isNullable(written);
      Presence presence = presence(type, isNullable);
      List<ConstraintUse> constraints =
          new ArrayList<>(ConstraintReader.constraints(field, type, field));
      constraints.addAll(onTypeAlone(type, field));
      constraints.addAll(elsewhere(component, type, field));
      for (ConstraintUse use : ConstraintReader.constraints(written, type, field)) {
        if (constraints.stream().noneMatch(known -> known.name().equals(use.name()))) {
          constraints.add(use);
        }
      }
      ValueShape value =
          value(
              position,
              type,
              presence,
              constraints,
              ConstraintReader.valid(field, field)
                  .or(() -> ConstraintReader.valid(written, field)));
      return presence == Presence.PRIMITIVE && isNullable
          ? value.neverNull(
              "Write %s, or remove @Nullable"
                  .formatted(TypeNames.raw(value.type().box()).simpleName()))
          : value;
    }

    private ValueShape entry(
        Position position, TypeMirror type, Optional<SourcePosition> validAround) {
      return value(
          position,
          type,
          presence(type, position.annotated(type).anyMatch(Annotations::isNullable)),
          constraints(position, type),
          position
              .annotated(type)
              .flatMap(from -> ConstraintReader.valid(from, position.field()).stream())
              .findFirst()
              .or(() -> validAround));
    }

    private ValueShape value(
        Position position,
        TypeMirror type,
        Presence presence,
        List<ConstraintUse> constraints,
        Optional<SourcePosition> valid) {
      unresolved |= TypeReferences.hasUnresolved(type);
      unresolved |= constraints.stream().anyMatch(ConstraintUse::isUnresolved);
      ValueKind kind = classifier.kind(type);
      List<ConstraintUse> all = new ArrayList<>(constraints);
      if (kind == ValueKind.RECORD) {
        all.addAll(onArguments(type, position.field()));
      }
      return new ValueShape(
          TypeName.get(type),
          kind,
          presence,
          all,
          valid,
          content(position, type, kind, valid),
          SourcePosition.of(position.field()),
          position.path());
    }

    private Content content(
        Position position, TypeMirror type, ValueKind kind, Optional<SourcePosition> valid) {
      Optional<String> hindrance = JsonTypes.hindrance(type, kind);
      if (hindrance.isPresent()) {
        return new Content.NotJson(hindrance.get(), false, JsonTypes.enumeration(type));
      }
      if (type.toString().length() > MAX_TYPE_LENGTH) {
        return new Content.NotJson("a type that grows without end; end it");
      }
      if (kind == ValueKind.RECORD || kind == ValueKind.UNION) {
        found.add((DeclaredType) type);
        return new Content.Components(RecordNames.of(type));
      }
      Optional<List<Content.Constants.Constant>> constants = JsonTypes.constants(type);
      if (constants.isPresent()) {
        return new Content.Constants(constants.get());
      }
      List<TypeMirror> inside = classifier.contents(type, kind);
      List<TypeMirror> written = classifier.contents(position.written(), kind);
      if (written.size() != inside.size()) {
        written = inside;
      }
      if (kind == ValueKind.OPTIONAL
          && !inside.isEmpty()
          && classifier.kind(inside.get(0)).isOptional()) {
        return new Content.NotJson(
            "an optional of an optional, and JSON has null for both; use one");
      }
      if (inside.isEmpty()) {
        return new Content.Nothing();
      }
      Optional<String> fillHindrance =
          JsonTypes.fillHindrance(
              type,
              classifier.isOrdered(inside.get(0)),
              presence(inside.get(inside.size() - 1), false) == Presence.NULLABLE);
      if (fillHindrance.isPresent()) {
        return new Content.NotJson(fillHindrance.get());
      }
      return switch (kind) {
        case MAP ->
            new Content.Mappings(
                key(position.inArgument("<key>", written.get(0)), inside.get(0)),
                entry(position.inArgument("[]", written.get(1)), inside.get(1), valid));
        case OPTIONAL ->
            new Content.Wrapped(
                entry(position.inArgument("", written.get(0)), inside.get(0), valid)
                    .asContentOfOptional());
        case ARRAY ->
            new Content.Entries(
                arrayEntry(position.in("[]", written.get(0)), inside.get(0), valid));
        default ->
            new Content.Entries(
                entry(position.inArgument("[]", written.get(0)), inside.get(0), valid));
      };
    }

    private ValueShape key(Position position, TypeMirror type) {
      ValueShape key = entry(position, type, Optional.empty()).asKey();
      return JsonTypes.keyHindrance(type).map(key::notJson).orElse(key);
    }

    /**
     * Reads an entry of an array. Annotations before the type of an array belong to the array if
     * they can.
     */
    private ValueShape arrayEntry(
        Position position, TypeMirror type, Optional<SourcePosition> valid) {
      List<ConstraintUse> constraints =
          position.isArgument() ? constraints(position, type) : onTypeAlone(type, position.field());
      ValueShape entry = value(position, type, presence(type, false), constraints, valid);
      boolean isMeantForArray =
          entry.presence() == Presence.PRIMITIVE
              && Annotations.isNullable((AnnotatedConstruct) type)
              && !Annotations.isNullable(position.field());
      return isMeantForArray
          ? entry.neverNull(
              "For an array that may be null, write %s @Nullable []".formatted(entry.type()))
          : entry;
    }

    private static List<ConstraintUse> constraints(Position position, TypeMirror type) {
      return position
          .annotated(type)
          .flatMap(from -> ConstraintReader.constraints(from, type, position.field()).stream())
          .toList();
    }

    private Presence presence(TypeMirror type, boolean nullable) {
      if (type.getKind().isPrimitive()) {
        return Presence.PRIMITIVE;
      }
      if (classifier.kind(type).isOptional()) {
        return Presence.OPTIONAL;
      }
      return nullable || Annotations.isNullable((AnnotatedConstruct) type)
          ? Presence.NULLABLE
          : Presence.REQUIRED;
    }
  }

  /** The constraints on a type that are not also on the field. */
  private static List<ConstraintUse> onTypeAlone(TypeMirror type, Element field) {
    // An annotation before the brackets of an array is on the array and on nothing else
    return ConstraintReader.constraints(
        type.getAnnotationMirrors().stream()
            .filter(
                mirror ->
                    type.getKind() == TypeKind.ARRAY || !OwnConstraintReader.isOnFields(mirror))
            .toList(),
        type,
        field);
  }

  /** Reads the constraints on the type arguments of a record, which nothing would check. */
  private static List<ConstraintUse> onArguments(TypeMirror type, Element field) {
    List<ConstraintUse> uses = new ArrayList<>();
    if (type instanceof DeclaredType declared) {
      for (TypeMirror argument : declared.getTypeArguments()) {
        for (ConstraintUse use : ConstraintReader.constraints(argument, argument, field)) {
          uses.add(
              new ConstraintUse(
                  use.name(),
                  new Constraint.Unsupported(
                      "it is on a type argument of a record, not on one of its components"),
                  Optional.empty(),
                  use.position()));
        }
        uses.addAll(onArguments(argument, field));
      }
    }
    return uses;
  }

  /**
   * Reads the user's constraints that are not allowed on fields, and are therefore found on
   * accessors.
   */
  private static List<ConstraintUse> elsewhere(
      RecordComponentElement component, TypeMirror type, Element field) {
    return ConstraintReader.constraints(
        Stream.of(component, component.getAccessor())
            .flatMap(position -> position.getAnnotationMirrors().stream())
            .filter(mirror -> OwnConstraintReader.isElsewhere(Annotations.element(mirror)))
            .toList(),
        type,
        field);
  }

  /**
   * Returns whether this element has the annotation: class files may show it on only one of a
   * component and its field.
   */
  private static boolean isSensitive(Element element) {
    return Annotations.find(element, SENSITIVE).isPresent();
  }

  private static VariableElement field(TypeElement record, String name) {
    return ElementFilter.fieldsIn(record.getEnclosedElements()).stream()
        .filter(field -> field.getSimpleName().contentEquals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(record + " has no field " + name));
  }
}
