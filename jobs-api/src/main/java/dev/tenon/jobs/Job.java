package dev.tenon.jobs;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A job with its payload and its result, as it was when it was read. Immutable. {@code toString()}
 * leaves out payload and result, so that they reach no log by accident.
 *
 * <p>Only Tenon implements it: accessors may be added in any release.
 */
public interface Job extends JobSummary {

  /**
   * The payload as JSON, as it is stored: sensitive values are encrypted in it if the runtime had
   * {@code EncryptionKeys}.
   */
  String payload();

  /**
   * The result of the handler, as JSON, as it is stored; empty until the job has completed, and if
   * the handler returned nothing.
   */
  Optional<String> result();

  /** The version of the type that the result was written as; empty if the job has not completed. */
  OptionalInt resultVersion();
}
