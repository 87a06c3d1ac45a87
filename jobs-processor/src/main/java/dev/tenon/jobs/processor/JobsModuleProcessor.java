package dev.tenon.jobs.processor;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.JobTypeStep.Outcome;
import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.ModuleCheck;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.Place;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.read.JobTypeReader;
import dev.tenon.jobs.processor.read.ModuleReader;
import dev.tenon.jobs.processor.write.ApiWriter;
import dev.tenon.jobs.processor.write.HandlersWriter;
import dev.tenon.jobs.processor.write.ModuleWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/**
 * Checks all job types and handlers of a compilation against each other, and writes its module: the
 * typed submit methods, the registry, and the class that takes the handlers. What it writes depends
 * on every class that has {@code @JobType} or {@code @JobModule}, so Gradle always gives it all of
 * them ("aggregating").
 *
 * <p>The module is written once, in the first round that brings no more job types; or at once if
 * something is wrong, so that what refers to generated classes is not reported as well.
 */
public final class JobsModuleProcessor extends AbstractProcessor {

  private static final ClassName NAME = ClassName.get(JobsModuleProcessor.class);

  private final Report report = new Report();
  private boolean written;
  private @Nullable Steps steps;

  /** What needs the environment of the compiler. */
  private record Steps(
      Found types,
      ModuleElements modules,
      JobTypeStep check,
      CheckedByStep checkedBy,
      ContentsReader contents) {}

  /** Called by the compiler. */
  public JobsModuleProcessor() {}

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return Set.of(
        RuntimeTypes.JOB_TYPE.canonicalName(), RuntimeTypes.JOB_MODULE_ANNOTATION.canonicalName());
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public synchronized void init(ProcessingEnvironment environment) {
    super.init(environment);
    JobTypeReader jobTypes =
        new JobTypeReader(environment.getElementUtils(), environment.getTypeUtils());
    Found types = new Found(environment.getElementUtils(), RuntimeTypes.JOB_TYPE.canonicalName());
    steps =
        new Steps(
            types,
            new ModuleElements(environment.getElementUtils()),
            new JobTypeStep(environment, jobTypes, types),
            new CheckedByStep(environment),
            new ContentsReader(
                jobTypes, new ModuleReader(environment.getElementUtils(), jobTypes)));
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    Steps now = steps;
    if (now == null) {
      throw new IllegalStateException("The compiler did not call init.");
    }
    Set<String> added = now.types().add(round);
    now.modules().add(round);
    if (round.processingOver()) {
      return false;
    }
    if (written) {
      reportLate(added);
    } else {
      writeOnce(now, added, round);
    }
    report.print(processingEnv.getMessager());
    return false;
  }

  private void reportLate(Set<String> added) {
    for (String name : added) {
      TypeElement type = processingEnv.getElementUtils().getTypeElement(name);
      report.add(Diagnostic.LATE_TYPE, Place.of(type), type.getSimpleName());
    }
  }

  private void writeOnce(Steps now, Set<String> added, RoundEnvironment round) {
    List<TypeElement> types = now.types().types();
    List<Element> modules = now.modules().elements();
    if (types.isEmpty() && modules.isEmpty()) {
      return;
    }
    Element first = types.isEmpty() ? modules.get(0) : types.get(0);
    try {
      Optional<ModuleContents> contents = now.contents().read(types, modules);
      if (contents.isEmpty()
          || (!round.errorRaised() && moreRoundsFollow(types, added, round, now))) {
        return;
      }
      written = true;
      checkModules(modules);
      ModuleCheck check =
          new ModuleCheck(report, processingEnv.getElementUtils(), now.types().sources());
      check.check(contents.get());
      List<Element> sources = new ArrayList<>(types);
      sources.addAll(modules);
      write(check.writable(contents.get()), sources, now.types().sources());
    } catch (RuntimeException e) {
      written = true;
      report.add(Diagnostic.INTERNAL, Place.of(first), "the module", Bugs.describe(e));
    }
  }

  /**
   * Whether there is certainly another round, because {@link JobsProcessor} writes something in
   * this one and finds nothing wrong. That round may bring more job types, made by other
   * processors.
   */
  private static boolean moreRoundsFollow(
      List<TypeElement> types, Set<String> added, RoundEnvironment round, Steps now) {
    Report trial = new Report();
    now.checkedBy().process(round, trial);
    boolean writes = false;
    for (TypeElement type : types) {
      if (now.check().process(type, trial) instanceof Outcome.Writable writable) {
        if (now.types().sources().contains(writable.job().definition().canonicalName())) {
          // A name clash, which is reported in this round
          return false;
        }
        writes |= added.contains(type.getQualifiedName().toString());
      }
    }
    return writes && !trial.hasErrors();
  }

  private void checkModules(List<Element> modules) {
    for (Element module : modules.subList(Math.min(1, modules.size()), modules.size())) {
      report.add(
          Diagnostic.DUPLICATE_MODULE,
          ModuleElements.place(module),
          ModuleElements.name(modules.get(0)),
          ModuleElements.name(module));
    }
  }

  private void write(ModuleContents contents, List<Element> sources, Set<String> taken) {
    if (!taken.contains(contents.module().api().canonicalName())) {
      new ApiWriter(NAME, processingEnv.getFiler()).write(contents, sources);
    }
    if (!taken.contains(contents.module().module().canonicalName())) {
      new ModuleWriter(NAME, processingEnv.getFiler()).write(contents, sources);
    }
    if (contents.module().handlersHere()
        && !taken.contains(contents.module().handlers().canonicalName())) {
      new HandlersWriter(NAME, processingEnv.getFiler()).write(contents, sources);
    }
  }
}
