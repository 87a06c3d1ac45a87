package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SourcePosition;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import org.jspecify.annotations.Nullable;

/**
 * The check that the descriptor of a named Java module names its job module. Otherwise the runtime
 * cannot find it. There is nothing to check on the class path.
 *
 * <p>Use it when everything is generated: asked for a part of a descriptor, the compiler of JDK 17
 * resolves all of it, and the generated classes that it names must exist by then.
 */
public final class JavaModuleCheck {

  private final Report report;
  private final Elements elements;

  /** A check that adds to a report. */
  public JavaModuleCheck(Report report, Elements elements) {
    this.report = report;
    this.elements = elements;
  }

  /**
   * Checks that the descriptor names a generated job module, so that the runtime finds it.
   *
   * @param position the place where the job module is declared
   */
  public void checkProvided(ClassName jobModule, SourcePosition position) {
    ModuleElement module = module(elements.getTypeElement(jobModule.canonicalName()));
    if (module == null) {
      return;
    }
    boolean provided =
        ElementFilter.providesIn(module.getDirectives()).stream()
            .filter(provides -> isCalled(provides.getService(), RuntimeTypes.MODULE_DEFINITION))
            .flatMap(provides -> provides.getImplementations().stream())
            .anyMatch(implementation -> isCalled(implementation, jobModule));
    if (!provided) {
      report.add(
          Diagnostic.NOT_PROVIDED,
          position,
          module.getQualifiedName(),
          jobModule.simpleName(),
          RuntimeTypes.MODULE_DEFINITION.canonicalName(),
          jobModule.canonicalName());
    }
  }

  private @Nullable ModuleElement module(@Nullable TypeElement type) {
    ModuleElement module = type == null ? null : elements.getModuleOf(type);
    return module == null || module.isUnnamed() ? null : module;
  }

  private static boolean isCalled(TypeElement type, ClassName name) {
    return type.getQualifiedName().contentEquals(name.canonicalName());
  }
}
