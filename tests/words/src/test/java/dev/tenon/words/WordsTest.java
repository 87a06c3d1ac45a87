package dev.tenon.words;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.words.Passage.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Plain English, as far as a list of phrases can define it. */
class WordsTest {

  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  private static final Path RESOURCES = Path.of("src/test/resources");

  /** The words that no Javadoc summary begins with: it first says what the thing is or does. */
  private static final Set<String> NO_BEGINNING =
      Set.of("what", "how", "whether", "when", "where", "why", "which", "who", "whose", "nothing");

  private record Phrase(Pattern pattern, String instead) {}

  private static final List<Passage> PASSAGES = new ArrayList<>();

  @BeforeAll
  static void read() throws IOException {
    PASSAGES.addAll(Passages.of(ROOT));
  }

  private static Stream<String> lines(String file) throws IOException {
    return Files.readAllLines(RESOURCES.resolve(file)).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"));
  }

  @Test
  void everyPhraseIsPlainEnglish() throws IOException {
    List<Phrase> phrases =
        lines("phrases.txt")
            .map(line -> line.split("\t"))
            .map(
                columns ->
                    new Phrase(Pattern.compile(columns[0], Pattern.CASE_INSENSITIVE), columns[1]))
            .toList();
    List<String> found = new ArrayList<>();
    for (Passage passage : PASSAGES) {
      for (Phrase phrase : phrases) {
        Matcher matcher = phrase.pattern().matcher(passage.text());
        while (matcher.find()) {
          found.add(
              "%s: '%s' → %s: …%s…"
                  .formatted(
                      passage.place(),
                      matcher.group(),
                      phrase.instead(),
                      around(passage.text(), matcher.start(), matcher.end())));
        }
      }
    }
    assertThat(String.join("\n", found)).as("%d phrases", found.size()).isEmpty();
  }

  private static String around(String text, int start, int end) {
    return text.substring(Math.max(0, start - 30), Math.min(text.length(), end + 30));
  }

  @Test
  void summariesSayFirstWhatAThingIs() throws IOException {
    List<String> found = new ArrayList<>();
    Pattern summary = Pattern.compile("/\\*\\*\\s*(?:\\*\\s*)?(\\w+)");
    for (String file : PASSAGES.stream().map(Passage::file).distinct().toList()) {
      if (file.endsWith(".java")) {
        String source = Files.readString(ROOT.resolve(file));
        Matcher matcher = summary.matcher(source);
        while (matcher.find()) {
          if (NO_BEGINNING.contains(matcher.group(1).toLowerCase(Locale.ROOT))) {
            long line = source.substring(0, matcher.start(1)).lines().count();
            found.add(file + ":" + line + ": a summary begins with " + matcher.group(1));
          }
        }
      }
    }
    assertThat(String.join("\n", found)).as("%d summaries", found.size()).isEmpty();
  }

  @Test
  void allKindsOfTextAreFound() {
    assertThat(PASSAGES).extracting(Passage::kind).contains(Kind.values());
  }
}
