package dev.tenon.jobs.processor;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The class path of the tests, and parts of it. */
final class TestPath {

  private static final Pattern OF_APPLICATIONS =
      Pattern.compile(
          "(jobs-(annotations|api|runtime)/target/classes"
              + "|(jobs-(annotations|api|libraries|runtime)-|HikariCP|amqp-client|jackson-annotations"
              + "|jakarta.validation|jspecify|netty|postgresql|slf4j-api|checker-qual)[^/]*\\.jar)$");

  private static final Pattern OF_PROCESSORS =
      Pattern.compile(
          "(jobs-(annotations|processor)/target/classes|jobs-(annotations|processor)-[^/]*\\.jar"
              + "|(palantir/javapoet/.*|cron-utils|jspecify|jackson-core-3)[^/]*\\.jar)$");

  private static final Pattern API =
      Pattern.compile("(jobs-(api|runtime)/target/classes|jobs-(api|runtime)-[^/]*\\.jar)$");

  private static final Pattern JAKARTA_INJECT =
      Pattern.compile("/jakarta\\.inject-api-[^/]*\\.jar$");
  private static final Pattern JAVAX_INJECT = Pattern.compile("/javax\\.inject-[^/]*\\.jar$");
  private static final Pattern DAGGER = Pattern.compile("/dagger-\\d[^/]*\\.jar$");

  private TestPath() {}

  /** Every entry, except those that tell the processors that there is a container. */
  static List<Path> entries() {
    return all()
        .filter(
            entry ->
                Stream.of(JAKARTA_INJECT, JAVAX_INJECT, DAGGER)
                    .noneMatch(container -> isCalled(entry, container)))
        .toList();
  }

  /** Every entry of these, except those with the API of jobs. */
  static List<Path> withoutApi() {
    return entries().stream().filter(entry -> !isCalled(entry, API)).toList();
  }

  private static Stream<Path> all() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of);
  }

  /** The annotations of {@code jakarta.inject}. */
  static List<Path> jakartaInject() {
    return matching(JAKARTA_INJECT);
  }

  /** The annotations of {@code javax.inject}. */
  static List<Path> javaxInject() {
    return matching(JAVAX_INJECT);
  }

  /** Dagger, without its compiler, and both kinds of annotations, which it depends on. */
  static List<Path> dagger() {
    return Stream.of(DAGGER, JAKARTA_INJECT, JAVAX_INJECT)
        .flatMap(kind -> matching(kind).stream())
        .toList();
  }

  /** The dependencies of an application: Tenon's annotations and runtime, with their libraries. */
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
    return all().filter(entry -> isCalled(entry, wanted)).toList();
  }

  private static boolean isCalled(Path entry, Pattern wanted) {
    return wanted.matcher(entry.toString().replace(File.separatorChar, '/')).find();
  }

  /** Entries in the form that the options of Java's tools expect. */
  static String join(List<Path> entries) {
    return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
