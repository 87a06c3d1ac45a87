package dev.tenon.jobs.cli.generate;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Spells names as identifiers. */
final class Words {

  private static final Pattern SEPARATOR = Pattern.compile("[^\\p{L}\\p{N}]+");

  /** Between the words of a class name: {@code HTTPPing2Jobs} has three. */
  private static final Pattern BOUNDARY =
      Pattern.compile("(?<=[\\p{Ll}\\p{N}])(?=\\p{Lu})|(?<=\\p{Lu})(?=\\p{Lu}\\p{Ll})");

  private Words() {}

  /** Returns {@code LabelPrint} for {@code label.print}. */
  static String pascal(String name) {
    return segments(name)
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining());
  }

  /** Returns {@code labelPrint} for {@code label.print}. */
  static String camel(String name) {
    String pascal = pascal(name);
    return pascal.isEmpty()
        ? pascal
        : pascal.substring(0, 1).toLowerCase(Locale.ROOT) + pascal.substring(1);
  }

  /** Returns {@code label_print} for {@code label.print}. */
  static String snake(String name) {
    return segments(name).collect(Collectors.joining("_"));
  }

  /** Returns the words of a class name in lower case. */
  static List<String> ofClass(String name) {
    return segments(name)
        .flatMap(BOUNDARY::splitAsStream)
        .map(word -> word.toLowerCase(Locale.ROOT))
        .toList();
  }

  private static Stream<String> segments(String name) {
    return SEPARATOR.splitAsStream(name).filter(word -> !word.isEmpty());
  }
}
