package dev.tenon.jobs.processor.export;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Translates simple regular expressions of Java to the dialect of JSON Schema, ECMA-262. Simple
 * ones consist of ASCII characters, character classes, groups, alternatives and quantifiers. Any
 * other part may mean something else in ECMA-262, so the schema mentions such an expression only in
 * its description. The meaning of {@code \d}, a dot and the like is written out, because validators
 * differ about it.
 *
 * @see <a href="https://json-schema.org/draft/2020-12/json-schema-core#section-6.4">Regular
 *     expressions in JSON Schema</a>
 */
final class EcmaPattern {

  private static final String ESCAPE = "\\\\[\\^$\\\\.*+?()\\[\\]{}|/ntrf]";

  private static final String IN_CLASS =
      "(?:[A-Za-z0-9_ .,:;/@#%~!=^<>'\"`+*?(){}|$]|" + ESCAPE + "|\\\\-)";

  private static final String CLASS =
      "\\[\\^?-?(?:%1$s-%1$s|%1$s|\\\\[dws])*-?]".formatted(IN_CLASS);

  private static final String QUANTIFIER = "(?:(?:[*+?]|\\{[0-9]{1,9}(?:,[0-9]{0,9})?})\\??)?";

  /** One part of an expression, followed by at most one quantifier. */
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?:[A-Za-z0-9_ ,:;/@#%%&~!=<>'\"`-]|%s|\\\\[dDwWsS]|\\.|%s|\\))%s|\\(\\?:|\\((?!\\?)|\\|"
              .formatted(ESCAPE, CLASS, QUANTIFIER));

  private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");

  private static final Map<String, String> IN_A_CLASS =
      Map.of("\\d", "0-9", "\\w", "A-Za-z0-9_", "\\s", " \\t-\\r");

  private static final Map<String, String> ALONE =
      Map.of(
          "\\d", "[0-9]",
          "\\D", "[^0-9]",
          "\\w", "[A-Za-z0-9_]",
          "\\W", "[^A-Za-z0-9_]",
          "\\s", "[ \\t-\\r]",
          "\\S", "[^ \\t-\\r]");

  /**
   * The characters that a dot matches in Java: all except line terminators. ECMA-262 has one
   * terminator fewer.
   */
  private static final String ANY = "[^\\n\\r\\u0085\\u2028\\u2029]";

  private EcmaPattern() {}

  /**
   * The pattern that finds a match in exactly those strings that the regular expression matches as
   * a whole; empty if the expression is not simple.
   *
   * @param regexp a valid Java regular expression, without flags
   */
  static Optional<String> of(String regexp) {
    // The string is matched as a whole, so an anchor at either end changes nothing
    int start = regexp.startsWith("^") ? 1 : 0;
    boolean isAnchored = regexp.endsWith("$") && !regexp.endsWith("\\$");
    int end = Math.max(start, regexp.length() - (isAnchored ? 1 : 0));
    StringBuilder ecma = new StringBuilder("^(?:");
    Matcher token = TOKEN.matcher(regexp);
    int position = start;
    while (position < end) {
      if (!token.region(position, end).lookingAt()) {
        return Optional.empty();
      }
      ecma.append(translated(token.group()));
      position = token.end();
    }
    return Optional.of(ecma.append(")$").toString());
  }

  private static String translated(String token) {
    return switch (token.charAt(0)) {
      case '(' -> "(?:";
      case '.' -> ANY + token.substring(1);
      case '[' -> withEscapes(token, IN_A_CLASS);
      default -> withEscapes(token, ALONE);
    };
  }

  private static String withEscapes(String token, Map<String, String> meanings) {
    return ESCAPED
        .matcher(token)
        .replaceAll(escape -> Matcher.quoteReplacement(meaning(escape, meanings)));
  }

  private static String meaning(MatchResult escape, Map<String, String> meanings) {
    return Objects.requireNonNullElse(meanings.get(escape.group()), escape.group());
  }
}
