package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.definition.SensitivePaths;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The sensitive values of a payload or a result, which are hidden where the application quotes
 * them: in the message and the stack trace of an exception, in log lines and in progress messages.
 * A value is found only if it is quoted verbatim. Immutable and thread-safe.
 */
public final class SensitiveValues {

  /** No values; nothing is hidden. */
  public static final SensitiveValues NONE = new SensitiveValues(Set.of());

  /**
   * The minimum length; a shorter string would match by chance too often: as a line number, or in a
   * word.
   */
  private static final int MIN_LENGTH = 6;

  /**
   * The maximum number of values; each string is searched for all of them. Those of the payload
   * come first, and a durable handler adds more for as long as it runs.
   */
  private static final int MAX_VALUES = 1_000;

  private final List<String> values;

  private SensitiveValues(Set<String> values) {
    // A long one may contain a short one
    this.values =
        values.stream()
            .sorted(
                Comparator.comparing(String::length)
                    .reversed()
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
  }

  /** Returns the values at these paths of a payload or a result. */
  public static SensitiveValues of(String json, SensitivePaths paths) {
    if (paths.isNone()) {
      return NONE;
    }
    Set<String> values = new HashSet<>();
    SensitiveJson.values(
        json,
        paths,
        value -> {
          if (value.length() >= MIN_LENGTH && values.size() < MAX_VALUES) {
            values.add(value);
          }
        });
    return values.isEmpty() ? NONE : new SensitiveValues(values);
  }

  /** Returns these values, and as many others as there is room for. */
  public SensitiveValues and(SensitiveValues others) {
    if (values.isEmpty() || others.values.isEmpty()) {
      return values.isEmpty() ? others : this;
    }
    Set<String> all = new HashSet<>(values);
    for (String value : others.values) {
      if (all.size() == MAX_VALUES) {
        break;
      }
      all.add(value);
    }
    return all.size() == values.size() ? this : new SensitiveValues(all);
  }

  /** The number of values. */
  int count() {
    return values.size();
  }

  /** Returns a string with these values masked. */
  public String hiddenIn(String text) {
    String hidden = text;
    for (String value : values) {
      hidden = hidden.replace(value, SensitivePaths.MASK);
    }
    return hidden;
  }

  /** Returns JSON with these values masked. */
  public String hiddenInJson(String json) {
    return values.isEmpty() ? json : SensitiveJson.replaced(json, this::hiddenIn);
  }

  /** Returns the stack trace of an exception without them, however long it is. */
  public String stack(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return hiddenIn(text.toString());
  }
}
