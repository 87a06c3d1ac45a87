package dev.tenon.jobs.durable;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A signal that was sent to a job. Immutable.
 *
 * <p>Only Tenon implements it: accessors may be added in any release.
 */
public interface JobSignal {

  /** The id of the job. */
  UUID jobId();

  /** The id of the signal, unique within the job. */
  String id();

  /** The name of the signal. */
  String name();

  /** The key of the wait that it ends; empty for none. */
  String key();

  /** The version of the signal when it was sent. */
  int version();

  /** The sender. */
  String sentBy();

  /** The time when it was sent. */
  Instant sentAt();

  /** The time when the handler got it; empty if it has not yet. */
  Optional<Instant> deliveredAt();

  /**
   * The reason that it is not delivered: it cannot be read, or does not meet its constraints; empty
   * if nothing is wrong.
   */
  Optional<String> error();

  /** The signal as JSON with sensitive values hidden. */
  String value();
}
