package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.HandlerDeclaration.Form;
import dev.tenon.jobs.processor.model.JobDeclaration;
import java.util.Optional;

/** The rules for the values that handlers emit. */
public final class EmitsCheck {

  private static final String EMITTING = "EmittingJobHandler";

  private final Report report;

  /** A check that adds to a report. */
  public EmitsCheck(Report report) {
    this.report = report;
  }

  /** Checks the class that a job type names. */
  public void check(JobDeclaration job) {
    Attribute<JobDeclaration.ResultType> emits = job.emits();
    if (job.emitted().isEmpty() && !emits.value().name().equals(TypeName.VOID.box())) {
      report.add(
          Diagnostic.EMITS,
          emits.position(),
          DisplayNames.simple(emits.value().name())
              + (emits.value().shaped() ? ", which has type parameters" : ""));
    }
  }

  /** Checks that a handler, which has the payload and result of a job type, emits what it says. */
  void checkFit(HandlerDeclaration handler, JobDeclaration job) {
    Optional<TypeName> declared = job.emitted();
    Optional<TypeName> found = handler.emitted().map(TypeName::get);
    boolean isWrong = declared.isEmpty() && !job.emits().value().name().equals(TypeName.VOID.box());
    // What is wrong is reported where it is declared
    if (isWrong || declared.equals(found)) {
      return;
    }
    String payload = DisplayNames.simple(job.payload());
    String result = DisplayNames.simple(job.result().value().name().box());
    String implemented =
        found
            .map(emitted -> emitting(payload, result, emitted))
            .orElseGet(
                () -> DisplayNames.handlerOf(handler.form().interfaceName(), payload, result));
    report.add(
        Diagnostic.EMITS_MISMATCH,
        handler.type().position(),
        "The handler implements " + implemented,
        declared
            .map(
                emitted ->
                    "the jobs of '%s' emit %s"
                        .formatted(job.typeName(), DisplayNames.simple(emitted)))
            .orElseGet(() -> "'%s' does not say what its jobs emit".formatted(job.typeName())),
        fix(handler, payload, result, declared, found));
  }

  private static String fix(
      HandlerDeclaration handler,
      String payload,
      String result,
      Optional<TypeName> declared,
      Optional<TypeName> found) {
    if (declared.isEmpty()) {
      return "Write emits = %s.class on %s, or implement %s"
          .formatted(
              DisplayNames.simple(found.orElseThrow()),
              payload,
              DisplayNames.handlerOf(payload, result));
    }
    String implement = "Implement " + emitting(payload, result, declared.get());
    if (handler.form() == Form.BATCH) {
      return implement
          + ", or remove emits from %s: a batch handler emits nothing".formatted(payload);
    }
    return implement
        + found
            .map(
                emitted ->
                    ", or write emits = %s.class on %s"
                        .formatted(DisplayNames.simple(emitted), payload))
            .orElse(", or remove emits from " + payload);
  }

  private static String emitting(String payload, String result, TypeName emitted) {
    return "%s<%s, %s, %s>".formatted(EMITTING, payload, result, DisplayNames.simple(emitted));
  }

  /** The handler interface for a job type: {@code JobHandler<Import, Void>}. */
  static String handlerOf(JobDeclaration job) {
    String payload = DisplayNames.simple(job.payload());
    String result = DisplayNames.simple(job.result().value().name());
    return job.emitted()
        .map(emitted -> emitting(payload, result, emitted))
        .orElseGet(() -> DisplayNames.handlerOf(payload, result));
  }
}
