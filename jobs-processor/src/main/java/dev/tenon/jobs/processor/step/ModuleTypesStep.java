package dev.tenon.jobs.processor.step;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.round.ModuleInputs;
import dev.tenon.jobs.processor.step.JobTypeStep.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.TypeElement;

/** Checks the job types of a module, each once, for what the module as a whole makes of them. */
public final class ModuleTypesStep {

  private final JobTypeStep jobTypes;
  private final RoundChecks checks;
  private final Map<String, WritableJob> writable = new HashMap<>();

  /** A step. */
  public ModuleTypesStep(ProcessingEnvironment environment, JobTypeStep jobTypes) {
    this.jobTypes = jobTypes;
    this.checks = new RoundChecks(environment);
  }

  /**
   * Checks what is not known to be writable from an earlier round. What is had no fault, or this
   * round would not have come. The faults are reported by the processor of the single types.
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
    }
    return !faults.hasErrors();
  }

  /**
   * Whether definitions are written in this round, so that there is certainly another one. That may
   * bring more job types, made by other processors.
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
    // A name that is taken is reported in this round
    return !definitions.isEmpty()
        && definitions.stream().map(ClassName::canonicalName).noneMatch(inputs.sources()::contains);
  }

  /** What can be written for a class; empty if it is a handler, or has a fault. */
  public Optional<WritableJob> writable(TypeElement type) {
    return Optional.ofNullable(writable.get(type.getQualifiedName().toString()));
  }

  /** The name of a type that was compiled before, and whose annotations are not all shown. */
  public Optional<String> hidden(ModuleInputs inputs) {
    return inputs.types().stream()
        .filter(type -> !inputs.sources().contains(type.getQualifiedName().toString()))
        .flatMap(type -> writable(type).stream())
        .filter(jobTypes::hidesAnnotations)
        .map(found -> found.job().payload().canonicalName())
        .findFirst();
  }
}
