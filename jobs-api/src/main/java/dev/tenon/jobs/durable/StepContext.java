package dev.tenon.jobs.durable;

import java.util.UUID;

/**
 * The id of a job, and the name and key of one of its steps: a parameter of a method with {@link
 * dev.tenon.jobs.annotation.Step} or {@link dev.tenon.jobs.annotation.InDoubt}. Thread-safe.
 *
 * <p>Only Tenon implements it: accessors may be added in any release.
 */
public interface StepContext {

  /** The id of the job. */
  UUID jobId();

  /** The name of the step. */
  String name();

  /** The key of this round; empty for a step without keys. */
  String key();

  /**
   * A value for APIs that recognize repeated requests by a key. It is the same for every attempt at
   * this step of this job, and for no other: it is made from the job's id, the name and the key. It
   * has 36 characters, like a UUID.
   */
  String idempotencyKey();
}
