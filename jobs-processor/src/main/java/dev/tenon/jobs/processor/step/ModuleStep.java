package dev.tenon.jobs.processor.step;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.ParameterSpec;
import dev.tenon.jobs.processor.check.AwaitedSignalsCheck;
import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.FileNameCheck;
import dev.tenon.jobs.processor.check.ModuleCheck;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.check.UpcasterOwnerCheck;
import dev.tenon.jobs.processor.model.Injection;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.WritableSteps;
import dev.tenon.jobs.processor.read.InjectionReader;
import dev.tenon.jobs.processor.read.JobTypeReader;
import dev.tenon.jobs.processor.read.ModuleContentsReader;
import dev.tenon.jobs.processor.read.ModuleContentsReader.Unresolved;
import dev.tenon.jobs.processor.read.ModuleReader;
import dev.tenon.jobs.processor.round.ModuleElements;
import dev.tenon.jobs.processor.round.ModuleInputs;
import dev.tenon.jobs.processor.write.ApiWriter;
import dev.tenon.jobs.processor.write.DaggerWriter;
import dev.tenon.jobs.processor.write.HandlersWriter;
import dev.tenon.jobs.processor.write.ModuleWriter;
import dev.tenon.jobs.processor.write.SourceFiles;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Reads the module, checks its types and handlers against each other, and writes its classes. */
public final class ModuleStep {

  private final Elements elements;
  private final Types types;
  private final SourceFiles files;
  private final ClassOutput output;
  private final ModuleContentsReader reader;
  private final InjectionReader injections;

  /** Creates a step of this processor. */
  public ModuleStep(
      ClassName processor, ProcessingEnvironment environment, JobTypeReader jobTypes) {
    this.elements = environment.getElementUtils();
    this.types = environment.getTypeUtils();
    this.files = new SourceFiles(processor, environment);
    this.output = new ClassOutput(environment.getFiler());
    this.reader = new ModuleContentsReader(jobTypes, new ModuleReader(elements, jobTypes));
    this.injections = new InjectionReader(elements);
  }

  /**
   * The module; empty if there is none, or if it refers to a type or an annotation that does not
   * exist (yet).
   */
  public Optional<ModuleContents> read(ModuleInputs inputs) {
    return inputs.hasUnresolved() ? Optional.empty() : read(inputs, Unresolved.WAIT);
  }

  /** The module without everything that refers to types that do not exist. */
  public Optional<ModuleContents> readResolved(ModuleInputs inputs) {
    return read(inputs, Unresolved.LEAVE_OUT);
  }

  private Optional<ModuleContents> read(ModuleInputs inputs, Unresolved unresolved) {
    return inputs.isEmpty()
        ? Optional.empty()
        : reader.read(inputs.types(), inputs.signals(), inputs.modules(), unresolved);
  }

  /**
   * Checks the module.
   *
   * @param steps the handlers with steps, waits or a cursor
   */
  public void check(
      ModuleContents contents, ModuleInputs inputs, List<WritableSteps> steps, Report report) {
    List<Element> modules = inputs.modules();
    for (Element module : modules.subList(Math.min(1, modules.size()), modules.size())) {
      report.add(
          Diagnostic.DUPLICATE_MODULE,
          ModuleElements.position(module),
          ModuleElements.name(modules.get(0)),
          ModuleElements.name(module));
    }
    boolean hasDagger =
        injections.read(contents.module(), inputs.originating().get(0)).dagger().isPresent();
    moduleCheck(report, inputs).check(contents, hasDagger);
    new UpcasterOwnerCheck(report).check(inputs.upcasters(), contents, steps);
    new AwaitedSignalsCheck(report, elements, types, inputs.sources()).check(contents, steps);
  }

  /**
   * Writes the classes for the valid parts of the module, even if other parts have faults, so that
   * the compiler does not also report code that refers to these classes.
   *
   * @param isFaultless whether there are no faults, so that a module without its own types and
   *     signals is meant to have none
   */
  public void write(ModuleContents all, ModuleInputs inputs, boolean isFaultless) {
    if (!FileNameCheck.isNameable(all.module())) {
      return;
    }
    Set<String> taken = inputs.sources();
    List<Element> sources = inputs.originating();
    ModuleContents contents = moduleCheck(new Report(), inputs).writable(all);
    ModuleDeclaration module = contents.module();
    Injection injection = injections.read(module, sources.get(0));
    boolean hasApi = all.hasOwn() || !isFaultless;
    if (hasApi && !taken.contains(module.api().canonicalName())) {
      new ApiWriter(files).write(contents, injection.inject(), sources);
    }
    if (!taken.contains(module.module().canonicalName())) {
      new ModuleWriter(files).write(contents, hasApi, sources);
      output.write(
          "META-INF/services/" + RuntimeTypes.MODULE_DEFINITION.canonicalName(),
          module.module().reflectionName() + "\n",
          sources);
    }
    Optional<List<ParameterSpec>> handlers =
        module.handlersHere() && !taken.contains(module.handlers().canonicalName())
            ? Optional.of(new HandlersWriter(files).write(contents, injection.inject(), sources))
            : Optional.empty();
    if (injection.dagger().isPresent() && !taken.contains(module.daggerModule().canonicalName())) {
      new DaggerWriter(files).write(module, injection.dagger().get(), hasApi, handlers, sources);
    }
  }

  private ModuleCheck moduleCheck(Report report, ModuleInputs inputs) {
    return new ModuleCheck(report, elements, types, inputs.sources());
  }
}
