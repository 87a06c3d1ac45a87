package dev.tenon.jobs.processor.step;

import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.round.ImplicitSources;
import dev.tenon.jobs.processor.round.ModuleIndex;
import dev.tenon.jobs.processor.round.ModuleInputs;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import javax.annotation.processing.Filer;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.tools.StandardLocation;

/**
 * Completes a module that is only partly compiled, with the classes that an earlier compilation
 * left in the class output.
 */
public final class CompletionStep {

  private final Elements elements;
  private final Filer filer;
  private final Optional<ModuleIndex> index;
  private final ImplicitSources implicit;
  private final Set<String> absent = new TreeSet<>();

  /**
   * Creates a step.
   *
   * @param index the index of the earlier compilation; empty if there was none
   */
  public CompletionStep(ProcessingEnvironment environment, Optional<ModuleIndex> index) {
    this.elements = environment.getElementUtils();
    this.filer = environment.getFiler();
    this.index = index;
    this.implicit = new ImplicitSources(environment);
  }

  /** Adds the classes that are not compiled this time, if the module must be written again. */
  public void complete(ModuleInputs inputs) {
    if (index.isEmpty() || isOfAnotherModule(inputs)) {
      return;
    }
    Set<String> sources = inputs.sources();
    Set<String> alsoCompiled = implicit.of(index.get(), sources);
    if (inputs.isEmpty()
        && alsoCompiled.isEmpty()
        && index.get().outdated(sources, alsoCompiled).isEmpty()) {
      return;
    }
    addAbsent(index.get().payloads().keySet(), sources, inputs::addCompiledType);
    addAbsent(index.get().handlers().keySet(), sources, inputs::addCompiledType);
    addAbsent(index.get().signals().keySet(), sources, inputs::addCompiledSignal);
    if (inputs.modules().isEmpty()) {
      index.get().declaredOn().ifPresent(inputs::addCompiledModule);
    }
  }

  private void addAbsent(Set<String> names, Set<String> sources, Consumer<String> add) {
    for (String name : names) {
      if (!sources.contains(name) && elements.getTypeElement(name) != null) {
        absent.add(name);
      }
      if (absent.contains(name)) {
        add.accept(name);
      }
    }
  }

  /** Returns whether the output belongs to another module, which is still declared. */
  private boolean isOfAnotherModule(ModuleInputs inputs) {
    Optional<String> before = index.flatMap(ModuleIndex::declaredOn);
    return before.isPresent()
        && !inputs.modules().isEmpty()
        && inputs.modules().stream().noneMatch(module -> module.toString().equals(before.get()))
        && inputs.isDeclaredOn(before.get());
  }

  /**
   * Reports the reasons why a completed module cannot be used.
   *
   * @param hidden a type that was compiled earlier, and whose annotations the compiler does not
   *     show
   */
  public void check(
      ModuleContents contents, Optional<String> hidden, ModuleInputs inputs, Report report) {
    if (index.isEmpty() || absent.isEmpty()) {
      return;
    }
    SourcePosition position =
        contents.module().position().orElse(contents.module().name().position());
    String module = contents.module().module().canonicalName();
    if (!module.equals(index.get().module())) {
      report.add(
          Diagnostic.PARTIAL_COMPILATION,
          position,
          "The module class was %s and is now %s".formatted(index.get().module(), module));
      return;
    }
    if (hidden.isPresent()) {
      report.add(
          Diagnostic.PARTIAL_COMPILATION,
          position,
          ("%s was compiled earlier, and this compiler does not show the type annotations in class"
                  + " files, as JDK 22 and newer do")
              .formatted(hidden.get()));
      return;
    }
    if (inputs.sources().stream().anyMatch(this::hasSource)) {
      absent.stream()
          .filter(name -> !hasSource(name))
          .findFirst()
          .ifPresent(
              name ->
                  report.add(
                      Diagnostic.PARTIAL_COMPILATION,
                      position,
                      "%s still has a class file, but no source".formatted(name)));
    }
  }

  /** Returns whether the source path has a source for a class. */
  private boolean hasSource(String name) {
    TypeElement type = elements.getTypeElement(name);
    while (type != null && type.getEnclosingElement() instanceof TypeElement outer) {
      type = outer;
    }
    if (type == null) {
      return false;
    }
    String path = type.getQualifiedName().toString().replace('.', '/') + ".java";
    try {
      return filer.getResource(StandardLocation.SOURCE_PATH, "", path) != null;
    } catch (IOException | IllegalArgumentException e) {
      // There is no source path, or no such source
      return false;
    }
  }
}
