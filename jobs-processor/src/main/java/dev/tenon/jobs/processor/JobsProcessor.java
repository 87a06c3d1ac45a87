package dev.tenon.jobs.processor;

import com.google.auto.service.AutoService;
import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.round.AnnotatedTypes;
import dev.tenon.jobs.processor.round.ImplicitSources;
import dev.tenon.jobs.processor.round.IncrementalCompilation;
import dev.tenon.jobs.processor.round.ModuleIndex;
import dev.tenon.jobs.processor.step.ApiStep;
import dev.tenon.jobs.processor.step.DefinitionStep;
import dev.tenon.jobs.processor.step.RoundChecks;
import dev.tenon.jobs.processor.step.StepsStep;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/**
 * Checks each class that has {@code @JobType}, each annotation that has {@code @CheckedBy}, each
 * method that has {@code @FromResults} and each field that has {@code @Sensitive}, one at a time,
 * and writes the definition of each job type next to its payload record, and the steps of each
 * handler next to it. The output for a class depends only on that class and the types it names, so
 * Gradle may run it for single sources ("isolating").
 */
// Nobody compiles against this annotation; it only stays in class files
@SuppressWarnings("exports")
@AutoService(Processor.class)
public final class JobsProcessor extends AbstractProcessor {

  private static final ClassName NAME = ClassName.get(JobsProcessor.class);

  private final Report report = new Report();
  private @Nullable Steps steps;

  /** The parts that need the compiler's environment. */
  private record Steps(
      Optional<ModuleIndex> index,
      ImplicitSources implicit,
      AnnotatedTypes types,
      ApiStep api,
      RoundChecks checks,
      DefinitionStep definitions,
      StepsStep steps) {

    static Steps of(ProcessingEnvironment environment) {
      Optional<ModuleIndex> index = ModuleIndex.read(environment.getFiler());
      AnnotatedTypes types =
          new AnnotatedTypes(environment.getElementUtils(), RuntimeTypes.JOB_TYPE);
      return new Steps(
          index,
          new ImplicitSources(environment),
          types,
          new ApiStep(environment),
          new RoundChecks(environment),
          new DefinitionStep(NAME, environment, types),
          new StepsStep(NAME, environment));
    }

    /** The payloads that are not compiled this time, although something in them has changed. */
    Set<String> outdated() {
      Set<String> given = types.sources();
      return index
          .map(before -> before.outdated(given, implicit.of(before, given)))
          .orElse(Set.of());
    }
  }

  /** Called by the compiler. */
  public JobsProcessor() {}

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return IncrementalCompilation.annotations(
        steps == null ? Optional.empty() : steps.index(),
        RuntimeTypes.JOB_TYPE,
        RuntimeTypes.CHECKED_BY,
        RuntimeTypes.FROM_RESULTS,
        RuntimeTypes.SENSITIVE);
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
    steps = Steps.of(environment);
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    if (steps == null) {
      throw new IllegalStateException("The compiler did not call init.");
    }
    AnnotatedTypes types = steps.types();
    Set<String> unused = types.add(round);
    steps.steps().add(round);
    if (round.processingOver()) {
      steps.definitions().reportWarnings(report);
      steps.steps().reportWarnings(report);
    } else {
      Set<String> outdated = steps.outdated();
      steps.checks().process(round, report);
      // The module's processor reports that it is missing
      if (!steps.api().isMissing(types.types())) {
        steps.definitions().process(outdated, report);
        steps.steps().process(report);
      }
    }
    report.print(processingEnv.getMessager());
    return false;
  }
}
