package dev.tenon.jobs.processor;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.read.JobTypeReader;
import dev.tenon.jobs.processor.round.AnnotatedTypes;
import dev.tenon.jobs.processor.round.IncrementalCompilation;
import dev.tenon.jobs.processor.step.CheckedByStep;
import dev.tenon.jobs.processor.step.JobTypeStep;
import dev.tenon.jobs.processor.step.JobTypeStep.Outcome;
import dev.tenon.jobs.processor.write.DefinitionWriter;
import java.util.HashSet;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/**
 * Checks each class that has {@code @JobType} and each annotation that has {@code @CheckedBy} by
 * itself, and writes the definition of each job type beside its payload record. What it writes for
 * a record depends on nothing but that record and the types it names, so Gradle may run it for
 * single sources ("isolating").
 */
public final class JobsProcessor extends AbstractProcessor {

  private static final ClassName NAME = ClassName.get(JobsProcessor.class);

  private final Report report = new Report();
  private final Set<ClassName> written = new HashSet<>();
  private @Nullable Steps steps;

  /** What needs the environment of the compiler. */
  private record Steps(
      AnnotatedTypes waiting,
      JobTypeStep check,
      CheckedByStep checkedBy,
      DefinitionWriter writer) {}

  /** Called by the compiler. */
  public JobsProcessor() {}

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return Set.of(RuntimeTypes.JOB_TYPE.canonicalName(), RuntimeTypes.CHECKED_BY.canonicalName());
  }

  @Override
  public Set<String> getSupportedOptions() {
    return IncrementalCompilation.options(IncrementalCompilation.ISOLATING);
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public synchronized void init(ProcessingEnvironment environment) {
    super.init(environment);
    AnnotatedTypes waiting =
        new AnnotatedTypes(environment.getElementUtils(), RuntimeTypes.JOB_TYPE.canonicalName());
    JobTypeReader reader =
        new JobTypeReader(environment.getElementUtils(), environment.getTypeUtils());
    steps =
        new Steps(
            waiting,
            new JobTypeStep(environment, reader, waiting),
            new CheckedByStep(environment),
            new DefinitionWriter(NAME, environment.getFiler()));
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    Steps steps = this.steps;
    if (steps == null) {
      throw new IllegalStateException("The compiler did not call init.");
    }
    Set<String> unused = steps.waiting().add(round);
    if (!round.processingOver()) {
      steps.checkedBy().process(round, report);
      steps.waiting().types().forEach(type -> process(type, steps));
      report.print(processingEnv.getMessager());
    }
    return false;
  }

  private void process(TypeElement type, Steps steps) {
    try {
      Outcome outcome = steps.check().process(type, report);
      if (outcome instanceof Outcome.Writable writable) {
        write(type, writable, steps);
      }
      if (!(outcome instanceof Outcome.Deferred)) {
        steps.waiting().remove(type);
      }
    } catch (RuntimeException e) {
      report.addInternalError(SourcePosition.of(type), type, e);
      steps.waiting().remove(type);
    }
  }

  private void write(TypeElement type, Outcome.Writable writable, Steps steps) {
    ClassName definition = writable.job().definition();
    if (steps.waiting().sources().contains(definition.canonicalName())) {
      report.add(
          Diagnostic.NAME_CLASH,
          writable.job().position(),
          "%s makes the class %s, which is there already"
              .formatted(type.getSimpleName(), definition.simpleName()));
    } else if (written.add(definition)) {
      steps
          .writer()
          .write(writable.job(), writable.payload(), writable.result(), writable.upcasters(), type);
    }
  }
}
