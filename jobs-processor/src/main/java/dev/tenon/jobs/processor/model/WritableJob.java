package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.TypeName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A job type whose definition can be written, even if faults were reported.
 *
 * @param job its declaration
 * @param payload the payload with all records reachable from it
 * @param result the result with all records reachable from it; empty if it is not a record
 * @param simpleResult the result if it is not a record; empty if there is none
 * @param emitted the values that the handler emits; empty if it emits none
 * @param upcasters the upcasters that read payloads and results of earlier versions
 * @param inputs the methods that make payloads from the results of earlier tasks, sorted by
 *     constant
 */
public record WritableJob(
    JobDeclaration job,
    Shapes payload,
    Optional<Shapes> result,
    Optional<SimpleResult> simpleResult,
    Optional<StoredValue> emitted,
    Upcasters upcasters,
    List<TaskInputMethod> inputs) {

  /**
   * Returns whether JSON can carry the payload, the result, what is emitted, and the parameters of
   * upcasters.
   */
  public boolean isJson() {
    return job.result().value().notJson().isEmpty()
        && payload.isJson()
        && result.stream().allMatch(Shapes::isJson)
        && simpleResult.stream()
            .allMatch(simple -> Shapes.isJson(simple.value()) && simple.shapes().isJson())
        && emitted.stream().allMatch(StoredValue::isJson)
        && Stream.concat(upcasters.payload().stream(), upcasters.result().stream())
            .flatMap(upcaster -> upcaster.oldShape().stream())
            .allMatch(Shapes::isJson);
  }

  /**
   * The names of all classes that the generated code depends on: those of the payload, the result,
   * what is emitted, and the parameters of upcasters.
   */
  public Set<String> classes() {
    Set<String> names = new HashSet<>(payload.classes());
    result.map(Shapes::classes).ifPresent(names::addAll);
    simpleResult.map(SimpleResult::classes).ifPresent(names::addAll);
    emitted.map(StoredValue::classes).ifPresent(names::addAll);
    Stream.concat(upcasters.payload().stream(), upcasters.result().stream())
        .flatMap(upcaster -> upcaster.oldShape().stream())
        .map(Shapes::classes)
        .forEach(names::addAll);
    return names;
  }

  /** The paths of sensitive values in payloads, including those that upcasters take; sorted. */
  public SortedSet<String> sensitivePayload() {
    return sensitive(Stream.of(payload), upcasters.payload());
  }

  /** The paths of sensitive values in results, including those that upcasters take; sorted. */
  public SortedSet<String> sensitiveResult() {
    SortedSet<String> paths = sensitive(result.stream(), upcasters.result());
    simpleResult.ifPresent(
        simple -> paths.addAll(SensitiveProperties.of(simple.value(), simple.shapes())));
    return paths;
  }

  private static SortedSet<String> sensitive(
      Stream<Shapes> current, List<UpcasterMethod> upcasters) {
    SortedSet<String> paths = new TreeSet<>();
    Stream.concat(current, upcasters.stream().flatMap(upcaster -> upcaster.oldShape().stream()))
        .forEach(shapes -> paths.addAll(SensitiveProperties.of(shapes)));
    return paths;
  }

  /** The records that the payload, the result and what is emitted consist of. */
  public Stream<TypeName> records() {
    return Stream.concat(
        Stream.concat(Stream.of(payload), result.stream())
            .flatMap(shapes -> shapes.records().keySet().stream()),
        emitted.stream().flatMap(StoredValue::records));
  }
}
