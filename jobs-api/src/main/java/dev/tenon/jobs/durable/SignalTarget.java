package dev.tenon.jobs.durable;

import java.util.Objects;
import java.util.UUID;

/** The jobs that a signal is sent to. Immutable. */
public sealed interface SignalTarget {

  /** A job. */
  static SignalTarget job(UUID jobId) {
    return new OfJob(jobId);
  }

  /** All jobs that belong to an item, have not ended, and may wait for the signal. */
  static SignalTarget item(String itemId) {
    return new OfItem(itemId);
  }

  /** The job whose handler has made this token. */
  static SignalTarget token(String token) {
    return new OfToken(token);
  }

  /**
   * A job.
   *
   * @param jobId its id
   */
  record OfJob(UUID jobId) implements SignalTarget {

    /** Checks that there is an id. */
    public OfJob {
      Objects.requireNonNull(jobId, "jobId");
    }
  }

  /**
   * The jobs of an item.
   *
   * @param itemId the item
   */
  record OfItem(String itemId) implements SignalTarget {

    /** Checks that there is an item. */
    public OfItem {
      Objects.requireNonNull(itemId, "itemId");
    }
  }

  /**
   * The job of a token.
   *
   * @param token the token, which is a secret
   */
  record OfToken(String token) implements SignalTarget {

    /** Checks that there is a token. */
    public OfToken {
      Objects.requireNonNull(token, "token");
    }

    /** Does not show the token. */
    @Override
    public String toString() {
      return "OfToken[…]";
    }
  }
}
