package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.Durations;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/** The rules for one job type: its payload record, and each attribute of its declaration. */
public final class PayloadCheck {

  private static final NameRule TYPE_NAMES = new NameRule("widget.process.batch");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\x{85}\\x{2028}\\x{2029}]");
  private static final int ROUTING_KEY_BYTES = 255;

  private final Report report;

  /** A check that adds to a report. */
  public PayloadCheck(Report report) {
    this.report = report;
  }

  /** Returns whether a string can be the name of a job type. */
  public static boolean isTypeName(String text) {
    return NameRule.isName(text);
  }

  /**
   * Returns whether generated code can name the classes of a declaration, and whether file systems
   * can name the generated classes.
   */
  public static boolean isAccessible(JobDeclaration job, Elements elements) {
    TypeElement result =
        job.result().value().name() instanceof ClassName name
            ? elements.getTypeElement(name.canonicalName())
            : null;
    return FileNameCheck.isNameable(job)
        && (result == null
            || Accessibility.hindrance(result, job.payload().packageName()).isEmpty())
        && job.noRetryOn().stream()
            .allMatch(exception -> RetryCheck.hindrance(exception, job).isEmpty());
  }

  /** Checks {@code @JobType} on a record. */
  public void check(JobDeclaration job, TypeElement payload) {
    checkRecord(payload);
    new FileNameCheck(report).check(job, SourcePosition.of(payload));
    checkTypeName(job);
    checkLabel(job);
    checkRoutingKey(job);
    checkResult(job.result());
    checkTimeout(job.timeout());
    checkAttempts(job);
    checkJitter(job.jitter());
    checkRetention(job.retention(), "retention", "");
    if (job.retentionOfFailed().explicit()) {
      checkRetention(job.retentionOfFailed(), "retentionOfFailed", "of failed jobs ");
    }
    if (job.startWithin().explicit() && !DurationRange.START_WITHIN.contains(job.startWithin())) {
      report.add(
          Diagnostic.START_WITHIN,
          job.startWithin().position(),
          Durations.FORMS,
          job.startWithin().value());
    }
    new RetryCheck(report).check(job);
  }

  private void checkRecord(TypeElement payload) {
    SourcePosition position = SourcePosition.of(payload);
    if (!payload.getTypeParameters().isEmpty()) {
      report.add(Diagnostic.PAYLOAD_GENERIC, position, "payload", payload.asType());
    }
    String packageName = Accessibility.packageOf(payload).getQualifiedName().toString();
    Accessibility.hindrance(payload, packageName)
        .ifPresent(
            hindrance ->
                report.add(
                    Diagnostic.NOT_ACCESSIBLE,
                    position,
                    packageName,
                    "the payload " + payload.getSimpleName(),
                    hindrance));
  }

  private void checkTypeName(JobDeclaration job) {
    TYPE_NAMES
        .fault(job.typeName(), job.payload().packageName())
        .ifPresent(
            fault ->
                report.add(Diagnostic.TYPE_NAME, job.type().position(), job.typeName(), fault));
  }

  private void checkLabel(JobDeclaration job) {
    Attribute<String> label = job.label();
    boolean isControlled = CONTROL.matcher(label.value()).find();
    if (label.explicit() && (label.value().isBlank() || isControlled)) {
      report.add(
          Diagnostic.LABEL,
          label.position(),
          isControlled ? "contains a line break or another control character" : "is blank",
          GeneratedNames.label(job.typeName()));
    }
  }

  private void checkRoutingKey(JobDeclaration job) {
    String key = job.routingKeyOrDefault();
    int bytes = key.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > ROUTING_KEY_BYTES) {
      report.add(Diagnostic.ROUTING_KEY, job.routingKey().position(), "has " + bytes + " bytes");
    } else if (CONTROL.matcher(key).find()) {
      report.add(
          Diagnostic.ROUTING_KEY, job.routingKey().position(), "contains a control character");
    } else if (key.isBlank()
        || key.contains("*")
        || key.contains("#")
        || key.startsWith("amq.")
        || key.equals(GeneratedNames.routingKey("dead-letter"))) {
      report.add(Diagnostic.ROUTING_KEY, job.routingKey().position(), "is '" + key + "'");
    }
  }

  private void checkResult(Attribute<JobDeclaration.ResultType> result) {
    TypeName name = result.value().name();
    if (name.isPrimitive()) {
      String box = name.equals(TypeName.VOID) ? "Void" : simple(name.box());
      report.add(
          Diagnostic.RESULT_TYPE, result.position(), name, "Write result = " + box + ".class");
    } else if (result.value().generic()) {
      report.add(
          Diagnostic.RESULT_TYPE,
          result.position(),
          name + ", which has type parameters",
          "Write a record with a component of that type");
    } else {
      result
          .value()
          .notJson()
          .ifPresent(
              reason ->
                  report.add(
                      Diagnostic.JSON,
                      result.position(),
                      "the result, which has the type " + DisplayNames.simple(name),
                      reason));
    }
  }

  private static String simple(TypeName name) {
    String text = name.toString();
    return text.substring(text.lastIndexOf('.') + 1);
  }

  private void checkTimeout(Attribute<String> timeout) {
    if (!DurationRange.TIMEOUT.contains(timeout)) {
      report.add(Diagnostic.TIMEOUT, timeout.position(), Durations.FORMS, timeout.value());
    }
  }

  private void checkJitter(Attribute<Double> jitter) {
    if (!(jitter.value() >= 0 && jitter.value() <= 1)) {
      report.add(Diagnostic.JITTER, jitter.position(), jitter.value());
    }
  }

  private void checkRetention(Attribute<String> retention, String name, String ofWhat) {
    if (!DurationRange.RETENTION.contains(retention)) {
      report.add(
          Diagnostic.RETENTION,
          retention.position(),
          Durations.FORMS,
          retention.value(),
          ofWhat,
          name);
    }
  }

  private void checkAttempts(JobDeclaration job) {
    int attempts = job.maxAttempts().value();
    if (attempts < 1) {
      report.add(Diagnostic.MAX_ATTEMPTS, job.maxAttempts().position(), attempts);
    }
    List<Attribute<String>> delays = job.retryDelays().value();
    for (Attribute<String> delay : delays) {
      if (!DurationRange.RETRY_DELAY.contains(delay)) {
        report.add(Diagnostic.RETRY_DELAY, delay.position(), Durations.FORMS, delay.value());
      }
    }
    if (job.retryDelays().explicit() && attempts >= 1) {
      RetryCheck.checkUnused(attempts, delays, report);
    }
  }
}
