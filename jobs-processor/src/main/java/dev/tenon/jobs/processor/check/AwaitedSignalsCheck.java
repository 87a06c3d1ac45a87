package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.WaitDeclaration;
import dev.tenon.jobs.processor.model.WaitDeclaration.SignalUse;
import dev.tenon.jobs.processor.model.WritableSteps;
import dev.tenon.jobs.processor.read.LibraryModules;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/** The rule that handlers await signals of their module, or of modules that it includes. */
public final class AwaitedSignalsCheck {

  private final Report report;
  private final LibraryModules libraries;

  /**
   * A check that adds to a report.
   *
   * @param sources the names of the classes in the sources
   */
  public AwaitedSignalsCheck(Report report, Elements elements, Set<String> sources) {
    this.report = report;
    this.libraries = new LibraryModules(elements, sources);
  }

  /** Checks the handlers of a module that have steps, waits or a cursor. */
  public void check(ModuleContents contents, List<WritableSteps> handlers) {
    Set<ClassName> known =
        contents.signalMembers().stream()
            .map(member -> member.signal().record())
            .collect(Collectors.toSet());
    for (WritableSteps steps : handlers) {
      for (WaitDeclaration wait : steps.waits()) {
        for (Attribute<SignalUse> signal : wait.signals()) {
          if (!known.contains(signal.value().recordName())) {
            notIncluded(steps, signal, contents.module());
          }
        }
      }
    }
  }

  private void notIncluded(
      WritableSteps steps, Attribute<SignalUse> signal, ModuleDeclaration module) {
    TypeElement record = signal.value().record().orElseThrow();
    report.add(
        Diagnostic.NOT_INCLUDED,
        signal.position(),
        DisplayNames.simple(steps.handler().handler()),
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
