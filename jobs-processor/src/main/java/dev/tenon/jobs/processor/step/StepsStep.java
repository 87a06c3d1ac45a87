package dev.tenon.jobs.processor.step;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.check.StepsCheck;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.WritableSteps;
import dev.tenon.jobs.processor.read.JobTypeReader;
import dev.tenon.jobs.processor.round.AnnotatedTypes;
import dev.tenon.jobs.processor.round.IncrementalCompilation;
import dev.tenon.jobs.processor.write.SourceFiles;
import dev.tenon.jobs.processor.write.StepsWriter;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/** Checks the steps, waits and cursor of each handler, and writes the classes that call them. */
public final class StepsStep {

  private final Elements elements;
  private final AnnotatedTypes waiting;
  private final HandlerStep handlers;
  private final StepsWriter writer;
  private final Set<ClassName> written = new HashSet<>();
  private final Set<String> warned = new TreeSet<>();

  /** Creates a step of this processor. */
  public StepsStep(ClassName processor, ProcessingEnvironment environment) {
    this.elements = environment.getElementUtils();
    this.waiting = new AnnotatedTypes(elements, RuntimeTypes.JOB_TYPE);
    this.handlers =
        new HandlerStep(
            environment, new JobTypeReader(elements, environment.getTypeUtils()), waiting);
    this.writer = new StepsWriter(new SourceFiles(processor, environment));
  }

  /** Adds the classes of a round. */
  public void add(RoundEnvironment round) {
    Set<String> unused = waiting.add(round);
  }

  /** Checks and writes everything that can be done in this round. */
  public void process(Report report) {
    waiting.types().forEach(type -> process(type, report));
  }

  /** Reports the warnings, in the last round. */
  public void reportWarnings(Report report) {
    for (String name : warned) {
      Report faults = new Report();
      HandlerStep.Outcome unused = handlers.process(elements.getTypeElement(name), faults);
      report.addWarnings(faults);
    }
  }

  private void process(TypeElement type, Report report) {
    try {
      if (IncrementalCompilation.isCompiled(type, elements)) {
        waiting.remove(type);
        return;
      }
      Report faults = new Report();
      HandlerStep.Outcome outcome = handlers.process(type, faults);
      if (outcome instanceof HandlerStep.Outcome.Writable writable) {
        write(type, writable.steps(), report);
      }
      if (!(outcome instanceof HandlerStep.Outcome.Deferred)) {
        waiting.remove(type);
      }
      if (faults.hasWarnings()) {
        warned.add(type.getQualifiedName().toString());
      }
      report.addErrors(faults);
    } catch (RuntimeException e) {
      report.addInternalError(SourcePosition.of(type), type, e);
      waiting.remove(type);
    }
  }

  private void write(TypeElement handler, WritableSteps steps, Report report) {
    if (waiting.sources().contains(steps.generated().canonicalName())) {
      StepsCheck.clash(steps, report);
    } else if (written.add(steps.generated())) {
      writer.write(steps, handler);
    }
  }
}
