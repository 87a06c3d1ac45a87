package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.values.StoredHeaders;
import dev.tenon.jobs.libraries.jooq.JSONB;
import dev.tenon.jobs.libraries.jooq.Record;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job as it was read from the table: what was submitted, and its state. */
public record StoredJob(
    Submitted submitted,
    JobStatus status,
    Optional<String> result,
    OptionalInt resultVersion,
    Instant runAt,
    int attempts,
    int crashes,
    int progress,
    Optional<String> progressMessage,
    Optional<JobError> error,
    Optional<String> workerId,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<Instant> cancelRequestedAt,
    Optional<Instant> startBefore)
    implements Job {

  /**
   * The submitted values of a job.
   *
   * @param id its id
   * @param type its type
   * @param version the version of the type
   * @param priority its priority
   * @param payload the payload as JSON
   * @param itemId the item that it belongs to; null if there is none
   * @param submittedBy the name of the submitter
   * @param submittedAt the time of submission
   * @param maxAttempts the largest number of attempts
   * @param headers its headers
   */
  public record Submitted(
      UUID id,
      String type,
      int version,
      JobPriority priority,
      String payload,
      @Nullable String itemId,
      String submittedBy,
      Instant submittedAt,
      int maxAttempts,
      Headers headers) {

    /** The submitted values of a new job. */
    public static Submitted of(NewJob job, Instant submittedAt) {
      return new Submitted(
          job.id(),
          job.type(),
          job.version(),
          job.priority(),
          job.payload(),
          job.itemId(),
          job.submittedBy(),
          submittedAt,
          job.maxAttempts(),
          job.headers());
    }

    /** The submitted values in a row of the view of all jobs. */
    static Submitted of(Record row, Tables.Jobs j) {
      return new Submitted(
          row.get(j.id),
          row.get(j.type),
          row.get(j.version),
          row.get(j.priority),
          row.get(j.payload).data(),
          row.get(j.itemId),
          row.get(j.submittedBy),
          row.get(j.submittedAt),
          row.get(j.maxAttempts),
          headersIn(row, j));
    }
  }

  /** The headers in a row of the view of all jobs. */
  static Headers headersIn(Record row, Tables.Jobs j) {
    JSONB headers = row.get(j.headers);
    return StoredHeaders.read(headers == null ? null : headers.data());
  }

  @Override
  public UUID id() {
    return submitted.id();
  }

  @Override
  public String type() {
    return submitted.type();
  }

  @Override
  public int version() {
    return submitted.version();
  }

  @Override
  public JobPriority priority() {
    return submitted.priority();
  }

  @Override
  public String payload() {
    return submitted.payload();
  }

  @Override
  public Optional<String> itemId() {
    return Optional.ofNullable(submitted.itemId());
  }

  @Override
  public Headers headers() {
    return submitted.headers();
  }

  @Override
  public String submittedBy() {
    return submitted.submittedBy();
  }

  @Override
  public Instant submittedAt() {
    return submitted.submittedAt();
  }

  @Override
  public int maxAttempts() {
    return submitted.maxAttempts();
  }

  /** The job without its payload and its result. */
  @Override
  public String toString() {
    return "Job[id=%s, type=%s, status=%s, attempts=%d/%d, progress=%d]"
        .formatted(id(), type(), status.code(), attempts, maxAttempts(), progress);
  }
}
