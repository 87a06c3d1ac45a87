package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.TypeNames;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import org.jspecify.annotations.Nullable;

/**
 * Whether the descriptors of named Java modules let the runtime see what it must see. There is
 * nothing to check on the class path.
 *
 * <p>To be used when everything is generated: the compiler of JDK 17 resolves all of a descriptor
 * when it is asked for a part of it, and a generated class that the descriptor names must be there
 * by then.
 */
public final class JavaModuleCheck {

  private static final String JACKSON = "tools.jackson.databind";

  private final Report report;
  private final Elements elements;
  private final Set<String> closed = new HashSet<>();

  /** A check that adds to a report. */
  public JavaModuleCheck(Report report, Elements elements) {
    this.report = report;
    this.elements = elements;
  }

  /**
   * Checks that the descriptor names a generated job module, by which the runtime finds it.
   *
   * @param position where the job module is declared
   */
  public void checkProvided(ClassName jobModule, SourcePosition position) {
    ModuleElement module = module(elements.getTypeElement(jobModule.canonicalName()));
    if (module == null) {
      return;
    }
    boolean provided =
        ElementFilter.providesIn(module.getDirectives()).stream()
            .filter(provides -> isCalled(provides.getService(), RuntimeTypes.JOB_MODULE))
            .flatMap(provides -> provides.getImplementations().stream())
            .anyMatch(implementation -> isCalled(implementation, jobModule));
    if (!provided) {
      report.add(
          Diagnostic.NOT_PROVIDED,
          position,
          module.getQualifiedName(),
          jobModule.simpleName(),
          RuntimeTypes.JOB_MODULE.canonicalName(),
          jobModule.canonicalName());
    }
  }

  /**
   * Checks that Jackson sees the records of a payload or a result, and reports each package once.
   *
   * @param position where the job type is declared
   */
  public void checkOpen(Shapes shapes, SourcePosition position) {
    for (TypeName type : shapes.records().keySet()) {
      ClassName name = TypeNames.raw(type);
      TypeElement element = elements.getTypeElement(name.canonicalName());
      ModuleElement module = module(element);
      if (module != null && !isSeen(element, module) && closed.add(name.packageName())) {
        report.add(
            Diagnostic.NOT_OPEN,
            position,
            DisplayNames.simple(name),
            name.packageName(),
            module.getQualifiedName(),
            name.packageName(),
            JACKSON);
      }
    }
  }

  private @Nullable ModuleElement module(@Nullable TypeElement type) {
    ModuleElement module = type == null ? null : elements.getModuleOf(type);
    return module == null || module.isUnnamed() ? null : module;
  }

  private static boolean isCalled(TypeElement type, ClassName name) {
    return type.getQualifiedName().contentEquals(name.canonicalName());
  }

  private boolean isSeen(TypeElement record, ModuleElement module) {
    PackageElement around = elements.getPackageOf(record);
    return module.isOpen()
        || ElementFilter.opensIn(module.getDirectives()).stream()
            .anyMatch(opens -> opens.getPackage().equals(around) && isFor(opens.getTargetModules()))
        || (isPublic(record)
            && ElementFilter.exportsIn(module.getDirectives()).stream()
                .anyMatch(
                    exports ->
                        exports.getPackage().equals(around) && isFor(exports.getTargetModules())));
  }

  /** Whether a directive is for Jackson too; one without targets is for all. */
  private static boolean isFor(@Nullable List<? extends ModuleElement> targets) {
    return targets == null
        || targets.stream().anyMatch(target -> target.getQualifiedName().contentEquals(JACKSON));
  }

  private static boolean isPublic(TypeElement type) {
    for (Element e = type;
        e != null && e.getKind() != ElementKind.PACKAGE;
        e = e.getEnclosingElement()) {
      if (!e.getModifiers().contains(Modifier.PUBLIC)) {
        return false;
      }
    }
    return true;
  }
}
