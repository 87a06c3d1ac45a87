package dev.tenon.examples.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation.
 *
 * @param path where it is
 */
record Document(Path path) {

  static final Path MODULE = Path.of(System.getProperty("basedir", ".")).toAbsolutePath();
  static final Path ROOT = MODULE.resolve("../..").normalize();
  static final Path README = ROOT.resolve("README.md");
  static final Path INDEX = ROOT.resolve("docs/README.md");
  static final Path QUICKSTART = ROOT.resolve("docs/quickstart.md");
  static final Path EXPORTS = ROOT.resolve("docs/exports.md");
  static final Path ADDING_A_JOB_TYPE = ROOT.resolve("docs/adding-a-job-type.md");

  private static final Pattern BLOCK =
      Pattern.compile("^ *```(\\w+)\\n(.*?)^ *```$", Pattern.DOTALL | Pattern.MULTILINE);

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]*)(?:#([^)]*))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

  /** All pages: those at the root, and those in docs. */
  static Stream<Document> all() throws IOException {
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(top, docs)
          .filter(page -> page.toString().endsWith(".md"))
          .sorted()
          .map(Document::new)
          .toList()
          .stream();
    }
  }

  String text() {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The code blocks in a language. */
  Stream<String> blocks(String language) {
    return BLOCK
        .matcher(text())
        .results()
        .filter((MatchResult block) -> block.group(1).equals(language))
        .map(block -> block.group(2).strip());
  }

  /** Where its links to files and headings lead. */
  Stream<Link> links() {
    return LINK.matcher(text())
        .results()
        .map(link -> new Link(link.group(1), Objects.requireNonNullElse(link.group(2), "")))
        .filter(link -> !link.file().contains("://"));
  }

  /** Whether a link leads to a file, and to a heading of it if it names one. */
  boolean hasTarget(Link link) {
    Path file = link.file().isEmpty() ? path : path.resolveSibling(link.file());
    return Files.exists(file)
        && (link.anchor().isEmpty()
            || new Document(file).anchors().anyMatch(link.anchor()::equals));
  }

  /** The names of its headings in links, as GitHub makes them. */
  private Stream<String> anchors() {
    return HEADING
        .matcher(text())
        .results()
        .map(heading -> heading.group(1).strip().toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N}\\- _]", "").replace(' ', '-'));
  }

  /**
   * A link in a page.
   *
   * @param file the file, relative to the page; empty for the page itself
   * @param anchor the heading; empty if it names none
   */
  record Link(String file, String anchor) {}

  @Override
  public String toString() {
    return path.getFileName().toString();
  }
}
