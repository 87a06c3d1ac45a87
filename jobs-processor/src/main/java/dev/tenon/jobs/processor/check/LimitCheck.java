package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.Content;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.LimitDeclaration;
import dev.tenon.jobs.processor.model.LimitDeclaration.ByKey;
import dev.tenon.jobs.processor.model.LimitDeclaration.Limit;
import dev.tenon.jobs.processor.model.RecordShape.Component;
import dev.tenon.jobs.processor.model.ValueKind;
import dev.tenon.jobs.processor.model.ValueShape;
import java.util.List;
import java.util.UUID;

/** The rules for how many jobs of a type run at a time, and for the rates of their starts. */
public final class LimitCheck {

  private static final int MAX_LIMIT = 1_000_000;

  private final Report report;
  private final PayloadComponents limitBy;

  /** A check that adds to a report. */
  public LimitCheck(Report report) {
    this.report = report;
    this.limitBy =
        new PayloadComponents(
            report,
            "@Limit(by = …)",
            LimitCheck::isKey,
            "It takes a string, a whole number, a boolean, a UUID, an enum");
  }

  /**
   * Checks the limits of a declaration.
   *
   * @param components the components of the payload
   */
  public void check(JobDeclaration job, List<Component> components) {
    LimitDeclaration limits = job.limits();
    checkRange(limits.concurrency());
    for (ByKey key : limits.byKey()) {
      checkRange(key.concurrency());
      limitBy.check(key.by(), job, components);
      checkSensitive(report, "@Limit(by = …)", "limits", key.by(), components);
      checkPair(key.concurrency(), limits.concurrency());
    }
    new RateCheck(report).check(job, components);
    limits.byKey().stream()
        .skip(1)
        .forEach(
            other ->
                report.add(
                    Diagnostic.ONLY_ONE,
                    other.position(),
                    "limits",
                    limits.byKey().size(),
                    "Limit"));
  }

  /**
   * Checks that a key is not sensitive.
   *
   * @param attribute the attribute that names it, as sources write it
   * @param keysOf what it is the key of
   */
  static void checkSensitive(
      Report report,
      String attribute,
      String keysOf,
      Attribute<String> by,
      List<Component> components) {
    boolean isSensitive =
        components.stream()
            .anyMatch(component -> component.sensitive() && component.name().equals(by.value()));
    if (isSensitive) {
      report.add(
          Diagnostic.SENSITIVE_KEY, by.position(), attribute, by.value(), "the keys of " + keysOf);
    }
  }

  /** Returns whether values can be the key of a limit. */
  static boolean isKey(ValueShape value) {
    ValueKind kind = value.kind();
    return kind == ValueKind.TEXT
        || kind == ValueKind.BOOLEAN
        || kind == ValueKind.BIG_INTEGER
        || kind.isWholePrimitive()
        || value.content() instanceof Content.Constants
        || value.type().withoutAnnotations().equals(ClassName.get(UUID.class));
  }

  private void checkRange(Limit limit) {
    if (!isInRange(limit)) {
      report.add(
          Diagnostic.LIMIT,
          limit.attribute().position(),
          limit.ofKey() ? limit.name() + " of @Limit" : limit.name(),
          limit.value(),
          MAX_LIMIT,
          "Remove it if there is no limit");
    }
  }

  private static boolean isInRange(Limit limit) {
    return limit.value() >= 0 && limit.value() <= MAX_LIMIT;
  }

  private void checkPair(Limit perKey, Limit total) {
    if (total.isSet() && isInRange(total) && isInRange(perKey) && perKey.value() > total.value()) {
      report.add(
          Diagnostic.NO_EFFECT,
          perKey.attribute().position(),
          "@Limit(%s = %d)".formatted(perKey.name(), perKey.value()),
          "%s = %d limits all jobs together to less".formatted(total.name(), total.value()),
          "Write a smaller number, or remove it");
    }
  }
}
