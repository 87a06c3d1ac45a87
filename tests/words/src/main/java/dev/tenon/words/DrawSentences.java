package dev.tenon.words;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Draws random sentences for a reader who has not written them, and who judges which read like a
 * native speaker's. Each kind of passage has the same share.
 */
public final class DrawSentences {

  private static final int FEWEST_WORDS = 5;

  private DrawSentences() {}

  /**
   * Prints sentences and their places.
   *
   * @param arguments the root of the repository, the number of sentences, and the seed of the draw
   */
  public static void main(String[] arguments) throws IOException {
    int count = Integer.parseInt(arguments[1]);
    long seed = Long.parseLong(arguments[2]);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.printf("%d sentences, drawn with the seed %d%n", count, seed);
    List<Passage> passages = Passages.of(Path.of(arguments[0]));
    Random random = new Random(seed);
    int kindsLeft = Passage.Kind.values().length;
    int left = count;
    for (Passage.Kind kind : Passage.Kind.values()) {
      List<String> sentences = new ArrayList<>();
      for (Passage passage : passages) {
        if (passage.kind() == kind) {
          Arrays.stream(passage.text().split("(?<=[.!?:])\\s+(?=[A-Z])"))
              .filter(sentence -> sentence.split(" ").length >= FEWEST_WORDS)
              .forEach(sentence -> sentences.add(passage.place() + "  " + sentence));
        }
      }
      Collections.shuffle(sentences, random);
      int share = left / kindsLeft;
      left -= share;
      kindsLeft--;
      sentences.stream().limit(share).forEach(sentence -> out.println("- " + sentence));
    }
  }
}
