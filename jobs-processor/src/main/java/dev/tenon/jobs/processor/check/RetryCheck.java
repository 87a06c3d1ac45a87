package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;

/** The rules for a declaration's retries, except for attempts and delays. */
final class RetryCheck {

  /** The meaning of the runtime's exceptions, which noRetryOn cannot change. */
  private static final Map<String, String> MEANINGS =
      Map.of(
          RuntimeTypes.RETRY_JOB.canonicalName(),
              "which a handler throws to ask for another attempt",
          RuntimeTypes.JOB_SNOOZED.canonicalName(), "which a handler throws to postpone the job",
          RuntimeTypes.PERMANENT_JOB.canonicalName(), "which makes a job fail immediately anyway");

  private final Report report;

  RetryCheck(Report report) {
    this.report = report;
  }

  /** Returns why generated code cannot name an exception, or empty if it can. */
  static Optional<String> hindrance(Attribute<TypeElement> exception, JobDeclaration job) {
    return Accessibility.hindrance(exception.value(), job.payload().packageName());
  }

  /** Checks that no delay is left over. */
  static void checkUnused(int attempts, List<Attribute<String>> delays, Report report) {
    int used = attempts - 1;
    if (delays.size() > used) {
      report.add(
          Diagnostic.UNUSED_RETRY_DELAYS,
          delays.get(used).position(),
          delays.size() == 1 ? "1 delay" : delays.size() + " delays",
          attempts,
          used == 0 ? "none" : "only " + used,
          delays.size() - used == 1 ? "the last one" : "the last " + (delays.size() - used),
          delays.size() + 1);
    }
  }

  void check(JobDeclaration job) {
    checkExceptions(job);
    if (job.isExternal() && !job.noRetryOn().isEmpty()) {
      report.add(Diagnostic.EXTERNAL_ATTRIBUTES, job.noRetryOn().get(0).position());
    }
    if (job.maxAttempts().value() == 1) {
      if (job.jitter().explicit()) {
        unused(job.jitter(), "jitter", "maxAttempts = 1 allows no retry");
      }
      if (!job.noRetryOn().isEmpty()) {
        unused(job.noRetryOn().get(0), "noRetryOn", "maxAttempts = 1 allows no retry");
      }
    } else if (job.jitter().explicit()
        && job.jitter().value() > 0
        && job.retryDelayDurations().stream().allMatch(Duration::isZero)) {
      unused(job.jitter(), "jitter", "every retry delay is zero");
    }
  }

  private void unused(Attribute<?> attribute, String name, String reason) {
    report.add(Diagnostic.UNUSED_RETRY, attribute.position(), name, reason);
  }

  private void checkExceptions(JobDeclaration job) {
    Set<TypeElement> seen = new HashSet<>();
    for (Attribute<TypeElement> exception : job.noRetryOn()) {
      if (!seen.add(exception.value())) {
        report(exception, "which it already names");
      }
      for (TypeElement e : withSuperclasses(exception.value())) {
        String meaning = MEANINGS.get(e.getQualifiedName().toString());
        if (meaning != null) {
          report(exception, meaning);
        }
      }
      hindrance(exception, job)
          .ifPresent(
              hindrance ->
                  report.add(
                      Diagnostic.NOT_ACCESSIBLE,
                      exception.position(),
                      job.payload().packageName(),
                      DisplayNames.name(exception.value()) + " of noRetryOn",
                      hindrance));
    }
  }

  private void report(Attribute<TypeElement> exception, String reason) {
    report.add(
        Diagnostic.NO_RETRY_ON, exception.position(), exception.value().getSimpleName(), reason);
  }

  private static List<TypeElement> withSuperclasses(TypeElement type) {
    List<TypeElement> types = new ArrayList<>(List.of(type));
    if (type.getSuperclass() instanceof DeclaredType declared) {
      types.addAll(withSuperclasses((TypeElement) declared.asElement()));
    }
    return types;
  }
}
