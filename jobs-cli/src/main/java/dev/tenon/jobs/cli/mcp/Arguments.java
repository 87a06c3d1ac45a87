package dev.tenon.jobs.cli.mcp;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call, checked against what the tool takes. Immutable. Methods throw a {@link
 * Refusal} that names the argument, its value and the rule.
 */
final class Arguments {

  private static final Pattern AGE = Pattern.compile("\\d{1,6}[smhd]");

  private final Map<String, Object> values;

  private Arguments(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * Checks the arguments of a call. Those that are null count as missing.
   *
   * @param taken what the tool takes
   * @param given what the call has
   */
  static Arguments of(List<Argument> taken, Map<String, ? extends @Nullable Object> given) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, ? extends @Nullable Object> entry : given.entrySet()) {
      Object value = entry.getValue();
      Argument argument =
          taken.stream()
              .filter(each -> each.name().equals(entry.getKey()))
              .findFirst()
              .orElseThrow(() -> unknown(entry.getKey(), taken));
      if (value != null) {
        argument.check(value);
        values.put(argument.name(), value);
      }
    }
    for (Argument argument : taken) {
      if (argument.isRequired() && !values.containsKey(argument.name())) {
        throw new Refusal(
            "'%s' is missing; it must be %s. %s"
                .formatted(argument.name(), argument.kind().words(), argument.sentence()));
      }
    }
    return new Arguments(values);
  }

  private static Refusal unknown(String name, List<Argument> taken) {
    return new Refusal(
        taken.isEmpty()
            ? "'%s' is not an argument of this tool; it takes none."
                .formatted(InertText.of(name, 100))
            : "'%s' is not an argument of this tool; it takes %s."
                .formatted(
                    InertText.of(name, 100),
                    String.join(", ", taken.stream().map(Argument::name).toList())));
  }

  /** The values of some arguments, by name, as they were given. */
  Map<String, Object> only(List<Argument> wanted) {
    Map<String, Object> chosen = new LinkedHashMap<>();
    for (Argument argument : wanted) {
      Object value = values.get(argument.name());
      if (value != null) {
        chosen.put(argument.name(), value);
      }
    }
    return chosen;
  }

  /** A string. */
  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name)).map(String.class::cast);
  }

  /** A string that every call has. */
  String require(String name) {
    return text(name).orElseThrow();
  }

  /** A whole number, or another one if it is not given. */
  int number(String name, int otherwise) {
    return values.get(name) instanceof Number number ? number.intValue() : otherwise;
  }

  /** True if it is given and true. */
  boolean flag(String name) {
    return Boolean.TRUE.equals(values.get(name));
  }

  /** A list of strings; empty if it is not given. */
  List<String> strings(String name) {
    return values.get(name) instanceof List<?> list
        ? list.stream().map(String.class::cast).toList()
        : List.of();
  }

  /** An object; empty if it is not given. */
  Map<String, @Nullable Object> object(String name) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    if (values.get(name) instanceof Map<?, ?> map) {
      map.forEach((key, value) -> object.put(String.valueOf(key), value));
    }
    return object;
  }

  /** The id in a string. */
  Optional<UUID> id(String name) {
    return text(name).map(text -> id(name, text));
  }

  /** The id that a string is. */
  static UUID id(String name, String text) {
    try {
      UUID id = UUID.fromString(text);
      if (id.toString().equals(text.toLowerCase(Locale.ROOT))) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      throw noId(name, text);
    }
    throw noId(name, text);
  }

  private static Refusal noId(String name, String text) {
    return Argument.wrong(
        name,
        text,
        "must be an id such as 01a22cc6-207c-7618-bf3c-c47a105efcc3. find_jobs has the ids of jobs.");
  }

  /**
   * The time in a string, or an age before now.
   *
   * @param now the current time
   */
  Optional<Instant> time(String name, Instant now) {
    return text(name).map(text -> time(name, text, now));
  }

  private static Instant time(String name, String text, Instant now) {
    try {
      if (AGE.matcher(text).matches()) {
        String upper = text.toUpperCase(Locale.ROOT);
        return now.minus(Duration.parse((upper.endsWith("D") ? "P" : "PT") + upper));
      }
      return Instant.parse(text);
    } catch (DateTimeException | ArithmeticException e) {
      throw Argument.wrong(
          name,
          text,
          "must be a time such as 2026-03-01T12:00:00Z, or an age such as 90s, 30m, 2h or 7d.");
    }
  }
}
