package dev.tenon.jobs.processor.step;

import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.check.StepCallCheck;
import dev.tenon.jobs.processor.check.StepsCheck;
import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.HandlerSteps;
import dev.tenon.jobs.processor.model.StoredValue;
import dev.tenon.jobs.processor.model.TypeNames;
import dev.tenon.jobs.processor.model.WritableSteps;
import dev.tenon.jobs.processor.read.CompiledRecords;
import dev.tenon.jobs.processor.read.JobTypeReader;
import dev.tenon.jobs.processor.read.JobTypeReader.Role;
import dev.tenon.jobs.processor.read.StepCalls;
import dev.tenon.jobs.processor.read.StepsReader;
import dev.tenon.jobs.processor.round.AnnotatedTypes;
import java.util.Optional;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Reads and checks the steps, waits and cursor of a single handler. */
public final class HandlerStep {

  private final Elements elements;
  private final Types types;
  private final JobTypeReader reader;
  private final StepsReader stepsReader;
  private final CompiledRecords compiled;
  private final Optional<StepCalls> calls;
  private final AnnotatedTypes found;

  /**
   * Creates a step.
   *
   * @param found the collector that knows which classes are in the sources
   */
  public HandlerStep(
      ProcessingEnvironment environment, JobTypeReader reader, AnnotatedTypes found) {
    this.elements = environment.getElementUtils();
    this.types = environment.getTypeUtils();
    this.reader = reader;
    this.stepsReader = new StepsReader(elements, types);
    this.calls = StepCalls.of(environment);
    this.compiled = new CompiledRecords(elements, environment.getFiler());
    this.found = found;
  }

  /**
   * Returns whether a record that a handler keeps comes from a class file, and the compiler does
   * not show all of its annotations. Gradle hands over unchanged records in this way.
   */
  public boolean hidesAnnotations(WritableSteps steps) {
    return steps
        .values()
        .flatMap(StoredValue::records)
        .map(TypeNames::raw)
        .anyMatch(
            record ->
                compiled.hideAnnotations(
                    elements.getTypeElement(record.canonicalName()), steps.handler().element()));
  }

  /** Reads and checks a class that has {@code @JobType}. */
  public Outcome<WritableSteps> process(TypeElement type, Report report) {
    Role role = reader.role(type);
    if (role != Role.HANDLER) {
      return role == Role.UNRESOLVED ? new Outcome.Deferred<>() : new Outcome.Done<>();
    }
    Optional<HandlerDeclaration> handler = reader.handler(type);
    if (handler.isPresent() && !handler.get().hasSteps()) {
      return new Outcome.Done<>();
    }
    Optional<HandlerSteps> steps = handler.flatMap(stepsReader::read);
    if (steps.isEmpty()) {
      return new Outcome.Deferred<>();
    }
    StepsCheck check = new StepsCheck(report, elements, types, found.sources());
    WritableSteps writable = check.check(steps.get());
    calls.ifPresent(
        finder -> new StepCallCheck(report).check(finder.find(steps.get()), steps.get()));
    return check.isNameable(writable) ? new Outcome.Writable<>(writable) : new Outcome.Done<>();
  }
}
