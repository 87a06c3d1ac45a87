package dev.tenon.jobs.processor.step;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.model.WritableSteps;
import dev.tenon.jobs.processor.round.ModuleInputs;
import dev.tenon.jobs.processor.step.JobTypeStep.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.TypeElement;

/** Checks each job type of a module once, for the classes and exports of the whole module. */
public final class ModuleTypesStep {

  private final JobTypeStep jobTypes;
  private final HandlerStep handlers;
  private final RoundChecks checks;
  private final Map<String, WritableJob> writable = new HashMap<>();
  private final SortedMap<String, WritableSteps> steps = new TreeMap<>();

  /** Creates a step. */
  public ModuleTypesStep(
      ProcessingEnvironment environment, JobTypeStep jobTypes, HandlerStep handlers) {
    this.jobTypes = jobTypes;
    this.handlers = handlers;
    this.checks = new RoundChecks(environment);
  }

  /**
   * Checks the types that are not known to be writable from an earlier round. Those that are known
   * had no faults, or there would be no further round. The processor of the single types reports
   * the faults.
   *
   * @return whether a fault ends the compilation
   */
  public boolean check(ModuleInputs inputs, RoundEnvironment round) {
    Report faults = new Report();
    checks.process(round, faults);
    for (TypeElement type : inputs.types()) {
      String name = type.getQualifiedName().toString();
      if (!writable.containsKey(name)
          && jobTypes.process(type, faults) instanceof Outcome.Writable found) {
        writable.put(name, found.job());
      }
      if (handlers.process(type, faults) instanceof HandlerStep.Outcome.Writable found) {
        steps.put(name, found.steps());
      }
    }
    return !faults.hasErrors();
  }

  /**
   * Returns whether definitions are written in this round, so that there is certainly another
   * round. It may bring more job types, which other processors generated.
   *
   * @param added the classes that this round brought
   */
  public boolean writesDefinitions(Set<String> added, ModuleInputs inputs) {
    List<ClassName> definitions =
        added.stream()
            .map(writable::get)
            .filter(Objects::nonNull)
            .map(found -> found.job().definition())
            .toList();
    // A name clash is reported in this round
    return !definitions.isEmpty()
        && definitions.stream().map(ClassName::canonicalName).noneMatch(inputs.sources()::contains);
  }

  /** The job type to write for a class; empty if the class is a handler, or has a fault. */
  public Optional<WritableJob> writable(TypeElement type) {
    return Optional.ofNullable(writable.get(type.getQualifiedName().toString()));
  }

  /** The handlers with steps, waits or a cursor, sorted by their names. */
  public List<WritableSteps> steps() {
    return List.copyOf(steps.values());
  }

  /**
   * The name of a type that was compiled earlier, if the compiler does not show all of its
   * annotations.
   */
  public Optional<String> hidden(ModuleInputs inputs) {
    return inputs.types().stream()
        .filter(type -> !inputs.sources().contains(type.getQualifiedName().toString()))
        .flatMap(type -> writable(type).stream())
        .filter(jobTypes::hidesAnnotations)
        .map(found -> found.job().payload().canonicalName())
        .findFirst();
  }
}
