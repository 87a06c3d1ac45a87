package dev.tenon.jobs.processor.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EcmaPatternTest {

  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "A",
          "ab",
          "abc",
          "b",
          "aab",
          "1",
          "12",
          "123",
          "a1",
          "A-1",
          "ABC-12",
          "a.b",
          "a b",
          "\n",
          "a\n",
          "a\r\n",
          " ",
          "\t",
          "\u000b",
          "\u00a0",
          "\u0085",
          "\u2028",
          "\uFEFF",
          "ä",
          "Ä",
          "\u0663",
          "_",
          "-",
          "^",
          "$",
          "a$",
          "]",
          "[",
          "}",
          "{",
          "|",
          "\\",
          "/",
          "a/b",
          "x@y",
          "é",
          "\u001c",
          "a+b",
          "(a)",
          "a,b",
          "2026-01-31",
          "#ff00aa",
          "a]",
          "a^b");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "a|b",
        "ab?c*",
        "[a-c]+\\d?",
        "^abc$",
        "[A-Z]{3}-\\d+",
        "\\w+",
        "\\W",
        "\\s*",
        "\\S+",
        "\\D",
        ".",
        ".*",
        "a.b",
        "a\\.b",
        "(a|b)+",
        "(?:a|b){2,}",
        "[^a-c]",
        "[\\w.-]+",
        "[.\\d]",
        "[a\\-z]",
        "[-a]",
        "[a-]",
        "[\\]^]",
        "[\\t-\\r]",
        "a{2}b",
        "#[0-9a-f]{6}",
        "\\d{4}-\\d{2}-\\d{2}",
        "a\\/b",
        "\\n",
        "[/]",
        "[,+]",
        "a\\$",
        "\\^",
        "\\|",
        "\\\\",
        "[$]",
        "a,b",
        "\\(a\\)",
        "[^\\n]",
        "()",
        "a||b",
        "\\d+-\\w{2,3}?",
        "^[^\\d\\s]+$",
        "[+-]?\\d+(\\.\\d+)?"
      })
  void findsWhatJavaMatches(String regexp) {
    Pattern java = Pattern.compile(regexp);
    Pattern ecma = asInEcma(EcmaPattern.of(regexp).orElseThrow());
    for (String text : texts()) {
      assertThat(ecma.matcher(text).find())
          .as("%s on '%s'", ecma, text)
          .isEqualTo(java.matcher(text).matches());
    }
  }

  /** A dollar sign is the very end in ECMA-262; for Java it may stand before a line feed. */
  private static Pattern asInEcma(String ecma) {
    return Pattern.compile(ecma.replaceFirst("\\$$", "\\\\z"));
  }

  private static List<String> texts() {
    Random random = new Random(1);
    List<String> texts = new java.util.ArrayList<>(TEXTS);
    for (int i = 0; i < 2_000; i++) {
      texts.add(TEXTS.get(random.nextInt(TEXTS.size())) + TEXTS.get(random.nextInt(TEXTS.size())));
    }
    return texts;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a++",
        "^a$|^b$",
        "(?<word>\\w+)-\\d",
        "\\x41",
        "\\u00e4",
        "ä+?",
        "}",
        "]",
        "(?=a)[ab]+",
        "(?!a).",
        "a{2}{3}",
        "a*+",
        "(?i)a",
        "(?>a)",
        "(?<=a)b",
        "(a)\\1",
        "\\bword\\b",
        "\\p{L}+",
        "[\\p{L}]",
        "\\h",
        "[a&&[b]]",
        "[a[b]]",
        "\\Qa\\E",
        "\\R",
        "\\X",
        "\\e",
        "\\0101",
        "\\x{1F600}",
        "(^a)",
        "(a$)",
        "a^b",
        "a$b",
        "[\\d-z]",
        "[\\D]",
        "\uD83D\uDE00",
        "[\uD83D\uDE00]",
        "\\A a",
        "a\\z",
        "[]a]",
        "(?<a>b)\\k<a>"
      })
  void leavesOutWhatIsNotSimple(String regexp) {
    assertThat(Pattern.compile(regexp)).isNotNull();
    assertThat(EcmaPattern.of(regexp)).isEqualTo(Optional.empty());
  }

  @Test
  void blankIsWhatItIsForJava() {
    Pattern notBlank = Pattern.compile(ConstraintSchemas.NOT_BLANK);
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      assertThat(notBlank.matcher(Character.toString(c)).find())
          .as("U+%04X", c)
          .isEqualTo(!Character.isWhitespace(c));
    }
  }
}
