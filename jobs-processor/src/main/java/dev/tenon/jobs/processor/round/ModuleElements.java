package dev.tenon.jobs.processor.round;

import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.QualifiedNameable;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/** The packages and classes that have {@code @JobModule}, by name, over all rounds. */
public final class ModuleElements {

  private static final String ANNOTATION = RuntimeTypes.JOB_MODULE_ANNOTATION.canonicalName();

  private final Elements elements;
  private final ImplicitSources implicit;
  private final Set<String> packages = new TreeSet<>();
  private final Set<String> types = new TreeSet<>();
  private boolean hasImplicitPackage;

  /** Creates a collector for the rounds of a compilation. */
  public ModuleElements(ProcessingEnvironment environment) {
    this.elements = environment.getElementUtils();
    this.implicit = new ImplicitSources(environment);
  }

  /** Adds the elements of a round. */
  public void add(RoundEnvironment round) {
    TypeElement annotation = elements.getTypeElement(ANNOTATION);
    if (annotation == null) {
      return;
    }
    for (Element element : round.getElementsAnnotatedWith(annotation)) {
      Set<String> names = element instanceof PackageElement ? packages : types;
      names.add(((QualifiedNameable) element).getQualifiedName().toString());
    }
  }

  /** Adds a package or class that was compiled earlier, if it has the annotation. */
  void addCompiled(String name) {
    find(name).filter(ModuleElements::isAnnotated).ifPresent(element -> addCompiled(name, element));
  }

  private void addCompiled(String name, Element element) {
    boolean isPackage = element instanceof PackageElement;
    (isPackage ? packages : types).add(name);
    hasImplicitPackage |= isPackage && implicit.isSource(element);
  }

  /** Returns whether one of the added packages is read from a source after all. */
  boolean hasImplicitPackage() {
    return hasImplicitPackage;
  }

  /** The class or package with a name. */
  Optional<Element> find(String name) {
    TypeElement type = elements.getTypeElement(name);
    return Optional.ofNullable(type == null ? elements.getPackageElement(name) : type);
  }

  /** Returns whether an element has the annotation. */
  static boolean isAnnotated(Element element) {
    return element.getAnnotationMirrors().stream()
        .anyMatch(mirror -> mirror.getAnnotationType().toString().equals(ANNOTATION));
  }

  /** The elements, sorted by name, packages first. */
  public List<Element> elements() {
    List<Element> found = new ArrayList<>();
    packages.forEach(name -> found.add(Objects.requireNonNull(elements.getPackageElement(name))));
    types.forEach(name -> found.add(Objects.requireNonNull(elements.getTypeElement(name))));
    return found;
  }

  /** The position of the annotation. */
  public static SourcePosition position(Element module) {
    return module.getAnnotationMirrors().stream()
        .filter(mirror -> mirror.getAnnotationType().toString().equals(ANNOTATION))
        .findFirst()
        .map(mirror -> SourcePosition.of(module, mirror))
        .orElse(SourcePosition.of(module));
  }

  /** The element's name in messages. */
  public static String name(Element module) {
    return module instanceof PackageElement
        ? "package " + module
        : module.getSimpleName().toString();
  }
}
