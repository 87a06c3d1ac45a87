package dev.tenon.jobs.processor.step;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.model.WritableSignal;
import dev.tenon.jobs.processor.model.WritableSteps;
import dev.tenon.jobs.processor.round.ModuleInputs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.TypeElement;

/**
 * Checks each job type and signal of a module once, for the classes and exports of the whole
 * module.
 */
public final class ModuleTypesStep {

  private final JobTypeStep jobTypes;
  private final SignalStep signals;
  private final HandlerStep handlers;
  private final RoundChecks checks;
  private final Map<String, WritableJob> writable = new HashMap<>();
  private final Map<String, WritableSignal> writableSignals = new HashMap<>();
  private final SortedMap<String, WritableSteps> steps = new TreeMap<>();

  /** Creates a step. */
  public ModuleTypesStep(
      ProcessingEnvironment environment,
      JobTypeStep jobTypes,
      SignalStep signals,
      HandlerStep handlers) {
    this.jobTypes = jobTypes;
    this.signals = signals;
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
          && jobTypes.process(type, faults) instanceof Outcome.Writable<WritableJob> found) {
        writable.put(name, found.found());
      }
      if (!steps.containsKey(name)
          && handlers.process(type, faults) instanceof Outcome.Writable<WritableSteps> found) {
        steps.put(name, found.found());
      }
    }
    for (TypeElement type : inputs.signals()) {
      String name = type.getQualifiedName().toString();
      if (!writableSignals.containsKey(name)
          && signals.process(type, faults) instanceof Outcome.Writable<WritableSignal> found) {
        writableSignals.put(name, found.found());
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
    List<ClassName> definitions = added.stream().flatMap(this::definitions).toList();
    // A name clash is reported in this round
    return !definitions.isEmpty()
        && definitions.stream().map(ClassName::canonicalName).noneMatch(inputs.sources()::contains);
  }

  private Stream<ClassName> definitions(String name) {
    return Stream.of(
            Stream.ofNullable(writable.get(name)).map(found -> found.job().definition()),
            Stream.ofNullable(writableSignals.get(name)).map(found -> found.signal().definition()),
            Stream.ofNullable(steps.get(name)).map(WritableSteps::generated))
        .flatMap(each -> each);
  }

  /** The job type to write for a class; empty if the class is a handler, or has a fault. */
  public Optional<WritableJob> writable(TypeElement type) {
    return Optional.ofNullable(writable.get(type.getQualifiedName().toString()));
  }

  /** The handlers with steps, waits or a cursor, sorted by their names. */
  public List<WritableSteps> steps() {
    return List.copyOf(steps.values());
  }

  /** The signal to write for a class; empty if it has a fault. */
  public Optional<WritableSignal> writableSignal(TypeElement type) {
    return Optional.ofNullable(writableSignals.get(type.getQualifiedName().toString()));
  }

  /**
   * The name of a type that was compiled earlier, if the compiler does not show all of its
   * annotations.
   */
  public Optional<String> hidden(ModuleInputs inputs) {
    Stream<ClassName> ofTypes =
        inputs.types().stream()
            .flatMap(type -> writable(type).stream())
            .filter(found -> isCompiledEarlier(found.job().payload(), inputs))
            .filter(jobTypes::hidesAnnotations)
            .map(found -> found.job().payload());
    Stream<ClassName> ofSignals =
        inputs.signals().stream()
            .flatMap(type -> writableSignal(type).stream())
            .filter(found -> isCompiledEarlier(found.signal().record(), inputs))
            .filter(signals::hidesAnnotations)
            .map(found -> found.signal().record());
    return Stream.concat(ofTypes, ofSignals).findFirst().map(ClassName::canonicalName);
  }

  private static boolean isCompiledEarlier(ClassName record, ModuleInputs inputs) {
    return !inputs.sources().contains(record.canonicalName());
  }
}
