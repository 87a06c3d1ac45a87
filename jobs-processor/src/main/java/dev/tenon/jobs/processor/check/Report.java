package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.Place;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.Messager;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;

/** Collects faults, and prints each of them once. */
public final class Report {

  private final Map<String, Fault> faults = new LinkedHashMap<>();
  private final Set<String> printed = new TreeSet<>();

  private record Fault(Diagnostic diagnostic, Place place, String text) {}

  /**
   * Adds a fault, unless the same was added before or the source suppresses it.
   *
   * @param diagnostic what it is
   * @param place where it is
   * @param arguments what its wording leaves open
   */
  public void add(Diagnostic diagnostic, Place place, Object... arguments) {
    if (diagnostic.isWarning() && suppressedOn(place.element()).contains(diagnostic.id())) {
      return;
    }
    String text = diagnostic.text(arguments);
    String key = qualifiedName(place.element()) + " " + text;
    if (!printed.contains(key)) {
      faults.putIfAbsent(key, new Fault(diagnostic, place, text));
    }
  }

  /** Whether a fault that ends the compilation waits to be printed. */
  public boolean hasErrors() {
    return faults.values().stream().anyMatch(fault -> !fault.diagnostic().isWarning());
  }

  /** Prints what was added since the last time, in that order. */
  public void print(Messager messager) {
    boolean isEclipse = messager.getClass().getName().startsWith("org.eclipse.jdt.");
    for (Fault fault : faults.values()) {
      Place place = fault.place();
      String where = isEclipse && isOfRecord(place.element()) ? at(place.element()) : "";
      messager.printMessage(
          fault.diagnostic().kind(),
          fault.text() + where,
          place.element(),
          place.annotation(),
          place.value());
    }
    printed.addAll(faults.keySet());
    faults.clear();
  }

  /** Eclipse's compiler does not know where records and their components are. */
  private static boolean isOfRecord(Element element) {
    Element record =
        element.getKind() == ElementKind.FIELD ? element.getEnclosingElement() : element;
    return record != null && record.getKind() == ElementKind.RECORD;
  }

  private static String at(Element element) {
    return element instanceof TypeElement type
        ? " At %s.".formatted(type.getQualifiedName())
        : " At %s.%s.".formatted(element.getEnclosingElement(), element.getSimpleName());
  }

  private static String qualifiedName(Element element) {
    Element around = element.getEnclosingElement();
    return around == null || element.getKind() == ElementKind.PACKAGE
        ? element.toString()
        : qualifiedName(around) + "." + element;
  }

  private static Set<String> suppressedOn(Element element) {
    Set<String> ids = new TreeSet<>();
    for (Element e = element;
        e != null && e.getKind() != ElementKind.PACKAGE;
        e = e.getEnclosingElement()) {
      for (AnnotationMirror mirror : e.getAnnotationMirrors()) {
        if (mirror.getAnnotationType().toString().equals(SuppressWarnings.class.getName())) {
          mirror.getElementValues().values().forEach(value -> addIds(value, ids));
        }
      }
    }
    return ids;
  }

  private static void addIds(AnnotationValue value, Set<String> ids) {
    if (value.getValue() instanceof Iterable<?> entries) {
      for (Object entry : entries) {
        if (entry instanceof AnnotationValue id) {
          ids.add(String.valueOf(id.getValue()));
        }
      }
    }
  }
}
