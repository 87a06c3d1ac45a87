package dev.tenon.jobs.testing;

import dev.tenon.jobs.Header;
import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.JobDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asserts how jobs of a type were submitted. Each method keeps those of the jobs that are so, and
 * fails if there are none: {@code assertThat(jobs).submitted(WidgetBatchJob.DEFINITION).with(batch
 * -> batch.size() == 3).dueIn(Duration.ofHours(1)).once()} asserts that there is one job that meets
 * all of it. Immutable.
 *
 * @param <P> the payload record
 * @param <R> what the handler returns
 */
public final class SubmittedJobsAssert<P, R> {

  private static final int MAX_SHOWN = 10;

  private final JobDefinition<P, R> definition;
  private final List<TypedJob<P, R>> all;
  private final List<TypedJob<P, R>> kept;
  private final String so;

  /**
   * Assertions.
   *
   * @param all all jobs of the type
   * @param kept those that match all conditions so far
   * @param so these conditions, in words
   */
  SubmittedJobsAssert(
      JobDefinition<P, R> definition,
      List<TypedJob<P, R>> all,
      List<TypedJob<P, R>> kept,
      String so) {
    this.definition = definition;
    this.all = List.copyOf(all);
    this.kept = List.copyOf(kept);
    this.so = so;
  }

  /** Keeps the jobs whose payload is so. */
  public SubmittedJobsAssert<P, R> with(Predicate<? super P> payload) {
    return keep("with such a payload", job -> payload.test(job.payload()));
  }

  /** Keeps the jobs with this payload. */
  public SubmittedJobsAssert<P, R> withPayload(P payload) {
    return keep("with the payload " + payload, job -> job.payload().equals(payload));
  }

  /**
   * Keeps the jobs that are due this long after they were submitted, to the millisecond: {@link
   * Duration#ZERO} means immediately.
   */
  public SubmittedJobsAssert<P, R> dueIn(Duration delay) {
    return dueIn(delay, Duration.ofMillis(1));
  }

  /**
   * Keeps the jobs that are due about this long after they were submitted.
   *
   * @param delay how long
   * @param tolerance how much it may differ
   */
  public SubmittedJobsAssert<P, R> dueIn(Duration delay, Duration tolerance) {
    return keep(
        "due in " + delay,
        job ->
            Duration.between(job.job().submittedAt().plus(delay), job.job().runAt())
                    .abs()
                    .compareTo(tolerance)
                <= 0);
  }

  /** Keeps the jobs that are due at this time, to the millisecond. */
  public SubmittedJobsAssert<P, R> dueAt(Instant time) {
    return keep(
        "due at " + time,
        job ->
            Duration.between(time, job.job().runAt()).abs().compareTo(Duration.ofMillis(1)) <= 0);
  }

  /** Keeps the jobs with this priority. */
  public SubmittedJobsAssert<P, R> withPriority(JobPriority priority) {
    return keep("with priority " + priority, job -> job.job().priority() == priority);
  }

  /** Keeps the jobs that belong to this item. */
  public SubmittedJobsAssert<P, R> withItemId(String itemId) {
    return keep("of item '" + itemId + "'", job -> itemId.equals(job.job().itemId().orElse(null)));
  }

  /** Keeps the jobs that have this header with this value. */
  public <T> SubmittedJobsAssert<P, R> withHeader(Header<T> header, T value) {
    Headers wanted = Headers.of(header, value);
    return keep(
        "with header %s=%s".formatted(header.name(), header.write(value)),
        job -> job.job().headers().containsAll(wanted));
  }

  /** Keeps the jobs that this user or program has submitted. */
  public SubmittedJobsAssert<P, R> submittedBy(String submittedBy) {
    return keep(
        "submitted by '" + submittedBy + "'", job -> submittedBy.equals(job.job().submittedBy()));
  }

  /** Keeps the jobs with this status. */
  public SubmittedJobsAssert<P, R> withStatus(JobStatus status) {
    return keep("with status " + status.code(), job -> job.job().status() == status);
  }

  /** Asserts that exactly one job was kept. */
  public SubmittedJobsAssert<P, R> once() {
    return times(1);
  }

  /** Asserts that exactly this many jobs were kept. */
  public SubmittedJobsAssert<P, R> times(int count) {
    if (kept.size() != count) {
      throw failure("%d job(s) of type '%s'%s".formatted(count, definition.type(), so));
    }
    return this;
  }

  /** The jobs that were kept, the first one that was submitted first. */
  public List<TypedJob<P, R>> jobs() {
    return kept;
  }

  private SubmittedJobsAssert<P, R> keep(String how, Predicate<TypedJob<P, R>> condition) {
    String all = so.isEmpty() ? " " + how : so + ", " + how;
    List<TypedJob<P, R>> remaining = kept.stream().filter(condition).toList();
    if (remaining.isEmpty()) {
      throw failure("a job of type '%s'%s".formatted(definition.type(), all));
    }
    return new SubmittedJobsAssert<>(definition, this.all, remaining, all);
  }

  private AssertionError failure(String expected) {
    return new AssertionError(
        "Expected %s, but found %s"
            .formatted(
                expected,
                all.stream()
                        .limit(MAX_SHOWN)
                        .map(SubmittedJobsAssert::describe)
                        .collect(Collectors.joining())
                    + (all.size() > MAX_SHOWN
                        ? "%n  … and %d more".formatted(all.size() - MAX_SHOWN)
                        : "")));
  }

  private static String describe(TypedJob<?, ?> job) {
    String item = job.job().itemId().map(value -> ", of item '" + value + "'").orElse("");
    return "%n  %s, %s, submitted by '%s'%s, with priority %s, due in %s%s"
        .formatted(
            job.payload(),
            job.job().status().code(),
            job.job().submittedBy(),
            item,
            job.job().priority(),
            Duration.between(job.job().submittedAt(), job.job().runAt()),
            why(job.job().error().orElse(null)));
  }

  private static String why(@Nullable JobError error) {
    return error == null ? "" : "%n    because of %s".formatted(OutcomeText.of(error));
  }
}
