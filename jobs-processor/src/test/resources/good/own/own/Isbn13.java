package own;

import java.util.stream.Stream;

final class Isbn13 {

  private Isbn13() {}

  static boolean isValid(CharSequence value, String... prefixes) {
    String text = value.toString();
    return text.length() == 13 && Stream.of(prefixes).anyMatch(text::startsWith);
  }
}
