package dev.tenon.jobs.processor.export;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.Content;
import dev.tenon.jobs.processor.model.RecordShape;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.TypeNames;
import dev.tenon.jobs.processor.model.ValueShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;

/**
 * What GraalVM's native-image has to keep of a program, since it is used by reflection: the
 * records, sealed interfaces and enums that the runtime's codec reads and writes, and the
 * containers that it makes.
 *
 * @see <a
 *     href="https://www.graalvm.org/latest/reference-manual/native-image/metadata/">Reachability
 *     metadata</a>
 */
final class ReachabilityDocument {

  /** What Jackson makes where a type is an interface. */
  private static final Map<String, String> CONTAINERS =
      Map.ofEntries(
          Map.entry("java.lang.Iterable", "java.util.ArrayList"),
          Map.entry("java.util.Collection", "java.util.ArrayList"),
          Map.entry("java.util.List", "java.util.ArrayList"),
          Map.entry("java.util.SequencedCollection", "java.util.ArrayList"),
          Map.entry("java.util.Set", "java.util.HashSet"),
          Map.entry("java.util.SequencedSet", "java.util.LinkedHashSet"),
          Map.entry("java.util.SortedSet", "java.util.TreeSet"),
          Map.entry("java.util.NavigableSet", "java.util.TreeSet"),
          Map.entry("java.util.Queue", "java.util.LinkedList"),
          Map.entry("java.util.Deque", "java.util.LinkedList"),
          Map.entry("java.util.Map", "java.util.LinkedHashMap"),
          Map.entry("java.util.SequencedMap", "java.util.LinkedHashMap"),
          Map.entry("java.util.SortedMap", "java.util.TreeMap"),
          Map.entry("java.util.NavigableMap", "java.util.TreeMap"),
          Map.entry(
              "java.util.concurrent.ConcurrentMap", "java.util.concurrent.ConcurrentHashMap"));

  private final Elements elements;
  private final Map<String, Map<String, Object>> types = new TreeMap<>();

  ReachabilityDocument(Elements elements) {
    this.elements = elements;
  }

  /** Adds what it takes to find a module with a {@link java.util.ServiceLoader}. */
  void addModule(ClassName module) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("type", module.reflectionName());
    entry.put("allPublicConstructors", true);
    types.put(module.reflectionName(), entry);
  }

  /** Adds all that shapes lead to. */
  void add(Shapes shapes) {
    for (RecordShape shape : shapes.records().values()) {
      addWhole(TypeNames.raw(shape.type()));
      if (!shape.alternatives().isEmpty()) {
        addInterfaces(elements.getTypeElement(TypeNames.raw(shape.type()).canonicalName()));
      }
      shape.components().forEach(component -> add(component.value()));
    }
  }

  /**
   * Adds the sealed interfaces in a sealed interface, through which the codec finds the records.
   */
  private void addInterfaces(TypeElement union) {
    for (TypeMirror permitted : union.getPermittedSubclasses()) {
      TypeElement element = (TypeElement) ((DeclaredType) permitted).asElement();
      if (element.getKind() == ElementKind.INTERFACE) {
        addWhole(ClassName.get(element));
        addInterfaces(element);
      }
    }
  }

  /** Adds a value, without the records that it leads to. */
  void add(ValueShape value) {
    TypeName type = value.type();
    Content content = value.content();
    if (type instanceof ArrayTypeName array) {
      addArray(array);
    } else if (content instanceof Content.Entries || content instanceof Content.Mappings) {
      addContainer(TypeNames.raw(type));
    } else if (content instanceof Content.Constants || isOfUsers(value)) {
      addWhole(TypeNames.raw(type));
    }
    content.values().forEach(this::add);
  }

  /** Whether it is a class that annotations of Jackson's say how to write. */
  private static boolean isOfUsers(ValueShape value) {
    return value.content() instanceof Content.Nothing
        && value.type() instanceof ClassName name
        && !name.packageName().startsWith("java.");
  }

  private void addWhole(ClassName type) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("type", type.reflectionName());
    entry.put("allDeclaredConstructors", true);
    entry.put("allDeclaredMethods", true);
    entry.put("allDeclaredFields", true);
    types.put(type.reflectionName(), entry);
  }

  private void addContainer(ClassName type) {
    String name = CONTAINERS.getOrDefault(type.reflectionName(), type.reflectionName());
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("type", name);
    entry.put("allPublicConstructors", true);
    types.putIfAbsent(name, entry);
  }

  private void addArray(ArrayTypeName array) {
    StringBuilder dimensions = new StringBuilder();
    TypeName component = array;
    while (component instanceof ArrayTypeName inner) {
      dimensions.append("[]");
      component = inner.componentType();
    }
    String element =
        component.isPrimitive() ? component.toString() : TypeNames.raw(component).reflectionName();
    types.putIfAbsent(element + dimensions, Map.of("type", element + dimensions));
  }

  /** The document. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("reflection", List.copyOf(types.values()));
    json.put(
        "resources",
        List.of(Map.of("glob", "META-INF/services/" + RuntimeTypes.JOB_MODULE.canonicalName())));
    return json;
  }
}
