package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.TypeElement;

/**
 * The parts of a handler that can be written, even if faults were reported.
 *
 * @param handler the handler
 * @param steps the steps, sorted by name
 * @param waits the waits and sleeps, sorted by name
 * @param cursor the cursor; empty if there is none
 */
public record WritableSteps(
    HandlerDeclaration handler,
    List<Step> steps,
    List<WaitDeclaration> waits,
    Optional<StoredValue> cursor) {

  /** The order of steps, whose names are different. */
  public static final Comparator<Step> BY_NAME =
      Comparator.comparing(step -> step.declaration().name().value());

  /** Sorts. */
  public WritableSteps {
    steps = steps.stream().sorted(BY_NAME).toList();
    waits = waits.stream().sorted(WaitDeclaration.BY_NAME).toList();
  }

  /**
   * A step.
   *
   * @param declaration the step
   * @param inDoubt the method that finds out what became of it; empty if it is repeatable
   */
  public record Step(StepMethod declaration, Optional<HandlerMethod> inDoubt) {

    /** The method. */
    public HandlerMethod method() {
      return declaration.method();
    }
  }

  /** The generated class with the methods that the handler calls. */
  public ClassName generated() {
    return GeneratedNames.steps(handler.handler());
  }

  /** The values that are kept. */
  public Stream<StoredValue> values() {
    return Stream.concat(
        steps.stream().flatMap(step -> step.declaration().result().stream()), cursor.stream());
  }

  /** The names of all classes that the generated code depends on. */
  public Set<String> classes() {
    Set<String> names = new HashSet<>();
    values().map(StoredValue::classes).forEach(names::addAll);
    waits.stream()
        .flatMap(wait -> wait.signals().stream())
        .forEach(signal -> names.add(signal.value().recordName().canonicalName()));
    for (Step step : steps) {
      if (step.method().declaration().getEnclosingElement() instanceof TypeElement owner) {
        names.add(owner.getQualifiedName().toString());
      }
    }
    return names;
  }
}
