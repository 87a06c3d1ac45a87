package dev.tenon.jobs;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a job: up to {@link #MAX_HEADERS} values by their names, in the order of the
 * names. They are stored with the job, travel to its handler and into all jobs of its workflow, and
 * jobs can be found by them. They are not encrypted. Immutable; {@code with…} methods return a
 * changed copy.
 */
public final class Headers {

  /** The maximum number of headers of a job. */
  public static final int MAX_HEADERS = 32;

  /** The maximum number of bytes of a value, in UTF-8. */
  public static final int MAX_VALUE_BYTES = 1_000;

  /** The maximum number of bytes of all names and values together, in UTF-8. */
  public static final int MAX_BYTES = 8 * 1024;

  private static final Headers NONE = new Headers(new TreeMap<>());

  private final Map<String, String> values;

  private Headers(Map<String, String> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /** No headers. */
  public static Headers none() {
    return NONE;
  }

  /**
   * One header.
   *
   * @throws IllegalArgumentException as {@link #with} does
   */
  public static <T> Headers of(Header<T> header, T value) {
    return NONE.with(header, value);
  }

  /**
   * Headers by their names, with the values as they are stored: for tools that do not know the
   * types.
   *
   * @throws IllegalArgumentException if a name breaks the rules of {@link Header#of}, or as {@link
   *     #with} does
   */
  public static Headers ofMap(Map<String, String> values) {
    if (values.isEmpty()) {
      return NONE;
    }
    values.keySet().forEach(Header::checkedName);
    return checked(new TreeMap<>(values));
  }

  /**
   * A copy with this header, in place of an earlier value.
   *
   * @throws IllegalArgumentException if the value has more than {@link #MAX_VALUE_BYTES} bytes, a
   *     control character or half of a surrogate pair; if there would be more than {@link
   *     #MAX_HEADERS} headers; or if they would have more than {@link #MAX_BYTES} bytes
   */
  public <T> Headers with(Header<T> header, T value) {
    TreeMap<String, String> changed = new TreeMap<>(values);
    changed.put(header.name(), header.write(value));
    return checked(changed);
  }

  /**
   * A copy with these headers as well. They replace those of the same names.
   *
   * @throws IllegalArgumentException if there would be too many, or they would have too many bytes
   */
  public Headers withAll(Headers others) {
    if (others.isEmpty()) {
      return this;
    }
    if (isEmpty()) {
      return others;
    }
    TreeMap<String, String> changed = new TreeMap<>(values);
    changed.putAll(others.values);
    return checked(changed);
  }

  /** A copy without this header. */
  public Headers without(Header<?> header) {
    if (!values.containsKey(header.name())) {
      return this;
    }
    TreeMap<String, String> changed = new TreeMap<>(values);
    changed.remove(header.name());
    return changed.isEmpty() ? NONE : new Headers(changed);
  }

  private static Headers checked(Map<String, String> values) {
    if (values.size() > MAX_HEADERS) {
      throw new IllegalArgumentException(
          "There are %d headers; a job may have up to %d. Put what belongs to the work itself into the payload."
              .formatted(values.size(), MAX_HEADERS));
    }
    long bytes = 0;
    for (Map.Entry<String, String> each : values.entrySet()) {
      bytes += each.getKey().length() + bytesOf(each.getKey(), each.getValue());
    }
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "The headers have %,d bytes together; the limit is %,d. Put what belongs to the work itself into the payload."
              .formatted(bytes, MAX_BYTES));
    }
    return new Headers(values);
  }

  private static int bytesOf(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isISOControl(c)) {
        throw new IllegalArgumentException(
            "The value of the header '%s' has the control character U+%04X at index %d. Headers are shown in one line: remove it."
                .formatted(name, (int) c, i));
      }
      if (Character.isSurrogate(c)) {
        boolean isPair =
            Character.isHighSurrogate(c)
                && i + 1 < value.length()
                && Character.isLowSurrogate(value.charAt(i + 1));
        if (!isPair) {
          throw new IllegalArgumentException(
              "The value of the header '%s' has a surrogate without its partner at index %d, which UTF-8 cannot encode. Cut strings between characters, not inside one."
                  .formatted(name, i));
        }
        i++;
      }
    }
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "The value of the header '%s' has %,d bytes; it may have up to %,d. Use an id, and keep long strings in the payload."
              .formatted(name, bytes, MAX_VALUE_BYTES));
    }
    return bytes;
  }

  /**
   * The value of a header; empty if the job does not have it.
   *
   * @throws JobsException if the stored value is not one of this header's type
   */
  public <T> Optional<T> get(Header<T> header) {
    return Optional.ofNullable(values.get(header.name())).map(header::read);
  }

  /** The values as they are stored, by their names, in the order of the names. Immutable. */
  public Map<String, String> asMap() {
    return values;
  }

  /** Returns true if there are none. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** Returns true if these headers include all of the others, with the same values. */
  public boolean containsAll(Headers others) {
    return values.entrySet().containsAll(others.values.entrySet());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Headers that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return Objects.hash(values);
  }

  /** The headers as {@code {tenant=acme, trace=7}}. */
  @Override
  public String toString() {
    return values.toString();
  }
}
