package dev.tenon.jobs.operate;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A query for how many workers are needed. Immutable; each method returns a changed copy: {@code
 * ScalingQuery.all().withTypes(List.of("mail.*", "report.run:2")).withSlots(10)}.
 */
public final class ScalingQuery {

  /** The largest number of type selectors. */
  public static final int MAX_TYPES = 100;

  /** The largest number of slots of a worker. */
  public static final int MAX_SLOTS = 10_000;

  private static final Duration DEFAULT_TIME = Duration.ofSeconds(30);
  private static final Duration MAX_TIME = Duration.ofDays(1);

  private static final Pattern SELECTOR =
      Pattern.compile("[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*(?:\\.\\*)?(?::[1-9]\\d{0,8})?");

  private static final ScalingQuery ALL =
      new ScalingQuery(List.of(), DEFAULT_TIME, DEFAULT_TIME, null);

  private final List<String> types;
  private final Duration startUp;
  private final Duration drainWithin;
  private final @Nullable Integer slots;

  private ScalingQuery(
      List<String> types, Duration startUp, Duration drainWithin, @Nullable Integer slots) {
    this.types = types;
    this.startUp = startUp;
    this.drainWithin = drainWithin;
    this.slots = slots;
  }

  /** The workers for all types, which start within 30 s and are to drain what is due in 30 s. */
  public static ScalingQuery all() {
    return ALL;
  }

  /**
   * A copy that asks for the workers of these types, which should be those that the workers handle.
   * A selector is the name of a type, such as {@code mail.send}; or its beginning, such as {@code
   * mail.*}, for a group of types. With a version, as in {@code mail.send:2}, jobs of newer
   * versions do not count, because the workers do not know them. Without one, the newest version
   * counts that a live worker knows, or every version if no worker of the type is live.
   *
   * @param types the selectors; empty for all types
   * @throws IllegalArgumentException if one of them has another form, or if there are more than
   *     {@link #MAX_TYPES}
   */
  public ScalingQuery withTypes(List<String> types) {
    if (types.size() > MAX_TYPES) {
      throw new IllegalArgumentException(
          "The query has %d types; it may have up to %d. Name a group of them, such as mail.*."
              .formatted(types.size(), MAX_TYPES));
    }
    for (String type : types) {
      if (!SELECTOR.matcher(type).matches()) {
        throw new IllegalArgumentException(
            "'%s' does not select types. Write the name of a type, such as mail.send, or a group, such as mail.*, and after a colon the newest version, such as mail.send:2."
                .formatted(type));
      }
    }
    return new ScalingQuery(List.copyOf(types), startUp, drainWithin, slots);
  }

  /**
   * A copy for workers that take this long to start, until they claim jobs. Jobs and schedules that
   * are due within that time count as if they were due.
   *
   * @param startUp from 0 to one day
   * @throws IllegalArgumentException if it is out of that range
   */
  public ScalingQuery withStartUp(Duration startUp) {
    if (startUp.isNegative() || startUp.compareTo(MAX_TIME) > 0) {
      throw new IllegalArgumentException(
          "The start-up time is %s; it must be from 0 to %s.".formatted(startUp, MAX_TIME));
    }
    return new ScalingQuery(types, startUp, drainWithin, slots);
  }

  /**
   * A copy for workers that are to drain what is due within this time. Jobs that take longer than
   * that need a slot each.
   *
   * @param drainWithin from one second to one day
   * @throws IllegalArgumentException if it is out of that range
   */
  public ScalingQuery withDrainWithin(Duration drainWithin) {
    if (drainWithin.compareTo(Duration.ofSeconds(1)) < 0 || drainWithin.compareTo(MAX_TIME) > 0) {
      throw new IllegalArgumentException(
          "The time to drain is %s; it must be from PT1S to %s.".formatted(drainWithin, MAX_TIME));
    }
    return new ScalingQuery(types, startUp, drainWithin, slots);
  }

  /**
   * A copy for workers with this many slots each. Without it, the smallest number of slots of the
   * live workers of the types counts, or 10 if none is live.
   *
   * @param slots from 1 to {@link #MAX_SLOTS}
   * @throws IllegalArgumentException if it is out of that range
   */
  public ScalingQuery withSlots(int slots) {
    if (slots < 1 || slots > MAX_SLOTS) {
      throw new IllegalArgumentException(
          "The number of slots is %d; it must be from 1 to %d.".formatted(slots, MAX_SLOTS));
    }
    return new ScalingQuery(types, startUp, drainWithin, slots);
  }

  /** The selectors of types; empty for all types. */
  public List<String> types() {
    return types;
  }

  /** The time that a worker takes to start. */
  public Duration startUp() {
    return startUp;
  }

  /** The time that what is due should be drained in. */
  public Duration drainWithin() {
    return drainWithin;
  }

  /** The number of slots of each worker; empty to take that of the live workers. */
  public OptionalInt slots() {
    return slots == null ? OptionalInt.empty() : OptionalInt.of(slots);
  }
}
