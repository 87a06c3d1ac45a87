package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.SourcePosition;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;

/**
 * The rule that {@code @Sensitive} belongs on a component of a record. Whether that record is part
 * of a payload or a result is not checked, because the payload may be in another module.
 */
public final class SensitivePlaceCheck {

  private final Report report;

  /** A check that adds to a report. */
  public SensitivePlaceCheck(Report report) {
    this.report = report;
  }

  /** Checks a component or field with the annotation. */
  public void check(Element element) {
    if (element.getKind() != ElementKind.FIELD
        || !(element.getEnclosingElement() instanceof TypeElement owner)) {
      return;
    }
    boolean isRecord = owner.getKind() == ElementKind.RECORD;
    if (isRecord && !element.getModifiers().contains(Modifier.STATIC)) {
      return;
    }
    report.add(
        Diagnostic.SENSITIVE_PLACE,
        SourcePosition.of(element),
        "%s.%s".formatted(owner.getSimpleName(), element.getSimpleName()),
        isRecord ? "a static field" : "a field of a class");
  }
}
