package dev.tenon.jobs.processor.step;

import dev.tenon.jobs.processor.check.JavaModuleCheck;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.round.ModuleInputs;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/**
 * Checks the Java module of the sources, after the last round that wrote something: the classes
 * that a {@code module-info.java} provides are generated.
 */
public final class JavaModuleStep {

  private final Elements elements;
  private final ModuleStep modules;

  /** Creates a step. */
  public JavaModuleStep(ProcessingEnvironment environment, ModuleStep modules) {
    this.elements = environment.getElementUtils();
    this.modules = modules;
  }

  /** Checks the Java module, if there is one. */
  public void check(ModuleInputs inputs, Report report) {
    List<TypeElement> types = new ArrayList<>(inputs.types());
    types.addAll(inputs.signals());
    if (types.stream().allMatch(this::isInUnnamedModule)) {
      return;
    }
    JavaModuleCheck check = new JavaModuleCheck(report, elements);
    modules
        .read(inputs)
        .map(ModuleContents::module)
        .ifPresent(
            module ->
                check.checkProvided(
                    module.module(), module.position().orElse(module.name().position())));
  }

  private boolean isInUnnamedModule(TypeElement type) {
    ModuleElement module = elements.getModuleOf(type);
    return module == null || module.isUnnamed();
  }
}
