package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.testservers.PostgresDatabase;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code examples/gradle} builds with the Gradle that is installed, and runs its job. Tenon comes
 * from this build, everything else from the local Maven repository.
 */
@Tag("thorough")
@Tag("servers")
class GradleExampleTest {

  private static final Path EXAMPLE = Document.ROOT.resolve("examples/gradle");
  private static final Pattern BUILT =
      Pattern.compile("(jobs-[a-z]+)(?:-[^/]*\\.jar|/target/classes)$");
  private static final Pattern VERSION = Pattern.compile("<version>([^<]*)</version>");

  @TempDir private Path folder;

  @Test
  void itBuildsAndRuns() throws Exception {
    Path project = copy(EXAMPLE, folder.resolve("labels"));
    Path output = folder.resolve("gradle.txt");
    try (PostgresDatabase database = PostgresDatabase.shared()) {
      ProcessBuilder gradle =
          new ProcessBuilder(
                  "gradle",
                  "--no-daemon",
                  "--console=plain",
                  "--gradle-user-home=" + folder.resolve("home"),
                  "--init-script=" + Path.of(resource("build.init.gradle")),
                  "-Dtenon.repository=" + repository(),
                  "-Dmaven.repo.local=" + localRepository(),
                  "-PtenonVersion=" + version(),
                  "-Ptenon.lock.mode=frozen",
                  "testClasses",
                  "run")
              .directory(project.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      gradle.environment().put("JAVA_HOME", System.getProperty("java.home"));
      gradle.environment().put("LABELS_DB_URL", database.url());
      gradle.environment().put("LABELS_DB_USER", database.user());
      gradle.environment().put("LABELS_DB_PASSWORD", database.password());

      int status = run(gradle);

      assertThat(status).as(() -> readString(output)).isZero();
    }
    assertThat(readString(output)).contains("Printed 3 sheets.");
  }

  @Test
  void itsVersionsAreThoseOfThisBuild() throws IOException {
    Properties versions = new Properties();
    versions.load(Files.newBufferedReader(EXAMPLE.resolve("gradle.properties")));
    String parent = Files.readString(Document.ROOT.resolve("pom.xml"));

    assertThat(parent)
        .contains("<jakarta-validation.version>" + versions.get("jakartaValidationVersion") + "<")
        .contains("<logback.version>" + versions.get("logbackVersion") + "<")
        .contains("<junit.version>" + versions.get("junitVersion") + "<");
  }

  private static int run(ProcessBuilder command) throws InterruptedException {
    Process process;
    try {
      process = command.start();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Gradle is needed. Run ./dev test --all, which installs it where it can.", e);
    }
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("Gradle has ended").isTrue();
      return process.exitValue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** Writes the modules of Tenon that this test runs with, as a Maven repository. */
  private Path repository() throws IOException {
    Path repository = folder.resolve("repository");
    String version = version();
    Files.copy(
        Document.ROOT.resolve("pom.xml"), artifact(repository, "jobs-parent", version, "pom"));
    Files.copy(
        Document.ROOT.resolve("build/jobs-bom/pom.xml"),
        artifact(repository, "jobs-bom", version, "pom"));
    for (String entry : classPath()) {
      Matcher built = BUILT.matcher(entry);
      if (built.find()) {
        String name = built.group(1);
        Path classes = Path.of(entry);
        Path jar = artifact(repository, name, version, "jar");
        if (Files.isDirectory(classes)) {
          writeJar(classes, jar);
        } else {
          Files.copy(classes, jar, StandardCopyOption.REPLACE_EXISTING);
        }
        Path module = Document.ROOT.resolve(name);
        Path pom =
            (Files.exists(module) ? module : Document.ROOT.resolve("build").resolve(name))
                .resolve("pom.xml");
        Files.copy(
            pom,
            artifact(repository, name, version, "pom"),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return repository;
  }

  private static Path artifact(Path repository, String name, String version, String type)
      throws IOException {
    Path place = repository.resolve("dev/tenon").resolve(name).resolve(version);
    return Files.createDirectories(place).resolve(name + "-" + version + "." + type);
  }

  private static void writeJar(Path classes, Path jar) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(
            new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
  }

  /** Surefire hides the class path in the manifest of a jar, and says so in a property. */
  private static List<String> classPath() {
    String own = System.getProperty("java.class.path", "");
    return List.of(
        System.getProperty("surefire.test.class.path", own).split(File.pathSeparator, -1));
  }

  /** The version of Tenon, which the BOM has first. */
  private static String version() throws IOException {
    Matcher version =
        VERSION.matcher(Files.readString(Document.ROOT.resolve("build/jobs-bom/pom.xml")));
    assertThat(version.find()).isTrue();
    return version.group(1);
  }

  /** The repository that Maven has put JUnit into. */
  private static Path localRepository() throws Exception {
    Path jar =
        Path.of(Test.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path repository = jar;
    // org/junit/jupiter/junit-jupiter-api/VERSION/FILE
    for (int i = 0; i < 6; i++) {
      repository = repository.resolve("..");
    }
    return repository.normalize();
  }

  private static java.net.URI resource(String name) throws Exception {
    return GradleExampleTest.class.getResource("/" + name).toURI();
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        // What somebody's own build has left here
        boolean isOutput = from.relativize(file).toString().matches("(build|\\.gradle)(/.*)?");
        if (isOutput) {
          continue;
        }
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
    return to;
  }

  private static String readString(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
