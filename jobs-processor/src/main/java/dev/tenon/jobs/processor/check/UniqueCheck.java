package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.Durations;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.RecordShape.Component;
import dev.tenon.jobs.processor.model.UniqueDeclaration;
import dev.tenon.jobs.processor.model.ValueKind;
import dev.tenon.jobs.processor.model.ValueShape;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules for unique jobs. */
public final class UniqueCheck {

  private final Report report;
  private final PayloadComponents unique;

  /** A check that adds to a report. */
  public UniqueCheck(Report report) {
    this.report = report;
    this.unique =
        new PayloadComponents(
            report,
            "@Unique",
            UniqueCheck::isComparable,
            "It takes a string, a number, a boolean, a UUID, a date or time of java.time, an enum");
  }

  /**
   * Checks the rule for unique jobs of a declaration.
   *
   * @param components the components of the payload
   */
  public void check(JobDeclaration job, List<Component> components) {
    job.unique().forEach(declared -> check(declared, job, components));
    job.unique().stream()
        .skip(1)
        .forEach(
            other ->
                report.add(
                    Diagnostic.ONLY_ONE,
                    other.position(),
                    "unique",
                    job.unique().size(),
                    "Unique"));
  }

  private void check(UniqueDeclaration declared, JobDeclaration job, List<Component> components) {
    if (declared.components().isEmpty()) {
      report.add(
          Diagnostic.NO_EFFECT,
          declared.position(),
          "@Unique",
          "it names no component of the payload",
          "Name those that make a job unique, or remove it");
      return;
    }
    Set<String> seen = new HashSet<>();
    for (Attribute<String> name : declared.components()) {
      if (seen.add(name.value())) {
        unique.check(name, job, components);
      } else {
        report.add(Diagnostic.DUPLICATE_COMPONENT, name.position(), name.value());
      }
    }
    Attribute<String> period = declared.period();
    if (period.explicit() && !DurationRange.UNIQUE_PERIOD.contains(period)) {
      report.add(Diagnostic.UNIQUE_PERIOD, period.position(), Durations.FORMS, period.value());
    }
  }

  /**
   * Returns whether equal values have the same string on every machine. A {@link Date} does not.
   */
  private static boolean isComparable(ValueShape value) {
    ValueKind kind = value.kind();
    return LimitCheck.isKey(value)
        || kind.isNumber()
        || (kind == ValueKind.TIME
            && !value.type().withoutAnnotations().equals(ClassName.get(Date.class)));
  }
}
