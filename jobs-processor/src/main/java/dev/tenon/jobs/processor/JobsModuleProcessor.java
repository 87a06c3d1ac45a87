package dev.tenon.jobs.processor;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.JavaModuleCheck;
import dev.tenon.jobs.processor.check.ModuleCheck;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.check.UpcasterOwnerCheck;
import dev.tenon.jobs.processor.export.ExportedType;
import dev.tenon.jobs.processor.export.ModuleExports;
import dev.tenon.jobs.processor.lock.SchemaLock;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.read.JobTypeReader;
import dev.tenon.jobs.processor.read.ModuleContentsReader;
import dev.tenon.jobs.processor.read.ModuleReader;
import dev.tenon.jobs.processor.round.AnnotatedTypes;
import dev.tenon.jobs.processor.round.IncrementalCompilation;
import dev.tenon.jobs.processor.round.ModuleElements;
import dev.tenon.jobs.processor.round.UpcasterOwners;
import dev.tenon.jobs.processor.step.CheckedByStep;
import dev.tenon.jobs.processor.step.JobTypeStep;
import dev.tenon.jobs.processor.step.JobTypeStep.Outcome;
import dev.tenon.jobs.processor.write.ApiWriter;
import dev.tenon.jobs.processor.write.HandlersWriter;
import dev.tenon.jobs.processor.write.ModuleWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/**
 * Checks all job types and handlers of a compilation against each other, and writes its module: the
 * typed submit methods, the registry, the class that takes the handlers, and the exports. What it
 * writes depends on every class that has {@code @JobType} or {@code @JobModule}, so Gradle always
 * gives it all of them ("aggregating").
 *
 * <p>The module is written once, in the first round that brings no more job types; or at once if
 * something is wrong, so that what refers to generated classes is not reported as well.
 */
public final class JobsModuleProcessor extends AbstractProcessor {

  private static final ClassName NAME = ClassName.get(JobsModuleProcessor.class);

  /**
   * Eclipse's compiler forgets what was generated in an earlier round if a later one generates a
   * class that the sources name, so the module is written in the first round there (see <a
   * href="https://github.com/eclipse-jdt/eclipse.jdt.core/pull/3324">its pull request 3324</a>).
   */
  private static final String ECLIPSE = "org.eclipse.jdt.";

  private final Report report = new Report();

  /** The job types for which a definition can be written, by the name of the payload record. */
  private final Map<String, Outcome.Writable> writable = new HashMap<>();

  private boolean writesInFirstRound;
  private boolean written;
  private boolean javaModuleChecked;
  private @Nullable Steps steps;
  private @Nullable SchemaLock lock;

  /** What needs the environment of the compiler. */
  private record Steps(
      AnnotatedTypes types,
      ModuleElements modules,
      UpcasterOwners upcasters,
      JobTypeStep check,
      CheckedByStep checkedBy,
      ModuleContentsReader contents) {}

  /** Called by the compiler. */
  public JobsModuleProcessor() {}

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return Set.of(
        RuntimeTypes.JOB_TYPE.canonicalName(),
        RuntimeTypes.JOB_MODULE_ANNOTATION.canonicalName(),
        RuntimeTypes.UPCASTER_ANNOTATION.canonicalName());
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
    writesInFirstRound = environment.getClass().getName().startsWith(ECLIPSE);
    JobTypeReader jobTypes =
        new JobTypeReader(environment.getElementUtils(), environment.getTypeUtils());
    AnnotatedTypes types =
        new AnnotatedTypes(environment.getElementUtils(), RuntimeTypes.JOB_TYPE.canonicalName());
    steps =
        new Steps(
            types,
            new ModuleElements(environment.getElementUtils()),
            new UpcasterOwners(environment),
            new JobTypeStep(environment, jobTypes, types),
            new CheckedByStep(environment),
            new ModuleContentsReader(
                jobTypes, new ModuleReader(environment.getElementUtils(), jobTypes)));
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    Steps steps = this.steps;
    if (steps == null) {
      throw new IllegalStateException("The compiler did not call init.");
    }
    Set<String> added = steps.types().add(round);
    steps.modules().add(round);
    steps.upcasters().add(round);
    if (round.processingOver()) {
      if (lock != null && !round.errorRaised()) {
        lock.write();
        report.print(processingEnv.getMessager());
      }
      return false;
    }
    if (written) {
      reportLate(added);
      checkJavaModule(steps);
    } else {
      writeOnce(steps, added, round);
    }
    report.print(processingEnv.getMessager());
    return false;
  }

  private void reportLate(Set<String> added) {
    for (String name : added) {
      TypeElement type = processingEnv.getElementUtils().getTypeElement(name);
      report.add(Diagnostic.LATE_TYPE, SourcePosition.of(type), type.getSimpleName());
    }
  }

  /** In the round after everything was written; that does not come if something was reported. */
  private void checkJavaModule(Steps steps) {
    if (javaModuleChecked) {
      return;
    }
    javaModuleChecked = true;
    List<TypeElement> types = steps.types().types();
    if (types.stream().allMatch(this::isInUnnamedModule)) {
      return;
    }
    JavaModuleCheck check = new JavaModuleCheck(report, processingEnv.getElementUtils());
    steps
        .contents()
        .read(types, steps.modules().elements())
        .map(ModuleContents::module)
        .ifPresent(
            module ->
                check.checkProvided(
                    module.module(), module.position().orElse(module.name().position())));
    for (TypeElement type : types) {
      if (steps.check().process(type, new Report()) instanceof Outcome.Writable writable) {
        check.checkOpen(writable.payload(), writable.job().position());
        writable.result().ifPresent(result -> check.checkOpen(result, writable.job().position()));
      }
    }
  }

  private boolean isInUnnamedModule(TypeElement type) {
    ModuleElement module = processingEnv.getElementUtils().getModuleOf(type);
    return module == null || module.isUnnamed();
  }

  private void writeOnce(Steps steps, Set<String> added, RoundEnvironment round) {
    List<TypeElement> types = steps.types().types();
    List<Element> modules = steps.modules().elements();
    if (types.isEmpty() && modules.isEmpty()) {
      return;
    }
    Element first = types.isEmpty() ? modules.get(0) : types.get(0);
    try {
      Optional<ModuleContents> contents = steps.contents().read(types, modules);
      if (contents.isEmpty()) {
        return;
      }
      Report trial = new Report();
      steps.checkedBy().process(round, trial);
      checkNew(types, steps, trial);
      if (moreRoundsFollow(added, steps, trial) && !writesInFirstRound && !round.errorRaised()) {
        return;
      }
      written = true;
      checkModules(modules);
      ModuleCheck check =
          new ModuleCheck(
              report,
              processingEnv.getElementUtils(),
              processingEnv.getTypeUtils(),
              steps.types().sources());
      check.check(contents.get());
      new UpcasterOwnerCheck(report).check(steps.upcasters().methods(), contents.get());
      List<Element> sources = new ArrayList<>(types);
      sources.addAll(modules);
      write(check.writable(contents.get()), sources, steps.types().sources());
      // With an error there is no jar
      if (!round.errorRaised() && !trial.hasErrors() && !report.hasErrors()) {
        new ModuleExports(processingEnv).write(contents.get(), exported(types), sources);
      }
      if (!round.errorRaised() && SchemaLock.isWanted(processingEnv.getOptions())) {
        lock(contents.get(), types, steps);
      }
    } catch (RuntimeException e) {
      written = true;
      report.addInternalError(SourcePosition.of(first), "the module", e);
    }
  }

  /**
   * Checks what is not known to be writable from an earlier round. What is had no fault, or this
   * round would not have come.
   *
   * @param trial where the faults of the types are added, which {@link JobsProcessor} reports
   */
  private void checkNew(List<TypeElement> types, Steps steps, Report trial) {
    for (TypeElement type : types) {
      String name = type.getQualifiedName().toString();
      if (!writable.containsKey(name)
          && steps.check().process(type, trial) instanceof Outcome.Writable found) {
        writable.put(name, found);
      }
    }
  }

  /**
   * Whether there is certainly another round, because {@link JobsProcessor} writes something in
   * this one and finds nothing wrong. That round may bring more job types, made by other
   * processors.
   */
  private boolean moreRoundsFollow(Set<String> added, Steps steps, Report trial) {
    List<ClassName> definitions =
        added.stream()
            .map(writable::get)
            .filter(Objects::nonNull)
            .map(found -> found.job().definition())
            .toList();
    // A name that is taken is reported in this round
    return !definitions.isEmpty()
        && definitions.stream()
            .map(ClassName::canonicalName)
            .noneMatch(steps.types().sources()::contains)
        && !trial.hasErrors();
  }

  private List<ExportedType> exported(List<TypeElement> types) {
    List<ExportedType> exported = new ArrayList<>();
    for (TypeElement type : types) {
      Outcome.Writable found = writable.get(type.getQualifiedName().toString());
      if (found != null) {
        exported.add(new ExportedType(found.job(), type, found.payload(), found.result()));
      }
    }
    return exported;
  }

  /** Compares the module with the file of its schema lock, which is written in the end. */
  private void lock(ModuleContents contents, List<TypeElement> types, Steps steps) {
    List<SchemaLock.Type> lockable = new ArrayList<>();
    boolean failed = false;
    // Read once more: javac makes fields and annotations anew in each round, and only those of this
    // one have a place in the sources
    for (TypeElement type : types) {
      Report trial = new Report();
      Outcome outcome = steps.check().process(type, trial);
      if (outcome instanceof Outcome.Writable writable) {
        boolean hidden = steps.check().hidesAnnotations(writable);
        failed |= trial.hasErrors() && !hidden;
        lockable.add(
            new SchemaLock.Type(
                writable.job(),
                writable.payload(),
                writable.result(),
                writable.upcasters(),
                hidden));
      } else {
        // A component of a type that does not exist is not read, and the compiler will say so
        failed |= trial.hasErrors() || outcome instanceof Outcome.Deferred;
      }
    }
    SourcePosition position =
        contents.module().position().orElseGet(() -> SourcePosition.of(types.get(0)));
    SchemaLock made =
        new SchemaLock(
            processingEnv.getOptions(),
            report,
            processingEnv.getElementUtils(),
            steps.types().sources());
    made.check(contents, lockable, position, failed);
    lock = made;
  }

  private void checkModules(List<Element> modules) {
    for (Element module : modules.subList(Math.min(1, modules.size()), modules.size())) {
      report.add(
          Diagnostic.DUPLICATE_MODULE,
          ModuleElements.position(module),
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
