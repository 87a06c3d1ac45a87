package dev.tenon.schedules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A JDK 25 whose classes let Fray decide which thread goes on. {@code jlink} makes it once, in some
 * ten seconds; Fray's own Maven plugin wants a JDK with a folder {@code jmods}, which not all have.
 *
 * @param home the folder of the JDK
 * @param agent the agent that instruments the classes of the application
 * @param library the native agent
 * @param classPath the jars of Fray
 */
record InstrumentedJdk(Path home, Path agent, Path library, List<Path> classPath) {

  private static final Path FRAY = Path.of("target/fray").toAbsolutePath();

  /** Makes it, unless it has been made. */
  static InstrumentedJdk create() throws IOException, InterruptedException {
    List<Path> jars = jars();
    Path jdkJar = named(jars, "fray-instrumentation-jdk");
    Path home = FRAY.resolve("jdk");
    Path made = FRAY.resolve("jdk-is-made");
    if (!Files.exists(made)) {
      Commands.delete(home);
      String forJlink =
          jars.stream()
              .filter(jar -> !isAgent(jar))
              .map(Path::toString)
              .collect(Collectors.joining(":"));
      Commands.run(
          FRAY.resolve("jlink.txt"),
          List.of(
              jdk25().resolve("bin/jlink").toString(),
              "-J-javaagent:" + jdkJar,
              "-J--module-path=" + forJlink,
              "-J--add-modules=org.pastalab.fray.instrumentation.jdk",
              "-J--class-path=" + forJlink,
              "--output=" + home,
              "--add-modules=java.se,jdk.unsupported",
              "--fray-instrumentation"));
      Files.createFile(made);
    }
    return new InstrumentedJdk(
        home,
        named(jars, "fray-instrumentation-agent"),
        library(named(jars, "fray-jvmti")),
        jars.stream().filter(jar -> !isAgent(jar) && !jar.equals(jdkJar)).toList());
  }

  private static boolean isAgent(Path jar) {
    String name = jar.getFileName().toString();
    return name.startsWith("fray-instrumentation-agent") || name.startsWith("fray-jvmti");
  }

  private static List<Path> jars() throws IOException {
    List<Path> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(FRAY.resolve("lib"))) {
      files.sorted().forEach(jars::add);
    }
    return jars;
  }

  private static Path named(List<Path> jars, String prefix) {
    return jars.stream()
        .filter(jar -> jar.getFileName().toString().startsWith(prefix))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "There is no %s in %s. Maven copies it; Fray has its native agent only for Linux on x86-64."
                        .formatted(prefix, FRAY.resolve("lib"))));
  }

  private static Path library(Path jar) throws IOException {
    Path library = FRAY.resolve("libjvmti.so");
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry entry = zip.getEntry("libjvmti.so");
      if (!Files.exists(library) || Files.size(library) != entry.getSize()) {
        Files.write(library, zip.getInputStream(entry).readAllBytes());
      }
    }
    return library;
  }

  /**
   * Finds a JDK 25 as {@code ./dev test-25} does: the one of these tests, of a variable, or an
   * installed one.
   */
  private static Path jdk25() throws IOException {
    List<Path> candidates = new ArrayList<>();
    if (Runtime.version().feature() == 25) {
      candidates.add(Path.of(System.getProperty("java.home")));
    }
    for (String name : List.of("JDK_25", "JAVA_HOME_25_X64")) {
      String value = System.getenv(name);
      if (value != null && !value.isEmpty()) {
        candidates.add(Path.of(value));
      }
    }
    Path installed = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(installed)) {
      try (Stream<Path> folders = Files.list(installed)) {
        folders
            .filter(folder -> folder.getFileName().toString().contains("25"))
            .forEach(candidates::add);
      }
    }
    return candidates.stream()
        .filter(folder -> Files.isExecutable(folder.resolve("bin/jlink")))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Schedules of threads run on a JDK 25, and none was found. Install one, or set JDK_25 to its folder."));
  }
}
