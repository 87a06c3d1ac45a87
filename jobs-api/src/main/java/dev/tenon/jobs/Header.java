package dev.tenon.jobs;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A header of jobs: a name with the type of its values. Applications declare each of their headers
 * once, as a constant, so that those who write it and those who read it agree on name and type:
 *
 * <pre>{@code
 * public static final Header<UUID> TENANT = Header.ofUuid("tenant");
 *
 * jobs.widgetBatch().submit(batch, SubmitOptions.defaults().withHeader(TENANT, tenantId));
 * UUID tenantId = context.header(TENANT).orElseThrow();
 * }</pre>
 *
 * <p>Values are stored as strings, are not encrypted, and can be seen by everybody who may see the
 * job, and in logs. Do not put secrets into headers. Immutable and thread-safe.
 *
 * @param <T> the type of the values
 */
public final class Header<T> {

  /** The maximum length of a name. */
  public static final int MAX_NAME_LENGTH = 64;

  /** The beginning of names that are reserved for Tenon. */
  private static final String RESERVED = "tenon";

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*([.-][a-z0-9]+)*");
  private static final int UUID_LENGTH = 36;

  private final String name;
  private final String expected;
  private final Function<T, String> write;
  private final Function<String, T> read;

  private Header(
      String name, String expected, Function<T, String> write, Function<String, T> read) {
    this.name = checkedName(name);
    this.expected = expected;
    this.write = write;
    this.read = read;
  }

  /**
   * A header with values of any type.
   *
   * @param name 1 to {@link #MAX_NAME_LENGTH} characters: lower-case letters and digits in parts
   *     that are separated by dots or hyphens, such as {@code shop.order-source}; it begins with a
   *     letter, and its first part must not be {@code tenon}
   * @param write writes a value as a string
   * @param read parses that string; throws an {@link IllegalArgumentException} or a {@link
   *     DateTimeException} if it is not valid
   * @throws IllegalArgumentException if the name breaks these rules
   */
  public static <T> Header<T> of(String name, Function<T, String> write, Function<String, T> read) {
    return new Header<>(
        name,
        "a value of this header",
        Objects.requireNonNull(write, "write"),
        Objects.requireNonNull(read, "read"));
  }

  /**
   * A header whose values are strings.
   *
   * @param name see {@link #of}
   * @throws IllegalArgumentException if the name breaks the rules
   */
  public static Header<String> ofString(String name) {
    return new Header<>(name, "a string", value -> value, text -> text);
  }

  /**
   * A header whose values are UUIDs.
   *
   * @param name see {@link #of}
   * @throws IllegalArgumentException if the name breaks the rules
   */
  public static Header<UUID> ofUuid(String name) {
    return new Header<>(name, "a UUID", UUID::toString, Header::toUuid);
  }

  /**
   * A header whose values are whole numbers.
   *
   * @param name see {@link #of}
   * @throws IllegalArgumentException if the name breaks the rules
   */
  public static Header<Long> ofLong(String name) {
    return new Header<>(name, "a whole number", value -> Long.toString(value), Long::valueOf);
  }

  /**
   * A header whose values are true or false.
   *
   * @param name see {@link #of}
   * @throws IllegalArgumentException if the name breaks the rules
   */
  public static Header<Boolean> ofBoolean(String name) {
    return new Header<>(name, "true or false", value -> Boolean.toString(value), Header::toBoolean);
  }

  /**
   * A header whose values are points in time, such as {@code 2026-11-30T08:00:00Z}.
   *
   * @param name see {@link #of}
   * @throws IllegalArgumentException if the name breaks the rules
   */
  public static Header<Instant> ofInstant(String name) {
    return new Header<>(
        name, "a time like 2026-11-30T08:00:00Z", Instant::toString, Instant::parse);
  }

  /**
   * A header whose values are constants of an enum, by their names. A constant that is renamed can
   * no longer be read from jobs that have its earlier name.
   *
   * @param name see {@link #of}
   * @throws IllegalArgumentException if the name breaks the rules
   */
  public static <E extends Enum<E>> Header<E> ofEnum(String name, Class<E> type) {
    String constants =
        Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", "));
    return new Header<>(name, "one of " + constants, Enum::name, text -> Enum.valueOf(type, text));
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** Writes a value as it is stored, and as searches and tools show it. */
  public String write(T value) {
    Objects.requireNonNull(value, () -> "the value of the header '" + name + "'");
    return Objects.requireNonNull(
        write.apply(value), () -> "the string for a value of the header '" + name + "'");
  }

  /**
   * Reads a stored value.
   *
   * @throws JobsException if it is not a value of this header
   */
  public T read(String value) {
    try {
      return read.apply(value);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new JobsException(
          "The header '%s' has the value '%s', which is not %s. Read it with the type that it was written with."
              .formatted(name, value, expected),
          null,
          null,
          e);
    }
  }

  /**
   * Checks the name of a header.
   *
   * @throws IllegalArgumentException if it breaks the rules of {@link #of}
   */
  static String checkedName(String name) {
    if (name.length() > MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          "The name of a header has %d characters, from '%s…' on; it may have up to %d. Shorten it."
              .formatted(name.length(), name.substring(0, 20), MAX_NAME_LENGTH));
    }
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "The name of a header is '%s'; it must consist of lower-case letters and digits, in parts that are separated by dots or hyphens and begin with a letter, such as 'tenant' or 'shop.order-source'."
              .formatted(shown(name)));
    }
    if (name.equals(RESERVED)
        || name.startsWith(RESERVED + ".")
        || name.startsWith(RESERVED + "-")) {
      throw new IllegalArgumentException(
          "The name of a header is '%s', but names whose first part is '%s' are reserved. Begin it with the name of your application."
              .formatted(name, RESERVED));
    }
    return name;
  }

  private static String shown(String name) {
    return name.chars()
        .mapToObj(c -> c < ' ' || c == 0x7f ? "?" : Character.toString(c))
        .collect(Collectors.joining());
  }

  private static UUID toUuid(String text) {
    // UUID.fromString also takes shorter groups of digits
    if (text.length() != UUID_LENGTH) {
      throw new IllegalArgumentException();
    }
    return UUID.fromString(text);
  }

  private static boolean toBoolean(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException();
    };
  }

  /** The name. */
  @Override
  public String toString() {
    return name;
  }
}
