package dev.tenon.jobs.processor;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is on the class path of the tests, and parts of it. */
final class TestPath {

  private static final Pattern OF_APPLICATIONS =
      Pattern.compile(
          "(jobs-(annotations|api|runtime)/target/classes"
              + "|(jobs-(annotations|api|libraries|runtime)-|HikariCP|amqp-client|jackson-annotations"
              + "|jakarta.validation|jspecify|netty|postgresql|slf4j-api|checker-qual)[^/]*\\.jar)$");

  private static final Pattern OF_PROCESSORS =
      Pattern.compile(
          "(jobs-(annotations|processor)/target/classes|jobs-(annotations|processor)-[^/]*\\.jar"
              + "|(javapoet|jspecify|jackson-core-3)[^/]*\\.jar)$");

  private TestPath() {}

  /** Every entry. */
  static List<Path> entries() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  /** What an application stands on: Tenon's annotations and runtime, with their libraries. */
  static List<Path> ofApplications() {
    return matching(OF_APPLICATIONS);
  }

  /** The processors with their libraries. */
  static List<Path> ofProcessors() {
    return matching(OF_PROCESSORS);
  }

  /** The jar of Lombok. */
  static Path lombok() {
    return matching(Pattern.compile("/lombok-[^/]*\\.jar$")).get(0);
  }

  private static List<Path> matching(Pattern wanted) {
    return entries().stream()
        .filter(entry -> wanted.matcher(entry.toString().replace(File.separatorChar, '/')).find())
        .toList();
  }

  /** Entries as options of Java's tools want them. */
  static String join(List<Path> entries) {
    return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
