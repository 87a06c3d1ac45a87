package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A folder with the commands of {@code ./dev}, the template of applications and one source, in
 * which Maven only notes its calls and leaves behind what the commands look for.
 *
 * @param folder an empty folder
 */
record DevCheckout(Path folder) {

  private static final String VERSION = "0.1.0-SNAPSHOT";

  private static final String MAVEN =
      """
      #!/bin/sh
      folder="%s"
      case $* in *--version) echo "Apache Maven 3.9.9"; exit ;; esac
      echo "$@" >> "$folder/calls"
      if [ -e "$folder/broken" ]; then exit 1; fi
      case $* in
        *" install "*)
          mkdir -p "$folder/repository/dev/tenon" && cd "$folder/repository/dev/tenon"
          mkdir -p jobs-runtime/%2$s jobs-cli/%2$s
          echo "a jar" > jobs-runtime/%2$s/jobs-runtime-%2$s.jar
          echo "no jar" > jobs-cli/%2$s/jobs-cli-%2$s-all.jar
          ;;
        *)
          for module in jobs-runtime jobs-cli examples/quickstart; do
            class=$module/target/classes/All.class
            mkdir -p $module/target/classes
            if [ ! -e $class ] || [ ! -e "$folder/lazy" ]; then
              cat jobs-runtime/src/main/resources/* > $class
            fi
          done
          if [ -e "$folder/lazy" ]; then cp "$folder/lazy" jobs-runtime/src/main/resources/V1__tables.sql; fi
          echo library > "$folder/library.jar"
          list="$PWD/jobs-runtime/target/classes:$folder/library.jar"
          echo "$list" > examples/quickstart/target/demo.classpath
          echo "$list" > jobs-cli/target/tenon.classpath
          ;;
      esac
      """;

  /** Writes the checkout into the folder. */
  static DevCheckout in(Path folder) throws IOException {
    DevCheckout checkout = new DevCheckout(folder);
    for (String name :
        List.of("dev", "pom.xml", "build/dev", "build/jobs-bom", "build/templates")) {
      copy(Document.ROOT.resolve(name), checkout.root().resolve(name));
    }
    Files.createDirectories(checkout.source().getParent());
    Files.writeString(checkout.source(), "CREATE TABLE jobs ();");
    Path maven = Files.writeString(folder.resolve("mvn"), MAVEN.formatted(folder, VERSION));
    assertThat(maven.toFile().setExecutable(true)).isTrue();
    return checkout;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  /** Where {@code ./dev} is. */
  Path root() {
    return folder.resolve("checkout");
  }

  /** A resource that every module "compiles". */
  Path source() {
    return root().resolve("jobs-runtime/src/main/resources/V1__tables.sql");
  }

  /** A jar in the local Maven repository. */
  Path installed(String artifact) {
    return folder.resolve(
        "repository/dev/tenon/%1$s/%2$s/%1$s-%2$s.jar".formatted(artifact, VERSION));
  }

  /**
   * From now on, somebody saves this source while Maven runs, which then takes what it has compiled
   * for up to date.
   */
  void saveWhileItIsBuilt(String source) throws IOException {
    Files.writeString(folder.resolve("lazy"), source);
  }

  /** From now on, Maven fails. */
  void breakBuild() throws IOException {
    Files.createFile(folder.resolve("broken"));
  }

  /** Maven works again. */
  void repairBuild() throws IOException {
    Files.delete(folder.resolve("broken"));
  }

  /** How often Maven has been called, except for its version. */
  int builds() throws IOException {
    Path calls = folder.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  /** What the command prints, after its exit code. */
  String dev(String... arguments) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    List<String> command =
        Stream.concat(Stream.of("bash", root().resolve("dev").toString()), Stream.of(arguments))
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
}
