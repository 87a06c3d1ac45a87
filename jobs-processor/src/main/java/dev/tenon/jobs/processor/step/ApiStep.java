package dev.tenon.jobs.processor.step;

import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.read.VisibleTypes;
import dev.tenon.jobs.processor.round.ModuleElements;
import dev.tenon.jobs.processor.round.ModuleInputs;
import java.util.List;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.util.Elements;

/**
 * The check that the API that generated code uses is on the class path. Without it nothing is
 * written, because every generated class would fail to compile for that one reason.
 */
public final class ApiStep {

  private final Elements elements;
  private final VisibleTypes types;

  /** Creates a step. */
  public ApiStep(ProcessingEnvironment environment) {
    this.elements = environment.getElementUtils();
    this.types = new VisibleTypes(elements);
  }

  /** Returns whether sources cannot name the classes of the API. */
  public boolean isMissing(List<? extends Element> sources) {
    return !sources.isEmpty() && types.find(RuntimeTypes.JOB_DEFINITION, sources.get(0)).isEmpty();
  }

  /**
   * Reports once that the API is missing, where the module is declared or else on its first class.
   */
  public void report(ModuleInputs inputs, Report report) {
    SourcePosition position =
        inputs.modules().stream()
            .findFirst()
            .map(ModuleElements::position)
            .orElseGet(() -> SourcePosition.of(inputs.originating().get(0)));
    ModuleElement module = elements.getModuleOf(position.element());
    boolean isNamed = module != null && !module.isUnnamed();
    report.add(
        Diagnostic.MISSING_API,
        position,
        RuntimeTypes.JOB_DEFINITION.canonicalName(),
        isNamed ? "the Java module " + module.getQualifiedName() + " cannot see" : "is missing",
        isNamed ? ", and 'requires dev.tenon.jobs.api;' to its module-info.java" : "");
  }
}
