package dev.tenon.words;

import dev.tenon.words.Passage.Kind;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the passages that people read. Test sources are left out, and so are decision records,
 * which stay as they were written.
 */
public final class Passages {

  private static final Set<String> LEFT_OUT =
      Set.of(
          "target", ".git", "node_modules", "test", "it", "decisions", "benchmarks", "libraries");

  /**
   * A comment, a string (in one or three quotes) or a character literal, whichever begins first.
   * The repetitions are possessive, here and below: others would overflow the stack in a long
   * string.
   */
  private static final Pattern JAVA =
      Pattern.compile(
          "(?s)/\\*.*?\\*/|//[^\n]*|\"\"\".*?\"\"\"|\"[^\"\\\\\n]*+(?:\\\\.[^\"\\\\\n]*+)*+\"|'(?:\\\\.|[^'\\\\\n])+'");

  /** The same with strings in any quotes. What a template inserts is left as it stands. */
  private static final Pattern TYPESCRIPT =
      Pattern.compile(
          "(?s)/\\*.*?\\*/|//[^\n]*|`[^`\\\\]*+(?:\\\\.[^`\\\\]*+)*+`|\"[^\"\\\\\n]*+(?:\\\\.[^\"\\\\\n]*+)*+\"|'[^'\\\\\n]*+(?:\\\\.[^'\\\\\n]*+)*+'");

  private static final Pattern SQL =
      Pattern.compile("(?s)/\\*.*?\\*/|--[^\n]*|'[^']*+(?:''[^']*+)*+'");

  private static final Pattern SCRIPT =
      Pattern.compile(
          "(?s)\"\"\".*?\"\"\"|#[^\n]*|\"[^\"\\\\\n]*+(?:\\\\.[^\"\\\\\n]*+)*+\"|'[^'\\\\\n]*+(?:\\\\.[^'\\\\\n]*+)*+'");

  private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```");

  private static final Pattern CODE =
      Pattern.compile(
          "`[^`]*`|\\{@(?:code|value|literal) [^{}]*(?:\\{[^{}]*\\}[^{}]*)*\\}|<pre>.*?</pre>|"
              + "\\{@link(?:plain)? [^\\s{}]+(?:\\([^)]*\\))?|https?://\\S+|@(?:param|throws|see) \\S+");

  /** Elements, expressions of a template, and the targets of links. */
  private static final Pattern MARK_UP =
      Pattern.compile(
          "(?s)<script.*?</script>|<style.*?</style>|<[^>]*>|\\{\\{[^}]*\\}\\}|(?<=\\])\\([^()\\s]*\\)");

  private static final Pattern WORD = Pattern.compile("[A-Za-z][a-z']+");

  private static final int FEWEST_WORDS_OF_A_MESSAGE = 3;

  private final Path root;
  private final List<Passage> found = new ArrayList<>();

  private Passages(Path root) {
    this.root = root;
  }

  /**
   * Finds all passages below a folder, file by file.
   *
   * @param root the root of the repository
   */
  public static List<Passage> of(Path root) throws IOException {
    Passages passages = new Passages(root);
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            Path name = folder.getFileName();
            boolean isLeftOut =
                !folder.equals(root)
                    && name != null
                    && (LEFT_OUT.contains(name.toString())
                        || isOfTests(folder)
                        || name.toString().startsWith("."));
            return isLeftOut ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          /** The tests of clients in other languages. At the top, it is a folder of modules. */
          private boolean isOfTests(Path folder) {
            return folder.endsWith("tests") && !root.equals(folder.getParent());
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.add(file);
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    for (Path file : files) {
      passages.read(file);
    }
    return passages.found;
  }

  private void read(Path file) throws IOException {
    String name = file.toString();
    if (name.endsWith(".java")) {
      tokens(file, JAVA);
    } else if (name.endsWith(".ts")) {
      tokens(file, TYPESCRIPT);
    } else if (name.endsWith(".sql")) {
      tokens(file, SQL);
    } else if (name.endsWith(".py") || name.endsWith(".sh")) {
      tokens(file, SCRIPT);
    } else if (name.endsWith(".md")) {
      page(file, FENCE.matcher(Files.readString(file)).replaceAll(Passages::blank));
    } else if (name.endsWith(".mustache") || name.endsWith(".html")) {
      page(file, MARK_UP.matcher(Files.readString(file)).replaceAll(Passages::blank));
    } else if (name.endsWith("help.txt") || name.endsWith(".properties")) {
      page(file, Files.readString(file));
    }
  }

  /** The same number of lines, all empty. */
  private static String blank(MatchResult match) {
    String lines = match.group().replaceAll("[^\n]", "");
    return Matcher.quoteReplacement(lines.isEmpty() ? " " : lines);
  }

  /** Adds a passage for each paragraph, list item and table cell. */
  private void page(Path file, String text) {
    int line = 1;
    int start = 1;
    StringBuilder paragraph = new StringBuilder();
    for (String each : text.split("\n", -1)) {
      boolean begins = each.isBlank() || each.matches("\\s*([-*|#>]|\\d+\\.).*");
      if (begins) {
        add(file, start, Kind.PAGE, paragraph.toString());
        paragraph.setLength(0);
        start = line;
      }
      if (each.stripLeading().startsWith("|")) {
        for (String cell : each.split("\\|", -1)) {
          add(file, line, Kind.PAGE, cell);
        }
      } else {
        paragraph.append(each).append(' ');
      }
      line++;
    }
    add(file, start, Kind.PAGE, paragraph.toString());
  }

  private void tokens(Path file, Pattern pattern) throws IOException {
    String source = Files.readString(file);
    Matcher matcher = pattern.matcher(source);
    StringBuilder message = new StringBuilder();
    int messageStart = 0;
    int end = 0;
    while (matcher.find()) {
      String token = matcher.group();
      boolean continues = source.substring(end, matcher.start()).matches("\\s*\\+?\\s*");
      if (message.length() > 0 && !continues) {
        add(file, lineOf(source, messageStart), Kind.MESSAGE, message.toString());
        message.setLength(0);
      }
      end = matcher.end();
      if (token.startsWith("\"") || token.startsWith("'") || token.startsWith("`")) {
        if (message.length() == 0) {
          messageStart = matcher.start();
        }
        message.append(content(token));
      } else {
        comment(file, lineOf(source, matcher.start()), token);
      }
    }
    add(file, lineOf(source, messageStart), Kind.MESSAGE, message.toString());
  }

  private static String content(String literal) {
    int quotes = literal.startsWith("\"\"\"") ? 3 : 1;
    return literal
        .substring(quotes, literal.length() - quotes)
        .replace("\\n", " ")
        .replace("\\\"", "\"");
  }

  /** Adds a passage for each paragraph and tag of a comment. */
  private void comment(Path file, int line, String comment) {
    String text = comment.replaceAll("^/\\*+|\\*/$|^//+|^--+|^#+", "");
    StringBuilder paragraph = new StringBuilder();
    int at = line;
    int start = line;
    for (String each : text.split("\n", -1)) {
      String words = each.strip().replaceFirst("^\\*+", "").strip();
      if (words.isEmpty() || words.startsWith("<p>") || words.startsWith("@")) {
        add(file, start, Kind.COMMENT, paragraph.toString());
        paragraph.setLength(0);
        start = at;
      }
      paragraph.append(words).append(' ');
      at++;
    }
    add(file, start, Kind.COMMENT, paragraph.toString());
  }

  private static int lineOf(String source, int offset) {
    return (int) source.substring(0, offset).chars().filter(c -> c == '\n').count() + 1;
  }

  private void add(Path file, int line, Kind kind, String text) {
    String words = MARK_UP.matcher(CODE.matcher(text).replaceAll("`")).replaceAll(" ");
    words = words.replaceAll("\\s+", " ").strip();
    if (WORD.matcher(words).results().count() >= FEWEST_WORDS_OF_A_MESSAGE
        || (kind != Kind.MESSAGE && !words.isEmpty())) {
      found.add(
          new Passage(root.relativize(file).toString().replace('\\', '/'), line, kind, words));
    }
  }
}
