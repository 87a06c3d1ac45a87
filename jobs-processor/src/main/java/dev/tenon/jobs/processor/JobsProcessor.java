package dev.tenon.jobs.processor;

import com.google.auto.service.AutoService;
import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.model.WritableSignal;
import dev.tenon.jobs.processor.model.WritableSteps;
import dev.tenon.jobs.processor.round.ImplicitSources;
import dev.tenon.jobs.processor.round.IncrementalCompilation;
import dev.tenon.jobs.processor.round.ModuleIndex;
import dev.tenon.jobs.processor.step.ApiStep;
import dev.tenon.jobs.processor.step.DefinitionStep;
import dev.tenon.jobs.processor.step.RoundChecks;
import java.util.List;
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
 * Checks each class that has {@code @JobType} or {@code @Signal}, each annotation that has
 * {@code @CheckedBy}, each method that has {@code @FromResults} and each field that has
 * {@code @Sensitive}, one at a time, and writes the definition of each job type and signal next to
 * its record, and the steps of each handler next to it. The output for a class depends only on that
 * class and the types it names, so Gradle may run it for single sources ("isolating").
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
      ApiStep api,
      RoundChecks checks,
      DefinitionStep<WritableJob> definitions,
      DefinitionStep<WritableSignal> signals,
      DefinitionStep<WritableSteps> handlers) {

    static Steps of(ProcessingEnvironment environment) {
      return new Steps(
          ModuleIndex.read(environment.getFiler()),
          new ImplicitSources(environment),
          new ApiStep(environment),
          new RoundChecks(environment),
          DefinitionStep.ofJobTypes(NAME, environment),
          DefinitionStep.ofSignals(NAME, environment),
          DefinitionStep.ofHandlers(NAME, environment));
    }

    List<DefinitionStep<?>> kinds() {
      return List.of(definitions, signals, handlers);
    }

    /**
     * The payloads, signals and handlers that are not compiled this time, although something in
     * them has changed.
     */
    ModuleIndex.Outdated outdated() {
      Set<String> given = definitions.sources();
      return index
          .map(before -> before.outdated(given, implicit.of(before, given)))
          .orElse(ModuleIndex.Outdated.NOTHING);
    }

    /** Returns whether generated code cannot name the API. */
    boolean isApiMissing() {
      return kinds().stream().anyMatch(kind -> api.isMissing(kind.waiting()));
    }
  }

  /** Called by the compiler. */
  public JobsProcessor() {}

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return IncrementalCompilation.annotations(
        steps == null ? Optional.empty() : steps.index(),
        RuntimeTypes.JOB_TYPE,
        RuntimeTypes.SIGNAL,
        RuntimeTypes.CHECKED_BY,
        RuntimeTypes.FROM_RESULTS,
        RuntimeTypes.BATCH,
        RuntimeTypes.STEP,
        RuntimeTypes.STEP_KEY,
        RuntimeTypes.IN_DOUBT,
        RuntimeTypes.AWAITS,
        RuntimeTypes.AWAITS.nestedClass("List"),
        RuntimeTypes.SLEEPS,
        RuntimeTypes.SLEEPS.nestedClass("List"),
        RuntimeTypes.RESUMES_FROM,
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
    steps.kinds().forEach(kind -> kind.add(round));
    if (round.processingOver()) {
      steps.kinds().forEach(kind -> kind.reportWarnings(report));
    } else {
      ModuleIndex.Outdated outdated = steps.outdated();
      steps.checks().process(round, report);
      // The module's processor reports that it is missing
      if (!steps.isApiMissing()) {
        steps.definitions().process(outdated.payloads(), report);
        steps.signals().process(outdated.signals(), report);
        steps.handlers().process(outdated.handlers(), report);
      }
    }
    report.print(processingEnv.getMessager());
    return false;
  }
}
