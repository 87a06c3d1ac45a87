package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.Content;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.LimitDeclaration;
import dev.tenon.jobs.processor.model.LimitDeclaration.Limit;
import dev.tenon.jobs.processor.model.RecordShape.Component;
import dev.tenon.jobs.processor.model.ValueKind;
import dev.tenon.jobs.processor.model.ValueShape;
import java.util.List;
import java.util.UUID;

/** The rules of how many jobs of a type run at a time and start in a minute. */
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
            "limitBy",
            LimitCheck::isKey,
            "It takes a text, a whole number, a boolean, a UUID, an enum");
  }

  /**
   * Checks what a declaration says.
   *
   * @param components the components of the payload
   */
  public void check(JobDeclaration job, List<Component> components) {
    LimitDeclaration limits = job.limits();
    for (Limit limit : limits.set()) {
      checkRange(limit);
    }
    if (limits.limitBy().explicit()) {
      limitBy.check(limits.limitBy(), job, components);
      checkSensitive(limits.limitBy(), components);
      checkPair(limits.concurrencyPerKey(), limits.concurrency());
      checkPair(limits.ratePerKey(), limits.rate());
    } else {
      checkWithoutKey(limits.concurrencyPerKey());
      checkWithoutKey(limits.ratePerKey());
    }
  }

  private void checkSensitive(Attribute<String> limitBy, List<Component> components) {
    boolean isSensitive =
        components.stream()
            .anyMatch(
                component -> component.sensitive() && component.name().equals(limitBy.value()));
    if (isSensitive) {
      report.add(Diagnostic.SENSITIVE_KEY, limitBy.position(), limitBy.value());
    }
  }

  /** Whether values can be the key of a limit. */
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
          limit.name(),
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
          "%s = %d".formatted(perKey.name(), perKey.value()),
          "%s = %d limits all jobs together to less".formatted(total.name(), total.value()),
          "Write a smaller number, or remove it");
    }
  }

  private void checkWithoutKey(Limit perKey) {
    if (perKey.isSet()) {
      report.add(
          Diagnostic.NO_EFFECT,
          perKey.attribute().position(),
          perKey.name(),
          "limitBy does not say which component of the payload is the key",
          "Add limitBy, or remove " + perKey.name());
    }
  }
}
