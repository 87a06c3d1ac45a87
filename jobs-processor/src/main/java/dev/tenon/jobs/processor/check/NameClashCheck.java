package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.SignalDeclaration;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rule that no two generated classes and no two methods of the module's class share a name. */
final class NameClashCheck {

  private final Report report;
  private final Set<String> sources;
  private final Map<String, ClassName> accessors = new HashMap<>();
  private final Map<ClassName, ClassName> definitions = new HashMap<>();

  /**
   * A check that adds to a report.
   *
   * @param sources the names of the classes in the sources
   */
  NameClashCheck(Report report, Set<String> sources) {
    this.report = report;
    this.sources = sources;
  }

  /**
   * Checks a module.
   *
   * @param hasDagger whether a Dagger module is also generated
   */
  void check(ModuleContents contents, boolean hasDagger) {
    for (JobDeclaration job : contents.types()) {
      check(job.payload(), job.definition(), job.accessor(), job.position());
    }
    for (SignalDeclaration signal : contents.signals()) {
      check(signal.record(), signal.definition(), signal.accessor(), signal.position());
    }
    Map<ClassName, ClassName> steps = new HashMap<>();
    for (HandlerDeclaration handler : contents.handlers()) {
      handler.steps().ifPresent(generated -> check(handler, generated, steps));
    }
    ModuleDeclaration module = contents.module();
    SourcePosition position = module.position().orElse(module.name().position());
    List<ClassName> classes = new ArrayList<>(List.of(module.module(), module.handlers()));
    if (contents.hasOwn()) {
      classes.add(0, module.api());
    }
    if (hasDagger) {
      classes.add(module.daggerModule());
    }
    for (ClassName generated : classes) {
      if (sources.contains(generated.canonicalName()) || definitions.containsKey(generated)) {
        clash(
            position,
            "The module generates the class %s, which already exists"
                .formatted(generated.simpleName()));
      }
    }
  }

  private void check(
      ClassName record, ClassName definition, String accessor, SourcePosition position) {
    ClassName sameDefinition = definitions.putIfAbsent(definition, record);
    ClassName sameAccessor = accessors.putIfAbsent(accessor, record);
    // A record that is both a job type and a signal is reported as that
    if (sameDefinition != null) {
      clash(sameDefinition, record, definition, position);
    } else if (sameAccessor != null && !sameAccessor.equals(record)) {
      clash(
          position,
          "%s and %s both generate the method %s()".formatted(sameAccessor, record, accessor));
    }
  }

  private void check(
      HandlerDeclaration handler, ClassName generated, Map<ClassName, ClassName> steps) {
    ClassName sameSteps = steps.putIfAbsent(generated, handler.handler());
    if (sameSteps != null && !sameSteps.equals(handler.handler())) {
      clash(sameSteps, handler.handler(), generated, SourcePosition.of(handler.element()));
    }
  }

  private void clash(
      ClassName first, ClassName second, ClassName generated, SourcePosition position) {
    clash(
        position,
        "%s and %s both generate the class %s"
            .formatted(
                DisplayNames.simple(first), DisplayNames.simple(second), generated.simpleName()));
  }

  private void clash(SourcePosition position, String what) {
    report.add(Diagnostic.NAME_CLASH, position, what);
  }
}
