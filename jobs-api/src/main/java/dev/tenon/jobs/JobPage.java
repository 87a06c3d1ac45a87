package dev.tenon.jobs;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A page of the jobs that a query asks for, newest first. Immutable. */
public final class JobPage {

  private final List<JobSummary> jobs;
  private final @Nullable UUID next;

  /**
   * Creates a page.
   *
   * @param jobs the jobs on it
   * @param next the id of the last job on it; null if this is the last page
   */
  public JobPage(List<JobSummary> jobs, @Nullable UUID next) {
    this.jobs = List.copyOf(jobs);
    this.next = next;
  }

  /** The jobs without their payloads and results, the newest first. */
  public List<JobSummary> jobs() {
    return jobs;
  }

  /** Where the next page starts, for {@link JobQuery#withAfter}; empty on the last page. */
  public Optional<UUID> next() {
    return Optional.ofNullable(next);
  }
}
