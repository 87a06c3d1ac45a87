package dev.tenon.jobs.processor;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.JobTypeStep.Outcome;
import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.Place;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.read.JobTypeReader;
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
      Found waiting, JobTypeStep check, CheckedByStep checkedBy, DefinitionWriter writer) {}

  /** Called by the compiler. */
  public JobsProcessor() {}

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return Set.of(RuntimeTypes.JOB_TYPE.canonicalName(), RuntimeTypes.CHECKED_BY.canonicalName());
  }

  @Override
  public Set<String> getSupportedOptions() {
    return Incremental.options(Incremental.ISOLATING);
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public synchronized void init(ProcessingEnvironment environment) {
    super.init(environment);
    Found waiting = new Found(environment.getElementUtils(), RuntimeTypes.JOB_TYPE.canonicalName());
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
    Steps now = steps;
    if (now == null) {
      throw new IllegalStateException("The compiler did not call init.");
    }
    Set<String> unused = now.waiting().add(round);
    if (!round.processingOver()) {
      now.checkedBy().process(round, report);
      now.waiting().types().forEach(type -> process(type, now));
      report.print(processingEnv.getMessager());
    }
    return false;
  }

  private void process(TypeElement type, Steps now) {
    try {
      Outcome outcome = now.check().process(type, report);
      if (outcome instanceof Outcome.Writable writable) {
        write(type, writable, now);
      }
      if (!(outcome instanceof Outcome.Deferred)) {
        now.waiting().remove(type);
      }
    } catch (RuntimeException e) {
      report.add(Diagnostic.INTERNAL, Place.of(type), type, Bugs.describe(e));
      now.waiting().remove(type);
    }
  }

  private void write(TypeElement type, Outcome.Writable writable, Steps now) {
    ClassName definition = writable.job().definition();
    if (now.waiting().sources().contains(definition.canonicalName())) {
      report.add(
          Diagnostic.NAME_CLASH,
          writable.job().place(),
          "%s makes the class %s, which is there already"
              .formatted(type.getSimpleName(), definition.simpleName()));
    } else if (written.add(definition)) {
      now.writer()
          .write(writable.job(), writable.payload(), writable.result(), writable.upcasters(), type);
    }
  }
}
