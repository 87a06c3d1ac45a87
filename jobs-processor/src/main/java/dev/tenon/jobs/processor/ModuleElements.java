package dev.tenon.jobs.processor;

import dev.tenon.jobs.processor.model.Place;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.QualifiedNameable;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/** The packages and classes that have {@code @JobModule}, by name, over all rounds. */
final class ModuleElements {

  private static final String ANNOTATION = RuntimeTypes.JOB_MODULE_ANNOTATION.canonicalName();

  private final Elements elements;
  private final Set<String> packages = new TreeSet<>();
  private final Set<String> types = new TreeSet<>();

  ModuleElements(Elements elements) {
    this.elements = elements;
  }

  /** Takes what a round brings. */
  void add(RoundEnvironment round) {
    TypeElement annotation = elements.getTypeElement(ANNOTATION);
    if (annotation == null) {
      return;
    }
    for (Element element : round.getElementsAnnotatedWith(annotation)) {
      Set<String> names = element instanceof PackageElement ? packages : types;
      names.add(((QualifiedNameable) element).getQualifiedName().toString());
    }
  }

  /** The elements, sorted by name, packages first. */
  List<Element> elements() {
    List<Element> found = new ArrayList<>();
    packages.forEach(name -> found.add(Objects.requireNonNull(elements.getPackageElement(name))));
    types.forEach(name -> found.add(Objects.requireNonNull(elements.getTypeElement(name))));
    return found;
  }

  /** Where the annotation is. */
  static Place place(Element module) {
    return module.getAnnotationMirrors().stream()
        .filter(mirror -> mirror.getAnnotationType().toString().equals(ANNOTATION))
        .findFirst()
        .map(mirror -> Place.of(module, mirror))
        .orElse(Place.of(module));
  }

  /** How messages name it. */
  static String name(Element module) {
    return module instanceof PackageElement
        ? "package " + module
        : module.getSimpleName().toString();
  }
}
