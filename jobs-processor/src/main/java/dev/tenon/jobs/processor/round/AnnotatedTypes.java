package dev.tenon.jobs.processor.round;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.read.Annotations;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;

/**
 * The classes with an annotation that the rounds of a compilation have brought so far, and the
 * names of all classes in their sources. Classes are kept by name, because an element belongs to
 * one round.
 */
public final class AnnotatedTypes {

  private final Elements elements;
  private final ClassName annotation;
  private final Set<String> names = new TreeSet<>();
  private final Set<String> sources = new TreeSet<>();
  private boolean hasUnresolved;

  /** Collects the elements that have this annotation. */
  public AnnotatedTypes(Elements elements, ClassName annotation) {
    this.elements = elements;
    this.annotation = annotation;
  }

  /** Adds the classes of a round, and returns the new names. */
  public Set<String> add(RoundEnvironment round) {
    addSources(round.getRootElements());
    Set<String> added = new LinkedHashSet<>();
    TypeElement annotationType = elements.getTypeElement(annotation.canonicalName());
    if (annotationType != null) {
      for (TypeElement type :
          ElementFilter.typesIn(round.getElementsAnnotatedWith(annotationType))) {
        String name = type.getQualifiedName().toString();
        if (names.add(name)) {
          added.add(name);
        }
      }
    }
    return added;
  }

  private void addSources(Iterable<? extends Element> enclosed) {
    for (Element element : enclosed) {
      if (element instanceof TypeElement type) {
        sources.add(type.getQualifiedName().toString());
        hasUnresolved |= Annotations.hasUnresolved(type, annotation);
        addSources(type.getEnclosedElements());
      }
    }
  }

  /** The classes that have the annotation, sorted by name. */
  public List<TypeElement> types() {
    List<TypeElement> types = new ArrayList<>();
    names.forEach(name -> types.add(elements.getTypeElement(name)));
    return types;
  }

  /** Adds a class that was compiled earlier, unless it is in the sources or no longer exists. */
  public void addCompiled(String name) {
    if (!sources.contains(name) && elements.getTypeElement(name) != null) {
      names.add(name);
    }
  }

  /** Removes a class from those that have the annotation. */
  public void remove(TypeElement type) {
    names.remove(type.getQualifiedName().toString());
  }

  /**
   * Returns whether a class has an annotation of this simple name that does not exist, so that the
   * class may be one of these.
   */
  public boolean hasUnresolved() {
    return hasUnresolved;
  }

  /** The names of all classes in the sources of all rounds. */
  public Set<String> sources() {
    return sources;
  }
}
