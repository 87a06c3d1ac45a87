package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.WaitDeclaration;
import dev.tenon.jobs.processor.model.WaitDeclaration.SignalUse;
import dev.tenon.jobs.processor.model.WritableSteps;
import dev.tenon.jobs.processor.read.LibraryModules;
import dev.tenon.jobs.processor.read.StepsReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** The rule that handlers await signals of their module, or of modules that it includes. */
public final class AwaitedSignalsCheck {

  private final Report report;
  private final LibraryModules libraries;
  private final StepsReader reader;

  /**
   * A check that adds to a report.
   *
   * @param sources the names of the classes in the sources
   */
  public AwaitedSignalsCheck(Report report, Elements elements, Types types, Set<String> sources) {
    this.report = report;
    this.reader = new StepsReader(elements, types);
    this.libraries = new LibraryModules(elements, sources);
  }

  /**
   * Checks the handlers of a module that have steps, waits or a cursor.
   *
   * @param handlers the handlers as they were read, perhaps in an earlier round
   */
  public void check(ModuleContents contents, List<WritableSteps> handlers) {
    Set<ClassName> known =
        contents.signalMembers().stream()
            .map(member -> member.signal().record())
            .collect(Collectors.toSet());
    for (WritableSteps handler : handlers) {
      if (!known.containsAll(awaited(handler.waits()).keySet())) {
        // Only annotations of the current round have a position in the sources
        contents.handlers().stream()
            .filter(current -> current.handler().equals(handler.handler().handler()))
            .flatMap(current -> reader.read(current).stream())
            .forEach(
                current -> {
                  Map<ClassName, Attribute<SignalUse>> awaited = awaited(current.waits());
                  awaited.keySet().removeAll(known);
                  awaited
                      .values()
                      .forEach(signal -> notIncluded(current.handler(), signal, contents.module()));
                });
      }
    }
  }

  /** The signals that waits name, by their records. */
  private static Map<ClassName, Attribute<SignalUse>> awaited(List<WaitDeclaration> waits) {
    Map<ClassName, Attribute<SignalUse>> awaited = new LinkedHashMap<>();
    for (WaitDeclaration wait : waits) {
      for (Attribute<SignalUse> signal : wait.signals()) {
        if (signal.value().name().isPresent()) {
          awaited.putIfAbsent(signal.value().recordName(), signal);
        }
      }
    }
    return awaited;
  }

  private void notIncluded(
      HandlerDeclaration handler, Attribute<SignalUse> signal, ModuleDeclaration module) {
    TypeElement record = signal.value().record().orElseThrow();
    report.add(
        Diagnostic.NOT_INCLUDED,
        signal.position(),
        DisplayNames.simple(handler.handler()),
        "awaits " + DisplayNames.name(record),
        "signal",
        includes(module),
        moduleOf(record, libraries));
  }

  /** The start of the advice to include a module. */
  static String includes(ModuleDeclaration module) {
    return module.position().isPresent()
        ? "Add"
        : "Write @JobModule(\"%s\") on the package, with".formatted(module.simpleName());
  }

  /** The end of the advice to include the module of a record. */
  static String moduleOf(TypeElement record, LibraryModules libraries) {
    return libraries
        .moduleOf(record)
        .map(name -> "includes = " + name.canonicalName() + ".class")
        .orElse("includes, and the module class of that library");
  }
}
