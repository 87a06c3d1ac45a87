package dev.tenon.jobs.processor.read;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.IncludedModule;
import dev.tenon.jobs.processor.model.Injection;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;

/** Finds out which containers can inject a module. */
public final class InjectionReader {

  private final VisibleTypes visible;

  /** Creates a reader. */
  public InjectionReader(Elements elements) {
    this.visible = new VisibleTypes(elements);
  }

  /**
   * Reads the dependency injection on the class path of a module.
   *
   * @param source one of its sources; generated classes can name only what it can
   */
  public Injection read(ModuleDeclaration module, Element source) {
    Optional<ClassName> inject =
        Stream.of(Injection.JAKARTA_INJECT, Injection.JAVAX_INJECT)
            .filter(annotation -> visible.find(annotation, source).isPresent())
            .findFirst();
    return new Injection(
        inject,
        visible.find(Injection.DAGGER_MODULE, source).map(unused -> dagger(module, source)));
  }

  private Injection.Dagger dagger(ModuleDeclaration module, Element source) {
    Set<ClassName> includes = new LinkedHashSet<>();
    Set<ClassName> submitClasses = new LinkedHashSet<>();
    for (IncludedModule included : module.includedModules()) {
      add(included, source, includes, submitClasses);
    }
    return new Injection.Dagger(new ArrayList<>(includes), new ArrayList<>(submitClasses));
  }

  private void add(
      IncludedModule included,
      Element source,
      Set<ClassName> includes,
      Set<ClassName> submitClasses) {
    if (visible.find(included.daggerModule(), source).isPresent()) {
      // A Dagger module includes those of the modules that its module includes
      includes.add(included.daggerModule());
      return;
    }
    if (included.hasOwn()) {
      visible
          .find(included.api(), source)
          .filter(submitClass -> !hasInject(submitClass))
          .ifPresent(unused -> submitClasses.add(included.api()));
    }
    included.includes().forEach(next -> add(next, source, includes, submitClasses));
  }

  private static boolean hasInject(TypeElement type) {
    return ElementFilter.constructorsIn(type.getEnclosedElements()).stream()
        .anyMatch(
            constructor ->
                Stream.of(Injection.JAKARTA_INJECT, Injection.JAVAX_INJECT)
                    .anyMatch(
                        annotation ->
                            Annotations.find(constructor, annotation.canonicalName()).isPresent()));
  }
}
