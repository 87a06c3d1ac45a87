package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The Java and XML in the guide, the quickstart and the pages about features is copied from sources
 * that are compiled and tested: each block stands in one file of an example or of the template of
 * applications, except for white space. A comment that is an ellipsis leaves something out. JSON is
 * what the processor writes for this module. {@link KotlinOnPagesTest} and {@link
 * GradleOnPagesTest} check Kotlin and builds with Gradle.
 */
class DocumentsTest {

  private static final Pattern ELLIPSIS = Pattern.compile("(?m)^\\s*(// …|<!-- … -->)$");

  /** The first line of code that is for another library, on the page about these. */
  private static final Pattern OTHERS =
      Pattern.compile("// (JobRunr|db-scheduler|Spring AMQP|Quartz|Temporal|DBOS)\n");

  private static final Pattern VERSION = Pattern.compile("<([\\w.-]+\\.version)>[^<]*</\\1>");

  /**
   * Pages whose blocks are compared by tests of their own: wrong code, and what compilers print.
   */
  private static final Set<String> ELSEWHERE = Set.of("diagnostics.md", "mistakes.md");

  private static final List<String> JAVA = sources(".java");

  static Stream<Document> documents() throws IOException {
    try (Stream<Path> docs = Files.list(Document.ROOT.resolve("docs"))) {
      return docs
          .filter(page -> page.toString().endsWith(".md"))
          .filter(page -> !ELSEWHERE.contains(page.getFileName().toString()))
          .sorted()
          .map(Document::new)
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void javaIsCompiled(Document document) throws IOException {
    assertThat(document.blocks("java").filter(block -> !OTHERS.matcher(block).lookingAt()))
        .allSatisfy(block -> assertIsIn(JAVA, block));
  }

  /** All sources of the repository that have this ending, without white space. */
  private static List<String> sources(String ending) {
    List<String> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Document.ROOT)) {
      for (Path file : files.filter(file -> isSource(file, ending)).toList()) {
        sources.add(withoutWhiteSpace(Files.readString(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sources;
  }

  private static boolean isSource(Path file, String ending) {
    String name = Document.ROOT.relativize(file).toString().replace('\\', '/');
    return name.endsWith(ending) && !name.matches("(.*/)?(target|\\.git|node_modules)/.*");
  }

  @Test
  void pythonIsOfTheExample() throws IOException {
    String worker =
        Files.readString(Document.ROOT.resolve("examples/plm/worker-python/plm_cad/worker.py"));
    assertThat(new Document(Document.ADDING_A_JOB_TYPE).blocks("python"))
        .singleElement()
        .satisfies(block -> assertIsIn(List.of(worker), block));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void xmlIsInUse(Document document) throws IOException {
    // What the runtime tells to add where the processor is missing; its own tests check the version
    String setup =
        Files.readString(
            Document.ROOT.resolve(
                "jobs-runtime/src/main/filtered/dev/tenon/jobs/runtime/processor-setup.txt"));
    List<String> sources = new ArrayList<>();
    sources.add(Files.readString(Document.MODULE.resolve("pom.xml")));
    sources.add(Files.readString(Document.ROOT.resolve("build/templates/my-app/pom.xml")));
    sources.add(Files.readString(Document.ROOT.resolve("examples/spring-boot/pom.xml")));
    sources.add(Files.readString(Document.ROOT.resolve("examples/kotlin/pom.xml")));
    sources.add(setup.replace("${project.version}", "${tenon.version}"));
    for (String pom :
        List.of(
            "build/jobs-bom/pom.xml",
            "tests/spring-boot-tests/boot-4/pom.xml",
            "tests/micronaut-tests/micronaut-4/pom.xml",
            "tests/quarkus-tests/quarkus-3.33/pom.xml")) {
      sources.add(
          Files.readString(Document.ROOT.resolve(pom))
              .replace("${project.version}", "${tenon.version}"));
    }
    sources.add(
        Files.readString(
            Document.ROOT.resolve("jobs-observability/src/test/resources/logback-test.xml")));
    for (Path pom : shopPoms()) {
      sources.add(Files.readString(pom));
    }
    assertThat(document.blocks("xml")).allSatisfy(block -> assertIsIn(sources, block));
  }

  private static List<Path> shopPoms() {
    Path shop = Document.ROOT.resolve("examples/shop");
    return Stream.of("definitions", "web", "worker")
        .map(module -> shop.resolve(module).resolve("pom.xml"))
        .toList();
  }

  /** The poms of the example are those of a user, with versions of their own. */
  @Test
  void versionsOfTheExampleAreThoseOfTheBuild() throws IOException {
    String build = Files.readString(Document.ROOT.resolve("pom.xml"));
    for (Path pom : shopPoms()) {
      List<String> versions =
          VERSION
              .matcher(Files.readString(pom))
              .results()
              .map(MatchResult::group)
              .filter(version -> !version.startsWith("<tenon."))
              .toList();
      assertThat(versions).isNotEmpty().allSatisfy(version -> assertThat(build).contains(version));
    }
  }

  @Test
  void jsonIsGenerated() throws IOException {
    String schemas = "META-INF/tenon/WidgetJobs.schemas.json";
    String generated = Files.readString(Document.MODULE.resolve("target/classes").resolve(schemas));
    assertThat(new Document(Document.EXPORTS).blocks("json"))
        .singleElement()
        .matches(schema -> withoutWhiteSpace(generated).contains(withoutWhiteSpace(schema)));
  }

  static Stream<Document> pages() throws IOException {
    return Document.all();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksLeadSomewhere(Document page) {
    assertThat(page.links()).allMatch(page::hasTarget);
  }

  /** The decisions have an index of their own. */
  @Test
  void indexListsEachPageOnce() throws IOException {
    try (Stream<Path> docs = Files.walk(Document.ROOT.resolve("docs"))) {
      List<Path> wanted =
          docs.filter(page -> page.toString().endsWith(".md"))
              .filter(page -> !page.equals(Document.INDEX))
              .filter(page -> !page.getFileName().toString().matches("\\d{4}-.*"))
              .toList();
      assertThat(listed(Document.INDEX)).doesNotHaveDuplicates().containsAll(wanted);
    }
  }

  @Test
  void indexOfDecisionsListsEachOnce() throws IOException {
    Path index = Document.ROOT.resolve("docs/decisions/README.md");
    try (Stream<Path> decisions = Files.list(index.getParent())) {
      assertThat(listed(index))
          .doesNotHaveDuplicates()
          .containsExactlyInAnyOrderElementsOf(
              decisions.filter(page -> !page.equals(index)).toList());
    }
  }

  private static List<Path> listed(Path index) {
    return new Document(index)
        .links()
        .map(link -> index.resolveSibling(link.file()).normalize())
        .toList();
  }

  private static void assertIsIn(List<String> sources, String block) {
    assertThat(sources.stream().anyMatch(source -> isIn(withoutWhiteSpace(source), block)))
        .as("a source that contains%n%s", block)
        .isTrue();
  }

  private static boolean isIn(String source, String block) {
    int from = 0;
    for (String part : ELLIPSIS.splitAsStream(block).toList()) {
      String wanted = withoutWhiteSpace(part);
      int at = source.indexOf(wanted, from);
      if (at < 0) {
        return false;
      }
      from = at + wanted.length();
    }
    return true;
  }

  private static String withoutWhiteSpace(String text) {
    return text.replaceAll("\\s+", "");
  }
}
