package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.ExactPlace;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.io.PrintWriter;
import java.io.StringWriter;
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

  private record Fault(Diagnostic diagnostic, SourcePosition position, String text) {}

  /**
   * Adds a fault, unless the same was added before or the source suppresses it.
   *
   * @param diagnostic its kind
   * @param position its place
   * @param arguments the values for its wording
   */
  public void add(Diagnostic diagnostic, SourcePosition position, Object... arguments) {
    if (diagnostic.isWarning() && suppressedOn(position.element()).contains(diagnostic.id())) {
      return;
    }
    String text = diagnostic.text(arguments);
    String key =
        diagnostic.isOfCompilation()
            ? diagnostic.id()
            : qualifiedName(position.element()) + offset(position) + " " + text;
    if (!printed.contains(key)) {
      faults.putIfAbsent(key, new Fault(diagnostic, position, text));
    }
  }

  private static String offset(SourcePosition position) {
    ExactPlace exact = position.exact();
    return exact == null ? "" : "@" + exact.offset();
  }

  /** Adds a failure of the processor itself, with its stack trace for the bug report. */
  public void addInternalError(SourcePosition position, Object subject, RuntimeException failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    add(Diagnostic.INTERNAL, position, subject, trace);
  }

  /** Returns whether an error that ends the compilation has not been printed yet. */
  public boolean hasErrors() {
    return faults.values().stream().anyMatch(fault -> !fault.diagnostic().isWarning());
  }

  /** Returns whether a fault that does not end the compilation has not been printed yet. */
  public boolean hasWarnings() {
    return faults.values().stream().anyMatch(fault -> fault.diagnostic().isWarning());
  }

  /** Adds the errors of another report. */
  public void addErrors(Report other) {
    addAll(other, false);
  }

  /** Adds the warnings of another report. */
  public void addWarnings(Report other) {
    addAll(other, true);
  }

  private void addAll(Report other, boolean warnings) {
    other.faults.forEach(
        (key, fault) -> {
          if (fault.diagnostic().isWarning() == warnings && !printed.contains(key)) {
            faults.putIfAbsent(key, fault);
          }
        });
  }

  /** Prints everything that was added since the last call, in that order. */
  public void print(Messager messager) {
    boolean isEclipse = messager.getClass().getName().startsWith("org.eclipse.jdt.");
    for (Fault fault : faults.values()) {
      SourcePosition position = fault.position();
      ExactPlace exact = position.exact();
      if (exact != null) {
        exact.print(fault.diagnostic().kind(), fault.text());
        continue;
      }
      String where = isEclipse && isOfRecord(position.element()) ? at(position.element()) : "";
      messager.printMessage(
          fault.diagnostic().kind(),
          fault.text() + where,
          position.element(),
          position.annotation(),
          position.value());
    }
    printed.addAll(faults.keySet());
    faults.clear();
  }

  /**
   * Returns whether an element is a record or a component. Eclipse's compiler does not know where
   * these are.
   */
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
