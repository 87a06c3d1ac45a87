package own;

import java.util.stream.Stream;

final class Isbn13 {

  private Isbn13() {}

  static boolean isValid(CharSequence value, String... prefixes) {
    String text = value.toString();
    return text.length() == 13 && Stream.of(prefixes).anyMatch(text::startsWith);
  }

  static boolean isValid(Object value, String... prefixes) {
    throw new AssertionError("The other one is more exact");
  }

  boolean isValid(long value) {
    throw new AssertionError("It takes no prefixes");
  }
}
