package dev.tenon.jobs.processor.step;

import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.lock.Lockable;
import dev.tenon.jobs.processor.lock.SchemaLock;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.model.WritableSignal;
import dev.tenon.jobs.processor.model.WritableSteps;
import dev.tenon.jobs.processor.round.ModuleInputs;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/** Compares the module with its schema lock file, and writes that file at the end. */
public final class LockStep {

  private final ProcessingEnvironment environment;
  private final JobTypeStep jobTypes;
  private final HandlerStep handlers;
  private final SignalStep signals;
  private @Nullable SchemaLock lock;

  /** Creates a step. */
  public LockStep(
      ProcessingEnvironment environment,
      JobTypeStep jobTypes,
      HandlerStep handlers,
      SignalStep signals) {
    this.environment = environment;
    this.jobTypes = jobTypes;
    this.handlers = handlers;
    this.signals = signals;
  }

  /**
   * Compares the module with the file, if the options ask for it.
   *
   * @param types the job types as they were read
   * @param isFaultless whether there are no faults so far
   */
  public void check(
      ModuleContents contents,
      ModuleInputs inputs,
      ModuleTypesStep types,
      boolean isFaultless,
      Report report) {
    if (!SchemaLock.isWanted(environment.getOptions())) {
      return;
    }
    if (isFaultless && hasNoDifferenceToReport(contents, inputs, types)) {
      return;
    }
    List<WritableJob> lockable = new ArrayList<>();
    List<WritableSteps> steps = new ArrayList<>();
    boolean failed = false;
    // The types are read again: javac recreates fields and annotations in each round, and only
    // those of the current round have a position in the sources
    for (TypeElement type : inputs.types()) {
      Report faults = new Report();
      Outcome<WritableJob> outcome = jobTypes.process(type, faults);
      if (outcome instanceof Outcome.Writable<WritableJob> writable) {
        if (!jobTypes.hidesAnnotations(writable.found())) {
          failed |= faults.hasErrors();
          lockable.add(writable.found());
        }
      } else {
        // A component of a type that does not exist is not read; the compiler reports it
        failed |= faults.hasErrors() || outcome instanceof Outcome.Deferred<WritableJob>;
      }
      Report ofHandler = new Report();
      Outcome<WritableSteps> handler = handlers.process(type, ofHandler);
      failed |= ofHandler.hasErrors() || handler instanceof Outcome.Deferred<WritableSteps>;
      if (handler instanceof Outcome.Writable<WritableSteps> writable && !ofHandler.hasErrors()) {
        steps.add(writable.found());
      }
    }
    List<WritableSignal> lockableSignals = new ArrayList<>();
    for (TypeElement type : inputs.signals()) {
      Report faults = new Report();
      Outcome<WritableSignal> outcome = signals.process(type, faults);
      failed |= faults.hasErrors() || outcome instanceof Outcome.Deferred<WritableSignal>;
      if (outcome instanceof Outcome.Writable<WritableSignal> writable
          && !signals.hidesAnnotations(writable.found())) {
        lockableSignals.add(writable.found());
      }
    }
    Lockable parts = new Lockable(lockable, shown(steps), lockableSignals);
    lock = compare(contents, inputs, parts, failed, report);
  }

  /**
   * Compares the types as they were read in an earlier round, whose positions would be wrong only
   * in reports. Reading all types again takes as long as everything else that the lock does.
   */
  private boolean hasNoDifferenceToReport(
      ModuleContents contents, ModuleInputs inputs, ModuleTypesStep types) {
    List<WritableJob> read =
        inputs.types().stream().flatMap(type -> types.writable(type).stream()).toList();
    List<WritableSignal> readSignals =
        inputs.signals().stream().flatMap(type -> types.writableSignal(type).stream()).toList();
    if (read.size() < contents.types().size() || readSignals.size() < contents.signals().size()) {
      // One of the types has a component of a type that does not exist, which the compiler reports
      return false;
    }
    List<WritableJob> lockable =
        read.stream().filter(job -> !jobTypes.hidesAnnotations(job)).toList();
    List<WritableSignal> lockableSignals =
        readSignals.stream().filter(signal -> !signals.hidesAnnotations(signal)).toList();
    Report differences = new Report();
    Lockable parts = new Lockable(lockable, shown(types.steps()), lockableSignals);
    lock = compare(contents, inputs, parts, false, differences);
    return !differences.hasErrors() && !differences.hasWarnings();
  }

  /** The handlers whose records were not compiled earlier, or show all of their annotations. */
  private List<WritableSteps> shown(List<WritableSteps> steps) {
    return steps.stream().filter(each -> !handlers.hidesAnnotations(each)).toList();
  }

  private SchemaLock compare(
      ModuleContents contents,
      ModuleInputs inputs,
      Lockable lockable,
      boolean failed,
      Report report) {
    SourcePosition position =
        contents
            .module()
            .position()
            .orElseGet(() -> SourcePosition.of(inputs.originating().get(0)));
    SchemaLock compared =
        new SchemaLock(
            environment.getOptions(), report, environment.getElementUtils(), inputs.sources());
    compared.check(contents, lockable, position, failed);
    return compared;
  }

  /** Writes the file if it differs. To be called at the end of a compilation without errors. */
  public void write(Report report) {
    if (lock != null) {
      lock.write(report);
    }
  }
}
