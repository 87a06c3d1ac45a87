package dev.tenon.jobs.processor;

import com.google.auto.service.AutoService;
import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.lock.SchemaLock;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.read.JobTypeReader;
import dev.tenon.jobs.processor.round.GeneratedSources;
import dev.tenon.jobs.processor.round.IncrementalCompilation;
import dev.tenon.jobs.processor.round.ModuleIndex;
import dev.tenon.jobs.processor.round.ModuleInputs;
import dev.tenon.jobs.processor.step.ApiStep;
import dev.tenon.jobs.processor.step.CompletionStep;
import dev.tenon.jobs.processor.step.ExportStep;
import dev.tenon.jobs.processor.step.HandlerStep;
import dev.tenon.jobs.processor.step.JavaModuleStep;
import dev.tenon.jobs.processor.step.JobTypeStep;
import dev.tenon.jobs.processor.step.LockStep;
import dev.tenon.jobs.processor.step.ModuleStep;
import dev.tenon.jobs.processor.step.ModuleTypesStep;
import dev.tenon.jobs.processor.step.SignalStep;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/**
 * Checks all job types and handlers of a compilation against each other, and writes its module: the
 * typed submit methods, the registry, the class that takes the handlers, and the exports. The
 * output depends on every class that has {@code @JobType} or {@code @JobModule}, so Gradle always
 * gives it all of them ("aggregating"); if a build tool does not, the processor finds the missing
 * ones itself.
 *
 * <p>The module is written once, in the first round that brings no more job types. If something is
 * wrong, it is written immediately, so that the compiler does not also report everything that
 * refers to generated classes.
 */
// Nobody compiles against this annotation; it only stays in class files
@SuppressWarnings("exports")
@AutoService(Processor.class)
public final class JobsModuleProcessor extends AbstractProcessor {

  private static final ClassName NAME = ClassName.get(JobsModuleProcessor.class);

  /**
   * Eclipse's compiler forgets what was generated in an earlier round if a later one generates a
   * class that the sources name, so the module is written in the first round there (see <a
   * href="https://github.com/eclipse-jdt/eclipse.jdt.core/pull/3324">its pull request 3324</a>).
   */
  private static final String ECLIPSE = "org.eclipse.jdt.";

  private final Report report = new Report();
  private Phase phase = Phase.COLLECTING;
  private @Nullable Steps steps;

  /** The progress of the module's compilation. */
  private enum Phase {
    /** More of the module may come. */
    COLLECTING,
    /**
     * The module is written without everything that refers to missing types; the compiler reports
     * those.
     */
    INCOMPLETE,
    /** The module is written, or cannot be written. */
    SETTLED
  }

  /** The parts that need the compiler's environment. */
  private record Steps(
      Optional<ModuleIndex> index,
      ModuleInputs inputs,
      ApiStep api,
      CompletionStep completion,
      ModuleTypesStep types,
      ModuleStep module,
      ExportStep exports,
      LockStep lock,
      JavaModuleStep javaModule) {

    static Steps of(ProcessingEnvironment environment) {
      Optional<ModuleIndex> index = ModuleIndex.read(environment.getFiler());
      ModuleInputs inputs = new ModuleInputs(environment);
      JobTypeReader reader =
          new JobTypeReader(environment.getElementUtils(), environment.getTypeUtils());
      JobTypeStep jobTypes = new JobTypeStep(environment, reader, inputs.annotatedTypes());
      HandlerStep handlers = new HandlerStep(environment, reader, inputs.annotatedTypes());
      SignalStep signals = new SignalStep(environment, reader, inputs.annotatedTypes());
      ModuleTypesStep types = new ModuleTypesStep(environment, jobTypes, signals, handlers);
      ModuleStep module = new ModuleStep(NAME, environment, reader);
      return new Steps(
          index,
          inputs,
          new ApiStep(environment),
          new CompletionStep(environment, index),
          types,
          module,
          new ExportStep(environment, types),
          new LockStep(environment, jobTypes, handlers, signals),
          new JavaModuleStep(environment, module));
    }
  }

  /** Called by the compiler. */
  public JobsModuleProcessor() {}

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return IncrementalCompilation.annotations(
        steps == null ? Optional.empty() : steps.index(),
        RuntimeTypes.JOB_TYPE,
        RuntimeTypes.SIGNAL,
        RuntimeTypes.JOB_MODULE_ANNOTATION,
        RuntimeTypes.UPCASTER_ANNOTATION);
  }

  @Override
  public Set<String> getSupportedOptions() {
    Set<String> options =
        new HashSet<>(IncrementalCompilation.options(IncrementalCompilation.AGGREGATING));
    options.add(SchemaLock.FILE_OPTION);
    options.add(SchemaLock.MODE_OPTION);
    return options;
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
    Set<String> added = steps.inputs().add(round);
    try {
      if (round.processingOver()) {
        finish(round, steps);
      } else if (phase != Phase.COLLECTING) {
        reportLate(added);
      } else {
        phase = collect(round, added, steps);
      }
    } catch (RuntimeException e) {
      phase = Phase.SETTLED;
      Element first = steps.inputs().originating().stream().findFirst().orElseThrow(() -> e);
      report.addInternalError(SourcePosition.of(first), "the module", e);
    }
    report.print(processingEnv.getMessager());
    return false;
  }

  /** Writes the module, unless it is unknown or more of it will come. */
  private Phase collect(RoundEnvironment round, Set<String> added, Steps steps) {
    ModuleInputs inputs = steps.inputs();
    if (steps.api().isMissing(inputs.originating())) {
      steps.api().report(inputs, report);
      return Phase.SETTLED;
    }
    steps.completion().complete(inputs);
    Optional<ModuleContents> contents = steps.module().read(inputs);
    if (contents.isEmpty()) {
      boolean isKnown = inputs.hasUnresolved() || GeneratedSources.bringsNothingElse(round);
      return inputs.isEmpty() || !isKnown ? Phase.COLLECTING : writeIncomplete(steps);
    }
    boolean typesAreClean = steps.types().check(inputs, round);
    boolean isLastChance =
        round.errorRaised()
            || !typesAreClean
            || inputs.isDeclaredOnImplicitPackage()
            || processingEnv.getClass().getName().startsWith(ECLIPSE);
    if (!isLastChance && steps.types().writesDefinitions(added, inputs)) {
      return Phase.COLLECTING;
    }
    steps.completion().check(contents.get(), steps.types().hidden(inputs), inputs, report);
    if (report.hasErrors()) {
      return Phase.SETTLED;
    }
    steps.module().check(contents.get(), inputs, steps.types().steps(), report);
    boolean isFaultless = !round.errorRaised() && typesAreClean && !report.hasErrors();
    steps.module().write(contents.get(), inputs, isFaultless);
    // With an error there is no jar
    if (isFaultless) {
      steps.exports().write(contents.get(), inputs);
    }
    if (!round.errorRaised()) {
      steps.lock().check(contents.get(), inputs, steps.types(), isFaultless, report);
    }
    return Phase.SETTLED;
  }

  /**
   * Handles a round that only Tenon wrote files for: types that do not exist yet will never come.
   * The compiler reports them, so nothing is reported about code that names the module's classes.
   */
  private static Phase writeIncomplete(Steps steps) {
    steps
        .module()
        .readResolved(steps.inputs())
        .ifPresent(contents -> steps.module().write(contents, steps.inputs(), false));
    return Phase.INCOMPLETE;
  }

  private void reportLate(Set<String> added) {
    for (String name : added) {
      TypeElement type = processingEnv.getElementUtils().getTypeElement(name);
      report.add(Diagnostic.LATE_TYPE, SourcePosition.of(type), type.getSimpleName());
    }
  }

  /** Makes the checks that need all generated classes, and writes the lock. */
  private void finish(RoundEnvironment round, Steps steps) {
    if (phase == Phase.INCOMPLETE && steps.module().read(steps.inputs()).isPresent()) {
      Element first = steps.inputs().originating().get(0);
      report.add(Diagnostic.LATE_TYPE, SourcePosition.of(first), "A type that the module needs");
    }
    if (phase == Phase.SETTLED && !round.errorRaised()) {
      steps.javaModule().check(steps.inputs(), report);
      if (!report.hasErrors()) {
        steps.exports().writeIndex(steps.inputs());
        steps.lock().write(report);
      }
    }
  }
}
