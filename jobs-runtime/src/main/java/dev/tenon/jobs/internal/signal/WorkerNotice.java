package dev.tenon.jobs.internal.signal;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A notice from one process to the workers of the others over PostgreSQL. It is a hint to poll the
 * table: anybody who may connect can send one, and it may get lost. A process of an older version
 * ignores notices that it does not know.
 */
public sealed interface WorkerNotice {

  /** The separator between the schema and the notice. */
  char SEPARATOR = '\n';

  /** There is something to claim. */
  record Claimable() implements WorkerNotice {}

  /** There may be something to claim soon: somebody's transaction is open. */
  record Soon() implements WorkerNotice {

    private static final String TEXT = "soon";
  }

  /**
   * Somebody wants to cancel a job, which may run in another process.
   *
   * @param jobId the job
   */
  record Cancelled(UUID jobId) implements WorkerNotice {}

  /**
   * Jobs that somebody awaits have changed.
   *
   * @param jobIds the jobs
   */
  record Changed(Set<UUID> jobIds) implements WorkerNotice {

    private static final String PREFIX = "changed ";

    /** Makes the set immutable. */
    public Changed {
      jobIds = Set.copyOf(jobIds);
    }
  }

  /**
   * Somebody has submitted jobs by a function of the database. No other process knows of them.
   *
   * @param jobIds the jobs whose pointers have to be published; empty if there are only others,
   *     which wait in lines or under limits
   */
  record Submitted(Set<UUID> jobIds) implements WorkerNotice {

    private static final String TEXT = "submitted";
    private static final String PREFIX = TEXT + " ";

    /** Makes the set immutable. */
    public Submitted {
      jobIds = Set.copyOf(jobIds);
    }
  }

  /**
   * A process checks whether notices reach it.
   *
   * @param listener the listener that checks
   */
  record Probe(UUID listener) implements WorkerNotice {

    private static final String PREFIX = "probe ";
  }

  /** Returns the message to the listening processes. */
  default String message(String schema) {
    if (this instanceof Soon) {
      return schema + SEPARATOR + Soon.TEXT;
    } else if (this instanceof Cancelled cancelled) {
      return schema + SEPARATOR + cancelled.jobId();
    } else if (this instanceof Probe probe) {
      return schema + SEPARATOR + Probe.PREFIX + probe.listener();
    } else if (this instanceof Changed changed) {
      // Sent by the function tell_awaiting of the database
      return schema + SEPARATOR + Changed.PREFIX + text(changed.jobIds());
    } else if (this instanceof Submitted submitted) {
      // Sent by the function tell_submitted of the database
      return schema + SEPARATOR + (Submitted.PREFIX + text(submitted.jobIds())).strip();
    }
    return schema;
  }

  /**
   * Returns the notice of a message to the workers of a schema; empty if it is not a notice, or is
   * for others.
   */
  static Optional<WorkerNotice> parse(String message, String schema) {
    if (message.equals(schema)) {
      return Optional.of(new Claimable());
    }
    if (!message.startsWith(schema + SEPARATOR)) {
      return Optional.empty();
    }
    String text = message.substring(schema.length() + 1);
    if (text.equals(Soon.TEXT)) {
      return Optional.of(new Soon());
    }
    if (text.equals(Submitted.TEXT)) {
      return Optional.of(new Submitted(Set.of()));
    }
    try {
      if (text.startsWith(Changed.PREFIX)) {
        return Optional.of(new Changed(ids(text.substring(Changed.PREFIX.length()))));
      }
      if (text.startsWith(Submitted.PREFIX)) {
        return Optional.of(new Submitted(ids(text.substring(Submitted.PREFIX.length()))));
      }
      return Optional.of(
          text.startsWith(Probe.PREFIX)
              ? new Probe(UUID.fromString(text.substring(Probe.PREFIX.length())))
              : new Cancelled(UUID.fromString(text)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String text(Set<UUID> jobIds) {
    return jobIds.stream().map(UUID::toString).collect(Collectors.joining(" "));
  }

  private static Set<UUID> ids(String text) {
    return Arrays.stream(text.split(" ")).map(UUID::fromString).collect(Collectors.toSet());
  }
}
