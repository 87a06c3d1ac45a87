package dev.tenon.jobs.internal.submit;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.internal.values.StoredText;
import dev.tenon.jobs.operate.ScheduleOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Checks submitted values that PostgreSQL would refuse or silently change, before they go into a
 * statement.
 */
public final class SubmittedValues {

  /**
   * The maximum number of bytes of an indexed value, well below PostgreSQL's limit for entries of
   * indexes.
   */
  static final int MAX_NAME_BYTES = 1_000;

  /** The maximum number of bytes of a routing key, as in RabbitMQ. */
  private static final int MAX_ROUTING_KEY_BYTES = 255;

  private static final Instant MAX_RUN_AT = Instant.parse("9999-12-31T00:00:00Z");
  private static final Duration MAX_RETENTION = Duration.ofDays(36_500);

  private SubmittedValues() {}

  /**
   * Checks that the payload can be stored, and returns it.
   *
   * @throws JobsException if a string in it has an unpaired surrogate
   */
  static String payload(String jobType, String json) {
    OptionalInt index = StoredText.indexOfHalfCharacter(json);
    if (index.isPresent()) {
      throw new JobsException(
          ("The payload of job type '%s' has a surrogate without its partner at index %d of its "
                  + "JSON, which UTF-8 cannot encode. Cut strings between characters, not inside one.")
              .formatted(jobType, index.getAsInt()),
          jobType,
          null,
          null);
    }
    return json;
  }

  /**
   * Checks a string that jobs are found by.
   *
   * @throws IllegalArgumentException if it is too long or has a character that cannot be stored
   */
  public static String name(String what, String text) {
    int bytes = StoredText.utf8Length(text);
    if (bytes > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          ("%s has %,d bytes; it may have up to %,d. Use an id, and keep long strings in the "
                  + "payload.")
              .formatted(what, bytes, MAX_NAME_BYTES));
    }
    int nul = text.indexOf('\u0000');
    if (nul >= 0) {
      throw new IllegalArgumentException(
          "%s has the character U+0000 at index %d, which PostgreSQL cannot store. Remove it."
              .formatted(what, nul));
    }
    OptionalInt index = StoredText.indexOfHalfCharacter(text);
    if (index.isPresent()) {
      throw new IllegalArgumentException(
          ("%s has a surrogate without its partner at index %d, which UTF-8 cannot encode. Cut "
                  + "strings between characters, not inside one.")
              .formatted(what, index.getAsInt()));
    }
    return text;
  }

  /**
   * Checks the submitter of jobs.
   *
   * @throws IllegalArgumentException if it is blank, is too long or has a character that cannot be
   *     stored
   */
  public static String submittedBy(String submittedBy) {
    if (submittedBy.isBlank()) {
      throw new IllegalArgumentException(
          "submittedBy is blank. Name who submits it: a user's id, or the name of a program.");
    }
    return name("submittedBy", submittedBy);
  }

  /**
   * Checks the actor of a change that stops or slows down the work of others.
   *
   * @param what the action, such as {@code A pause}
   * @throws IllegalArgumentException if there is no reason
   */
  public static Actor withReason(String what, Actor actor) {
    if (actor.reason().isEmpty()) {
      throw new IllegalArgumentException(
          "%s needs a reason for the people whose jobs it affects: Actor.of(\"%s\", \"why\")."
              .formatted(what, LogText.escape(actor.name())));
    }
    return actor;
  }

  /**
   * Checks the strings of a query.
   *
   * @throws IllegalArgumentException if one is too long or has a character that cannot be stored
   */
  public static void check(JobQuery query) {
    query.types().forEach(type -> name("type", type));
    query.itemId().ifPresent(itemId -> name("itemId", itemId));
    query.submittedBy().ifPresent(by -> name("submittedBy", by));
    query.limitKey().ifPresent(key -> name("limitKey", key));
    query.fingerprint().ifPresent(fingerprint -> name("fingerprint", fingerprint));
    query.errorText().ifPresent(text -> name("errorText", text));
    query.cursor().ifPresent(Cursors::job);
  }

  /**
   * Checks the routing key that waiting jobs are moved to.
   *
   * @throws IllegalArgumentException if it is empty or too long, or cannot be stored
   */
  public static String routingKey(String routingKey) {
    int bytes = StoredText.utf8Length(routingKey);
    if (bytes == 0 || bytes > MAX_ROUTING_KEY_BYTES) {
      throw new IllegalArgumentException(
          "routingKey has %,d bytes; it must have 1 to %d, as in RabbitMQ."
              .formatted(bytes, MAX_ROUTING_KEY_BYTES));
    }
    return name("routingKey", routingKey);
  }

  /**
   * Checks the value of the component that {@code @Limit} names.
   *
   * @throws IllegalArgumentException if it is too long or has a character that cannot be stored
   */
  static String limitKey(String jobType, String component, String value) {
    return name(
        "The component '%s' that limits jobs of type '%s'".formatted(component, jobType), value);
  }

  /**
   * Checks the value of the component that {@code @Ordered} names.
   *
   * @throws IllegalArgumentException if it is too long or has a character that cannot be stored
   */
  static String orderKey(String jobType, String component, String value) {
    return name(
        "The component '%s' that orders jobs of type '%s'".formatted(component, jobType), value);
  }

  /**
   * Checks the value of the component that {@code @Backlog} names.
   *
   * @throws IllegalArgumentException if it is too long or has a character that cannot be stored
   */
  static String backlogKey(String jobType, String component, String value) {
    return name(
        "The component '%s' that bounds waiting jobs of type '%s'".formatted(component, jobType),
        value);
  }

  /**
   * Returns a time as the table takes it: for a time in the past, the exact value does not matter.
   *
   * @throws IllegalArgumentException if it is after the year 9999
   */
  public static @Nullable Instant runAt(@Nullable Instant runAt) {
    return runAt == null ? null : time("runAt", runAt);
  }

  /**
   * Checks the name of a new schedule.
   *
   * @throws IllegalArgumentException if it is blank, too long or cannot be stored
   */
  public static String scheduleName(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          "The name of the schedule is blank. Give it a name that people can find it by.");
    }
    return name("The name of the schedule", name);
  }

  /**
   * Checks the maximum of a count or a list.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public static void max(long max) {
    if (max < 0) {
      throw new IllegalArgumentException("max is %d; it must not be negative.".formatted(max));
    }
  }

  /**
   * Checks a time, and returns the Epoch for one that is before it.
   *
   * @param what its name in messages
   * @throws IllegalArgumentException if the time is too late for PostgreSQL
   */
  static Instant time(String what, Instant time) {
    if (time.isAfter(MAX_RUN_AT)) {
      throw new IllegalArgumentException(
          "%s is %s; it must not be after %s.".formatted(what, time, MAX_RUN_AT));
    }
    return time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time;
  }

  /**
   * Checks the time that a job is kept after its end.
   *
   * @throws IllegalArgumentException if that is negative or longer than 100 years
   */
  static Duration retention(String jobType, Duration retention) {
    if (retention.isNegative() || retention.compareTo(MAX_RETENTION) > 0) {
      throw new IllegalArgumentException(
          "The retention of job type '%s' is %s; it must be from 0 to %,d days."
              .formatted(jobType, retention, MAX_RETENTION.toDays()));
    }
    return retention;
  }

  /**
   * Checks the options of a schedule with a fixed delay.
   *
   * @throws IllegalArgumentException if they contain an option that only cron expressions have
   */
  public static void checkFixedDelay(ScheduleOptions options) {
    ScheduleOptions defaults = ScheduleOptions.defaults();
    if (options.overlap() != defaults.overlap()) {
      throw onlyForCron("overlap policy", options.overlap(), "withOverlap");
    }
    if (!options.catchUp().equals(defaults.catchUp())) {
      throw onlyForCron("catch-up window", options.catchUp(), "withCatchUp");
    }
    if (!options.jitter().equals(defaults.jitter())) {
      throw onlyForCron("jitter", options.jitter(), "withJitter");
    }
  }

  private static IllegalArgumentException onlyForCron(String what, Object value, String method) {
    return new IllegalArgumentException(
        "The %s is %s, but a fixed delay counts from the end of the last run, so that runs neither overlap nor are missed. Leave out %s."
            .formatted(what, value, method));
  }

  /**
   * Checks the name of a module, which ids of workers begin with and logs show.
   *
   * @throws IllegalArgumentException if it does not fit into a line of a log
   */
  public static void checkModuleName(String name) {
    String shown = LogText.escape(name);
    if (name.isEmpty() || !shown.equals(name)) {
      throw new IllegalArgumentException(
          "The name of the module is '%s'; it must have 1 to 200 characters, without control characters and backslashes."
              .formatted(shown));
    }
  }
}
