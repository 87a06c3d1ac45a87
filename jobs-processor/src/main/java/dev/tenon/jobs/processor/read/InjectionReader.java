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
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import org.jspecify.annotations.Nullable;

/** Reads which containers a module can be injected by. */
public final class InjectionReader {

  private final Elements elements;

  /** A reader. */
  public InjectionReader(Elements elements) {
    this.elements = elements;
  }

  /**
   * What is on the class path of a module.
   *
   * @param source one of its sources: what that cannot name, generated classes cannot
   */
  public Injection read(ModuleDeclaration module, Element source) {
    Optional<ClassName> inject =
        Stream.of(Injection.JAKARTA_INJECT, Injection.JAVAX_INJECT)
            .filter(annotation -> find(annotation, source) != null)
            .findFirst();
    return new Injection(
        inject,
        find(Injection.DAGGER_MODULE, source) == null
            ? Optional.empty()
            : Optional.of(dagger(module, source)));
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
    if (find(included.daggerModule(), source) != null) {
      // It includes those of the modules that it includes
      includes.add(included.daggerModule());
      return;
    }
    TypeElement submitClass = included.types().isEmpty() ? null : find(included.api(), source);
    if (submitClass != null && !hasInject(submitClass)) {
      submitClasses.add(included.api());
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

  /** A class, if the Java module of a source reads that in which it is. */
  private @Nullable TypeElement find(ClassName name, Element source) {
    ModuleElement module = elements.getModuleOf(source);
    return module == null
        ? elements.getTypeElement(name.canonicalName())
        : elements.getTypeElement(module, name.canonicalName());
  }
}
