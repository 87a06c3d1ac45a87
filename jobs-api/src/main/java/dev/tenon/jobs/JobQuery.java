package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs to list. Immutable; each method returns a changed copy: {@code
 * JobQuery.all().withStatus(FAILED).withType(WidgetBatchJob.DEFINITION).withLimit(20)}.
 */
public final class JobQuery {

  /** The largest number of jobs on one page. */
  public static final int MAX_LIMIT = 1000;

  private static final JobQuery ALL = new JobQuery(null, List.of(), null, null, null, 50);

  private final @Nullable JobStatus status;
  private final List<String> types;
  private final @Nullable String itemId;
  private final @Nullable String submittedBy;
  private final @Nullable UUID after;
  private final int limit;

  private JobQuery(
      @Nullable JobStatus status,
      List<String> types,
      @Nullable String itemId,
      @Nullable String submittedBy,
      @Nullable UUID after,
      int limit) {
    this.status = status;
    this.types = types;
    this.itemId = itemId;
    this.submittedBy = submittedBy;
    this.after = after;
    this.limit = limit;
  }

  /** All jobs, 50 a page. */
  public static JobQuery all() {
    return ALL;
  }

  /** A copy that asks for jobs with this status only. */
  public JobQuery withStatus(JobStatus status) {
    return new JobQuery(
        Objects.requireNonNull(status, "status"), types, itemId, submittedBy, after, limit);
  }

  /** A copy that asks for jobs of this type only. */
  public JobQuery withType(String type) {
    return new JobQuery(
        status, List.of(Objects.requireNonNull(type, "type")), itemId, submittedBy, after, limit);
  }

  /**
   * A copy that asks for jobs of this type only, including those that were submitted under one of
   * its aliases.
   */
  public JobQuery withType(JobDefinition<?, ?> definition) {
    List<String> names =
        Stream.concat(Stream.of(definition.type()), definition.aliases().stream()).toList();
    return new JobQuery(status, names, itemId, submittedBy, after, limit);
  }

  /** A copy that asks for jobs that belong to this item only. */
  public JobQuery withItemId(String itemId) {
    return new JobQuery(
        status, types, Objects.requireNonNull(itemId, "itemId"), submittedBy, after, limit);
  }

  /** A copy that asks for jobs of this submitter only. */
  public JobQuery withSubmittedBy(String submittedBy) {
    return new JobQuery(
        status, types, itemId, Objects.requireNonNull(submittedBy, "submittedBy"), after, limit);
  }

  /**
   * A copy that asks for the jobs after the one with this id, which is given by {@link
   * JobPage#next()}.
   */
  public JobQuery withAfter(UUID jobId) {
    return new JobQuery(
        status, types, itemId, submittedBy, Objects.requireNonNull(jobId, "jobId"), limit);
  }

  /**
   * A copy with at most this many jobs on a page.
   *
   * @param limit 1 to {@link #MAX_LIMIT}
   * @throws IllegalArgumentException if the limit is out of range
   */
  public JobQuery withLimit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "The limit is " + limit + "; it must be from 1 to " + MAX_LIMIT + ".");
    }
    return new JobQuery(status, types, itemId, submittedBy, after, limit);
  }

  /** The status asked for. */
  public Optional<JobStatus> status() {
    return Optional.ofNullable(status);
  }

  /** The names of the type asked for; empty if any type will do. */
  public List<String> types() {
    return types;
  }

  /** The item asked for. */
  public Optional<String> itemId() {
    return Optional.ofNullable(itemId);
  }

  /** The submitter asked for. */
  public Optional<String> submittedBy() {
    return Optional.ofNullable(submittedBy);
  }

  /** The job after which the page starts; empty for the first page. */
  public Optional<UUID> after() {
    return Optional.ofNullable(after);
  }

  /** The largest number of jobs on one page. */
  public int limit() {
    return limit;
  }
}
