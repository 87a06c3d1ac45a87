package dev.tenon.jobs.durable;

import dev.tenon.jobs.internal.codes.Codes;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The record of a step, a wait or a token of a job. Immutable.
 *
 * <p>Only Tenon implements it: accessors may be added in any release.
 */
public interface JobStep {

  /** The id of the job. */
  UUID jobId();

  /** The type of the job, by the name that it was submitted with. */
  String jobType();

  /** The name of the step or wait; for a token, that of its signal. */
  String name();

  /** The key of this round; empty for none. */
  String key();

  /** The kind of the record. */
  Kind kind();

  /** Its state. */
  State state();

  /** The version of the job type when it was recorded. */
  int version();

  /** The lease of the attempt that has recorded it. */
  long lease();

  /** The attempts of the step, if it has its own; otherwise 0. */
  int attempts();

  /** The time when the step began, or the wait. */
  Instant startedAt();

  /** The time when it ended; empty if it has not. */
  Optional<Instant> endedAt();

  /** The time when the wait ends at the latest; empty if this is not a wait, or has no maximum. */
  Optional<Instant> until();

  /** The names of the signals that end the wait; empty if this is not a wait, or is a sleep. */
  List<String> signals();

  /**
   * The result of the step, or the signal that ended the wait, as JSON with sensitive values
   * hidden; empty if there is none.
   */
  Optional<String> result();

  /** The last error of a step that has failed, or the question for a person; empty if none. */
  Optional<String> message();

  /** The kinds of records. */
  enum Kind {
    /** A step. */
    STEP,
    /** A wait for signals. */
    WAIT,
    /** A sleep. */
    SLEEP,
    /** A token that allows a signal to be sent. */
    TOKEN;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The kind as it is stored and shown. */
    public String code() {
      return code;
    }

    /**
     * The kind with the given code.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Kind ofCode(String code) {
      return Codes.find(values(), Kind::code, code);
    }
  }

  /** The state of a step, a wait or a token. */
  enum State {
    /** The step has begun; it is in doubt unless the attempt that has begun it is still running. */
    BEGUN,
    /** The step has failed, and will be attempted again. */
    FAILED,
    /** A person has to decide what became of the step. */
    IN_DOUBT,
    /** The step was not done and runs again, as found out or decided. */
    NOT_DONE,
    /** The job waits. */
    WAITING,
    /** The step is done, the wait has ended, or the token was used. */
    DONE,
    /** No signal arrived in time. */
    TIMED_OUT,
    /** The token was not used yet. */
    OPEN;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The state as it is stored and shown, such as {@code in_doubt}. */
    public String code() {
      return code;
    }

    /**
     * The state with the given code.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static State ofCode(String code) {
      return Codes.find(values(), State::code, code);
    }
  }
}
