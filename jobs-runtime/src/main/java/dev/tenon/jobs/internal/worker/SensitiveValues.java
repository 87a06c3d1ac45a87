package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.internal.values.SensitiveJson;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The sensitive values of a payload or a result, which are hidden where code of the application
 * quotes them: in the message and the stack trace of an exception, in log lines and in progress
 * messages. A value is found where it stands letter for letter. Immutable and thread-safe.
 */
public final class SensitiveValues {

  /** None; nothing is hidden. */
  public static final SensitiveValues NONE = new SensitiveValues(Set.of());

  /** A shorter text is found by chance too often: as a number of a line, or in a word. */
  private static final int MIN_LENGTH = 6;

  /** Each text is searched for each of them. */
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

  /** The values at these paths of a payload or a result. */
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

  /** These and others. */
  public SensitiveValues and(SensitiveValues others) {
    if (values.isEmpty() || others.values.isEmpty()) {
      return values.isEmpty() ? others : this;
    }
    Set<String> all = new HashSet<>(values);
    all.addAll(others.values);
    return new SensitiveValues(all);
  }

  /** A text without them. */
  public String hiddenIn(String text) {
    String hidden = text;
    for (String value : values) {
      hidden = hidden.replace(value, SensitivePaths.MASK);
    }
    return hidden;
  }

  /** JSON without them. */
  String hiddenInJson(String json) {
    return values.isEmpty() ? json : SensitiveJson.replaced(json, this::hiddenIn);
  }

  /** The stack trace of an exception without them, however long it is. */
  public String stack(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return hiddenIn(text.toString());
  }
}
