package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.TypeName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A value that is kept with a job, apart from its payload and result: a signal, the result of a
 * step, or a cursor.
 *
 * @param value the value
 * @param shapes the records reachable from it; their root is its type
 * @param upcasters the upcasters that read values of earlier versions
 */
public record StoredValue(ValueShape value, Shapes shapes, List<UpcasterMethod> upcasters) {

  /** Its type, as generated code names it. */
  public TypeName type() {
    return value.type();
  }

  /** Returns whether it is a record, or a sealed interface of records. */
  public boolean isRecord() {
    return value.content() instanceof Content.Components;
  }

  /** Returns whether there is anything to check on such a value that is not null. */
  public boolean hasChecks() {
    return isRecord()
        ? shapes.hasChecks(shapes.root(), Shapes.Depth.ALL)
        : !value.constraints().isEmpty() || shapes.hasChecksInside(value, Shapes.Depth.ALL);
  }

  /** Returns whether JSON can carry it, and the parameters of its upcasters. */
  public boolean isJson() {
    return Shapes.isJson(value) && allShapes().allMatch(Shapes::isJson);
  }

  /** The names of all classes that the generated code for it depends on. */
  public Set<String> classes() {
    Set<String> names = new HashSet<>();
    allShapes().map(Shapes::classes).forEach(names::addAll);
    Shapes.addClasses(value, names);
    return names;
  }

  /** The paths of its sensitive parts, including those that upcasters take; sorted. */
  public SortedSet<String> sensitive() {
    SortedSet<String> paths =
        new TreeSet<>(
            isRecord() ? SensitiveProperties.of(shapes) : SensitiveProperties.of(value, shapes));
    oldShapes().forEach(old -> paths.addAll(SensitiveProperties.of(old)));
    return paths;
  }

  /** The records that it consists of. */
  public Stream<TypeName> records() {
    return shapes.records().keySet().stream();
  }

  /** The same value with these upcasters. */
  public StoredValue withUpcasters(List<UpcasterMethod> upcasters) {
    return new StoredValue(value, shapes, upcasters);
  }

  private Stream<Shapes> allShapes() {
    return Stream.concat(Stream.of(shapes), oldShapes());
  }

  private Stream<Shapes> oldShapes() {
    return upcasters.stream().flatMap(upcaster -> upcaster.oldShape().stream());
  }
}
