package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.EncryptionKeyException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.background.DisplayText;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimedJob;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Releases jobs that this worker cannot run, but another one might. */
final class UncountedRelease {

  private static final Logger LOG = LoggerFactory.getLogger(UncountedRelease.class);

  /**
   * The minimum wait. During a rolling deployment, a newer worker may get the job the next time. If
   * there is none, jobs must not circulate as fast as they can.
   */
  private static final Duration MIN_WAIT = Duration.ofSeconds(2);

  private static final Duration MAX_WAIT = Duration.ofSeconds(30);
  private static final double GROWTH = 1.1;

  private UncountedRelease() {}

  /** Releases a job that a newer worker must run. That does not count as an attempt. */
  static AttemptEnd newerVersion(ClaimedJob job, JobDefinition<?, ?> definition) {
    Duration wait = wait(job);
    LOG.warn(
        "Job {} has version {} of type '{}', and this worker knows versions up to {}. The job is"
            + " released, uncounted, and is tried again in {}, for a newer worker to take; deploy"
            + " workers before submitters.",
        job.id(),
        job.version(),
        job.type(),
        definition.version(),
        DisplayText.of(wait));
    return new AttemptEnd.Released(job.lease(), wait);
  }

  /**
   * Releases a job for a newer worker, because newer code has recorded steps. That does not count
   * as an attempt.
   */
  static AttemptEnd newerRecords(ClaimedJob job, JobDefinition<?, ?> definition, int version) {
    Duration wait = wait(job);
    LOG.warn(
        "Job {} of type '{}' has records of code of version {}, and this worker knows versions up"
            + " to {}. The job is released, uncounted, and is tried again in {}, for a newer worker"
            + " to take.",
        job.id(),
        job.type(),
        version,
        definition.version(),
        DisplayText.of(wait));
    return new AttemptEnd.Released(job.lease(), wait);
  }

  /**
   * Releases a job with a value that this worker cannot decrypt. That does not count as an attempt.
   */
  static AttemptEnd missingKey(ClaimedJob job, EncryptionKeyException e) {
    Duration wait = wait(job);
    LOG.warn(
        "Job {} is released, uncounted, and is tried again in {}, for a worker that has the key to"
            + " take. {}",
        job.id(),
        DisplayText.of(wait),
        e.getMessage());
    return new AttemptEnd.Released(job.lease(), wait);
  }

  /**
   * Returns the wait, which grows by a tenth each time that the job is released, from 2 to 30
   * seconds.
   */
  static Duration wait(ClaimedJob job) {
    // Each claim raises the lease, but a release does not count as an attempt
    long before = Math.max(0, job.lease().number() - job.attempt());
    double millis = MIN_WAIT.toMillis() * Math.pow(GROWTH, (double) before);
    return millis < MAX_WAIT.toMillis() ? Duration.ofMillis((long) millis) : MAX_WAIT;
  }
}
