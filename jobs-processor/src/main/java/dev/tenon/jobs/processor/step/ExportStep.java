package dev.tenon.jobs.processor.step;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.export.ModuleExports;
import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.model.WritableSignal;
import dev.tenon.jobs.processor.model.WritableSteps;
import dev.tenon.jobs.processor.round.ModuleIndex;
import dev.tenon.jobs.processor.round.ModuleInputs;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.QualifiedNameable;
import javax.lang.model.element.TypeElement;

/** Writes the descriptions of a module without faults: the exports and, at the end, the index. */
public final class ExportStep {

  private final ProcessingEnvironment environment;
  private final ClassOutput output;
  private final ModuleTypesStep types;
  private Optional<ModuleIndex> index = Optional.empty();

  /** Creates a step that describes the types checked by this other step. */
  public ExportStep(ProcessingEnvironment environment, ModuleTypesStep types) {
    this.environment = environment;
    this.output = new ClassOutput(environment.getFiler());
    this.types = types;
  }

  /** Writes the exports. */
  public void write(ModuleContents contents, ModuleInputs inputs) {
    List<WritableJob> exported = new ArrayList<>();
    SortedMap<String, NavigableSet<String>> payloads = new TreeMap<>();
    for (TypeElement type : inputs.types()) {
      types
          .writable(type)
          .ifPresent(
              found -> {
                exported.add(found);
                payloads.put(
                    type.getQualifiedName().toString(),
                    without(found.job().payload(), found.classes()));
              });
    }
    List<WritableSignal> exportedSignals = new ArrayList<>();
    SortedMap<String, NavigableSet<String>> signals = new TreeMap<>();
    for (TypeElement type : inputs.signals()) {
      types
          .writableSignal(type)
          .ifPresent(
              found -> {
                exportedSignals.add(found);
                signals.put(
                    type.getQualifiedName().toString(),
                    without(found.signal().record(), found.value().classes()));
              });
    }
    List<Element> sources = inputs.originating();
    new ModuleExports(environment.getElementUtils())
        .files(contents, exported, exportedSignals, types.steps())
        .forEach((path, text) -> output.write(path, text, sources));
    index =
        Optional.of(
            new ModuleIndex(
                contents.module().module().canonicalName(),
                inputs.modules().stream().findFirst().map(ExportStep::name),
                payloads,
                signals,
                handlers(contents, types.steps())));
  }

  /**
   * Writes the index of the exported module, in the last round. The other processor may be created
   * after the first round of this one, and a file cannot be read in the compilation that wrote it.
   */
  public void writeIndex(ModuleInputs inputs) {
    index.ifPresent(
        written -> output.write(ModuleIndex.PATH, written.text(), inputs.originating()));
  }

  private static String name(Element module) {
    return ((QualifiedNameable) module).getQualifiedName().toString();
  }

  private static NavigableSet<String> without(ClassName record, Set<String> all) {
    NavigableSet<String> classes = new TreeSet<>(all);
    classes.remove(record.canonicalName());
    return classes;
  }

  private static SortedMap<String, NavigableSet<String>> handlers(
      ModuleContents contents, List<WritableSteps> steps) {
    SortedMap<String, NavigableSet<String>> handlers = new TreeMap<>();
    for (HandlerDeclaration handler : contents.handlers()) {
      handlers.put(handler.handler().canonicalName(), new TreeSet<>());
    }
    steps.forEach(
        each ->
            handlers.put(
                each.handler().handler().canonicalName(),
                without(each.handler().handler(), each.classes())));
    return handlers;
  }
}
