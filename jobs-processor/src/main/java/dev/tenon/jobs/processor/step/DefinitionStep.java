package dev.tenon.jobs.processor.step;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.read.JobTypeReader;
import dev.tenon.jobs.processor.round.AnnotatedTypes;
import dev.tenon.jobs.processor.round.IncrementalCompilation;
import dev.tenon.jobs.processor.step.JobTypeStep.Outcome;
import dev.tenon.jobs.processor.write.DefinitionWriter;
import dev.tenon.jobs.processor.write.SourceFiles;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/** Checks each class that has {@code @JobType}, and writes the definitions of job types. */
public final class DefinitionStep {

  private final Elements elements;
  private final AnnotatedTypes waiting;
  private final JobTypeStep jobTypes;
  private final DefinitionWriter writer;
  private final Set<ClassName> written = new HashSet<>();
  private final Set<String> outdated = new HashSet<>();
  private final Set<String> warned = new TreeSet<>();

  /**
   * Creates a step of this processor.
   *
   * @param waiting the classes that are not finished yet
   */
  public DefinitionStep(
      ClassName processor, ProcessingEnvironment environment, AnnotatedTypes waiting) {
    this.elements = environment.getElementUtils();
    this.waiting = waiting;
    this.jobTypes =
        new JobTypeStep(
            environment, new JobTypeReader(elements, environment.getTypeUtils()), waiting);
    this.writer = new DefinitionWriter(new SourceFiles(processor, environment));
  }

  /**
   * Checks and writes everything that can be done in this round.
   *
   * @param changed the payloads that are not compiled this time, although something in them has
   *     changed
   */
  public void process(Set<String> changed, Report report) {
    changed.stream().filter(outdated::add).forEach(waiting::addCompiled);
    waiting.types().forEach(type -> process(type, report));
  }

  /**
   * Reports the warnings, in the last round. With {@code -Werror} javac treats a warning as an
   * error, and forgets the classes that were generated in the previous round.
   */
  public void reportWarnings(Report report) {
    for (String name : warned) {
      Report faults = new Report();
      Outcome unused = jobTypes.process(elements.getTypeElement(name), faults);
      report.addWarnings(faults);
    }
  }

  private void process(TypeElement type, Report report) {
    String name = type.getQualifiedName().toString();
    try {
      if (IncrementalCompilation.isCompiled(type, elements) && !outdated.contains(name)) {
        waiting.remove(type);
        return;
      }
      Report faults = new Report();
      Outcome outcome = jobTypes.process(type, faults);
      if (outcome instanceof Outcome.Writable writable) {
        if (outdated.contains(name) && jobTypes.hidesAnnotations(writable.job())) {
          // Its module is not complete, which the module's processor reports
          waiting.remove(type);
          return;
        }
        write(type, writable.job(), report);
      }
      if (!(outcome instanceof Outcome.Deferred)) {
        waiting.remove(type);
      }
      if (faults.hasWarnings()) {
        warned.add(name);
      }
      report.addErrors(faults);
    } catch (RuntimeException e) {
      report.addInternalError(SourcePosition.of(type), type, e);
      waiting.remove(type);
    }
  }

  private void write(TypeElement type, WritableJob writable, Report report) {
    ClassName definition = writable.job().definition();
    if (waiting.sources().contains(definition.canonicalName())) {
      report.add(
          Diagnostic.NAME_CLASH,
          writable.job().position(),
          "%s generates the class %s, which already exists"
              .formatted(type.getSimpleName(), definition.simpleName()));
    } else if (written.add(definition)) {
      writer.write(writable, type);
    }
  }
}
