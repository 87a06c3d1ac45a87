package dev.tenon.jobs.processor.check;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The rule for the names of job types and signals: two or more lower-case segments. */
final class NameRule {

  private static final String A_SEGMENT = "[a-z][a-z0-9]*([-_][a-z0-9]+)*";
  private static final Pattern SEGMENT = Pattern.compile(A_SEGMENT);
  private static final Pattern NAME = Pattern.compile(A_SEGMENT + "(\\." + A_SEGMENT + ")+");

  private final String example;

  /**
   * Creates a rule.
   *
   * @param example a good name, for messages
   */
  NameRule(String example) {
    this.example = example;
  }

  /** Returns whether a string is such a name. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /**
   * The end of the message about a wrong name, with the rule and a suggestion; empty if the name is
   * right.
   *
   * @param packageName the package of the class that has the name
   */
  Optional<String> fault(String text, String packageName) {
    if (isName(text)) {
      return Optional.empty();
    }
    if (SEGMENT.matcher(text).matches()) {
      String dotted = text.replaceAll("[_-]+", ".");
      String longer = isName(dotted) ? dotted : lastSegment(packageName) + "." + text;
      return Optional.of(
          ", because it has one segment. Write at least two, separated by dots, such as '%s'."
              .formatted(isName(longer) ? longer : example));
    }
    String lowered =
        Normalizer.normalize(text.strip().replace("ß", "ss"), Normalizer.Form.NFKD)
            .replaceAll("\\p{M}+", "")
            .replaceAll("(?<=[a-z0-9])(?=[A-Z])", ".")
            .toLowerCase(Locale.ROOT)
            // Letters of other alphabets remain; a name with them is not suggested
            .replaceAll("[^\\p{L}0-9._-]+", "-");
    String hint = isName(lowered) ? " Did you mean '" + lowered + "'?" : "";
    return Optional.of(
        ". Write two or more lower-case segments separated by dots, such as"
            + " '"
            + example
            + "'; each starts with a letter and may contain digits, '-' and '_'."
            + hint);
  }

  private static String lastSegment(String packageName) {
    return packageName.substring(packageName.lastIndexOf('.') + 1);
  }
}
