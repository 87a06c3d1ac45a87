package dev.tenon.jobs.processor;

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
 * What the rounds brought so far, by name: elements of an earlier round say nothing true in a later
 * one.
 */
final class Found {

  private final Elements elements;
  private final String annotation;
  private final Set<String> names = new TreeSet<>();
  private final Set<String> sources = new TreeSet<>();

  /** Collects the elements that have this annotation. */
  Found(Elements elements, String annotation) {
    this.elements = elements;
    this.annotation = annotation;
  }

  /** Takes what a round brings; returns the names that are new. */
  Set<String> add(RoundEnvironment round) {
    addSources(round.getRootElements());
    Set<String> added = new LinkedHashSet<>();
    TypeElement annotationType = elements.getTypeElement(annotation);
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

  private void addSources(Iterable<? extends Element> around) {
    for (Element element : around) {
      if (element instanceof TypeElement type) {
        sources.add(type.getQualifiedName().toString());
        addSources(type.getEnclosedElements());
      }
    }
  }

  /** The classes that have the annotation, sorted by name. */
  List<TypeElement> types() {
    List<TypeElement> types = new ArrayList<>();
    names.forEach(name -> types.add(elements.getTypeElement(name)));
    return types;
  }

  /** No longer counts a class among those that have the annotation. */
  void remove(TypeElement type) {
    names.remove(type.getQualifiedName().toString());
  }

  /** The names of all classes in the sources of all rounds. */
  Set<String> sources() {
    return sources;
  }
}
