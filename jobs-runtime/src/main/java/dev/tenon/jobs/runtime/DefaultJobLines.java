package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.internal.operate.LinePages;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.store.LineStore;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.operate.JobLines;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/** The lines of jobs, for people. Thread-safe. */
final class DefaultJobLines implements JobLines {

  private static final int MAX_LINES = 1_000;

  private final LinePages pages;
  private final LineStore store;
  private final Function<UUID, Optional<Job>> jobs;
  private final Runnable changed;

  /**
   * Creates the service.
   *
   * @param jobs finds a job
   * @param changed is called when the next job of a line may be able to start
   */
  DefaultJobLines(
      LinePages pages, LineStore store, Function<UUID, Optional<Job>> jobs, Runnable changed) {
    this.pages = pages;
    this.store = store;
    this.jobs = jobs;
    this.changed = changed;
  }

  @Override
  public List<Blocked> blocked(String type, int max) {
    if (max < 1 || max > MAX_LINES) {
      throw new IllegalArgumentException(
          "max is %d; it must be from 1 to %d.".formatted(max, MAX_LINES));
    }
    return calling(() -> pages.blocked(SubmittedValues.name("type", type), max), "read the lines");
  }

  @Override
  public Optional<Place> place(UUID jobId) {
    Optional<Place> place =
        calling(() -> pages.place(jobId).map(LinePages.FoundPlace::place), "read the lines");
    if (place.isEmpty()) {
      Job unused = get(jobId);
    }
    return place;
  }

  @Override
  public boolean letPass(UUID jobId, Actor actor) {
    Actor withReason =
        SubmittedValues.withReason("Letting jobs pass", Objects.requireNonNull(actor, "actor"));
    ChangeByHand change = ChangeByHand.of("let jobs pass", jobId.toString(), withReason);
    if (calling(() -> store.letPass(jobId, change), "let jobs pass job " + jobId)) {
      changed.run();
      return true;
    }
    if (place(jobId).isPresent()) {
      return false;
    }
    Job job = get(jobId);
    throw new JobStateException(
        "Job %s of type '%s' is %s, and no other jobs wait for it in a line."
            .formatted(jobId, job.type(), job.status().code()),
        job.type(),
        jobId,
        job.status());
  }

  private Job get(UUID jobId) {
    return jobs.apply(jobId).orElseThrow(() -> new JobNotFoundException(jobId));
  }

  private static <T> T calling(Supplier<T> call, String what) {
    try {
      return call.get();
    } catch (StoreException e) {
      throw StoreFailures.of("Could not " + what, null, e);
    }
  }
}
