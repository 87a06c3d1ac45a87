package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands {@code ./dev new} and {@code ./dev tenon}, with a Maven that only notes its calls.
 */
class DevNewTest {

  @TempDir private Path folder;
  private Path calls;

  @BeforeEach
  void fakeMaven() throws IOException {
    calls = folder.resolve("calls");
    Path maven = folder.resolve("mvn");
    Files.writeString(
        maven,
        """
        #!/bin/sh
        if [ "$*" = "--batch-mode --no-transfer-progress --version" ]; then
          echo "Apache Maven 3.9.9"
        else
          echo "$@" >> "%s"
        fi
        """
            .formatted(calls));
    assertThat(maven.toFile().setExecutable(true)).isTrue();
  }

  /** What the command prints, after its exit code. */
  private String dev(String... arguments) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    List<String> command =
        Stream.concat(
                Stream.of("bash", Document.ROOT.resolve("dev").toString()), Stream.of(arguments))
            .toList();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("MVN", folder.resolve("mvn").toString());
    builder.environment().put("MAVEN_REPOSITORY", folder.resolve("repository").toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() + " " + Files.readString(output);
  }

  @Test
  void theOptionMayStandAfterTheName() throws Exception {
    Path application = folder.resolve("app");

    assertThat(dev("new", "my-shop", "--no-install", application.toString())).startsWith("0 ");

    assertThat(calls).doesNotExist();
    assertThat(application.resolve("pom.xml"))
        .content()
        .contains("<artifactId>my-shop</artifactId>")
        .doesNotContain("@");
    assertThat(application.resolve("src/main/java/com/example/app/Main.java")).exists();
  }

  @Test
  void anUnknownOptionIsRefusedBeforeAnythingIsBuilt() throws Exception {
    Path application = folder.resolve("app");

    assertThat(dev("new", "my-shop", application.toString(), "--no-instal"))
        .isEqualTo(
            "1 dev: there is no option --no-instal. Say ./dev new [--no-install] NAME [FOLDER].\n");
    assertThat(dev("new", "my-shop", application.toString(), "another"))
        .isEqualTo("1 dev: 'another' is too much. Say ./dev new [--no-install] NAME [FOLDER].\n");

    assertThat(calls).doesNotExist();
    assertThat(application).doesNotExist();
  }

  @Test
  void theMainClassCanBeNamedOnTheCommandLine() throws IOException {
    // What stands in the plugin's configuration would win over -Dexec.mainClass
    assertThat(Document.ROOT.resolve("build/templates/my-app/pom.xml"))
        .content()
        .contains("<exec.mainClass>com.example.app.Main</exec.mainClass>")
        .doesNotContain("<mainClass>");
  }

  @Test
  void theInstalledCommandLineIsUsedUnlessSourcesAreNewer() throws Exception {
    Path jar = folder.resolve("repository/dev/tenon/jobs-cli/0.1.0-SNAPSHOT");
    Files.createDirectories(jar);
    Path all = Files.writeString(jar.resolve("jobs-cli-0.1.0-SNAPSHOT-all.jar"), "no jar");

    // Java is called with the jar, which is none
    assertThat(dev("tenon", "list")).contains("jobs-cli-0.1.0-SNAPSHOT-all.jar");
    assertThat(calls).doesNotExist();

    assertThat(all.toFile().setLastModified(0)).isTrue();
    assertThat(dev("tenon", "list")).contains("Building the command line");
    assertThat(calls).exists();
  }
}
