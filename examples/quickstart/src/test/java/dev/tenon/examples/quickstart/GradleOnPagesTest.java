package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.processor.JobsModuleProcessor;
import dev.tenon.jobs.processor.JobsProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the pages say to write into a build with Gradle exists: artifacts, configurations, options
 * of the processor, and classes. All other lines of such a build are listed here. {@link
 * GradleExampleTest} runs a whole build, in Groovy: the Gradle of Debian knows no Kotlin.
 */
class GradleOnPagesTest {

  /** A dependency, in Kotlin or Groovy. */
  private static final Pattern DEPENDENCY =
      Pattern.compile("(\\w+)(?:\\(| )\"([\\w.-]+):([\\w.-]+):([^\"]+)\"\\)?");

  private static final Pattern MAIN_CLASS = Pattern.compile("mainClass = \"([\\w.]+)\"");
  private static final Pattern OPTION = Pattern.compile("-A(tenon[\\w.]*\\w)");
  private static final Pattern ARTIFACT =
      Pattern.compile("<groupId>([\\w.-]+)</groupId>\\s*<artifactId>([\\w.-]+)</artifactId>");
  private static final Pattern VERSION = Pattern.compile("\\$\\w+|\\d+(\\.\\d+)+(-SNAPSHOT)?");

  private static final String PROCESSOR = "dev.tenon:jobs-processor";

  /** The configurations of Gradle's Java plugin and of kapt. */
  private static final Set<String> CONFIGURATIONS =
      Set.of(
          "api",
          "implementation",
          "compileOnly",
          "runtimeOnly",
          "annotationProcessor",
          "kapt",
          "testImplementation",
          "testRuntimeOnly",
          "testAnnotationProcessor");

  private static final Set<String> PROCESSOR_CONFIGURATIONS =
      Set.of("annotationProcessor", "kapt", "testAnnotationProcessor");

  /** Everything else, which somebody has tried with Gradle. */
  private static final Set<String> OTHER_LINES =
      Set.of(
          "}",
          "plugins {",
          "application",
          "repositories {",
          "mavenLocal()",
          "mavenCentral()",
          "dependencies {",
          "application {",
          "tasks.compileJava {",
          "val lock = layout.projectDirectory.file(\"jobs.lock.json\").asFile",
          "options.compilerArgs.add(\"-Atenon.lock=$lock\")",
          "options.compilerArgs.add(\"-Atenon.lock.mode=\""
              + " + (findProperty(\"tenon.lock.mode\") ?: \"update\"))");

  /** Returns whether a block is part of a build with Gradle. */
  static boolean isBuild(String block) {
    return block.contains("dependencies {") || block.contains("tasks.");
  }

  private static Stream<String> builds() throws IOException {
    return Document.all()
        .flatMap(page -> Stream.concat(page.blocks("kotlin"), page.blocks("groovy")))
        .filter(GradleOnPagesTest::isBuild);
  }

  private static Stream<MatchResult> dependencies() throws IOException {
    return builds().flatMap(build -> DEPENDENCY.matcher(build).results());
  }

  @Test
  void eachLineIsKnown() throws IOException {
    assertThat(builds()).hasSizeGreaterThan(4);
    assertThat(builds().flatMap(String::lines).map(String::strip))
        .filteredOn(line -> !line.isEmpty() && !OTHER_LINES.contains(line))
        .allMatch(line -> DEPENDENCY.matcher(line).matches() || MAIN_CLASS.matcher(line).matches());
  }

  /** Others are in a pom of this repository, or in one on the pages. */
  @Test
  void artifactsExist() throws IOException {
    String bom = Files.readString(Document.ROOT.resolve("build/jobs-bom/pom.xml"));
    Set<String> ours = artifacts(bom).collect(Collectors.toSet());
    Set<String> others =
        Stream.concat(
                poms().stream().flatMap(GradleOnPagesTest::artifacts),
                Document.all()
                    .flatMap(page -> page.blocks("xml"))
                    .flatMap(GradleOnPagesTest::artifacts))
            .collect(Collectors.toSet());

    assertThat(dependencies().map(GradleOnPagesTest::artifact))
        .isNotEmpty()
        .allMatch(each -> (each.startsWith("dev.tenon:") ? ours : others).contains(each));
  }

  @Test
  void configurationsAndVersionsAreWellFormed() throws IOException {
    assertThat(dependencies())
        .allSatisfy(
            each -> {
              Set<String> allowed =
                  artifact(each).equals(PROCESSOR) ? PROCESSOR_CONFIGURATIONS : CONFIGURATIONS;
              assertThat(allowed).contains(each.group(1));
              assertThat(each.group(4)).matches(VERSION);
            });
  }

  @Test
  void theMainClassExists() throws IOException {
    assertThat(builds().flatMap(build -> MAIN_CLASS.matcher(build).results()))
        .isNotEmpty()
        .allSatisfy(
            each ->
                assertThat(
                        Document.ROOT.resolve(
                            "build/templates/my-app/src/main/java/"
                                + each.group(1).replace('.', '/')
                                + ".java"))
                    .exists());
  }

  /** Wherever they are on the pages, not only in builds with Gradle. */
  @Test
  void optionsAreThoseOfTheProcessor() throws IOException {
    Set<String> options = new HashSet<>(new JobsProcessor().getSupportedOptions());
    options.addAll(new JobsModuleProcessor().getSupportedOptions());

    assertThat(
            Document.all()
                .map(Document::text)
                .flatMap(text -> OPTION.matcher(text).results())
                .map(option -> option.group(1)))
        .isNotEmpty()
        .isSubsetOf(options);
  }

  private static String artifact(MatchResult dependency) {
    return dependency.group(2) + ":" + dependency.group(3);
  }

  private static Stream<String> artifacts(String pom) {
    return ARTIFACT
        .matcher(pom.replace("${project.groupId}", "dev.tenon"))
        .results()
        .map(each -> each.group(1) + ":" + each.group(2));
  }

  private static List<String> poms() throws IOException {
    List<String> poms = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Document.ROOT, 4)) {
      for (Path file :
          files
              .filter(file -> file.endsWith("pom.xml") && !file.toString().contains("/target/"))
              .toList()) {
        poms.add(Files.readString(file));
      }
    }
    return poms;
  }
}
