package dev.tenon.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What stands in for a class of the runtime has no methods that the class does not have, so that a
 * schedule does not call what no longer exists.
 */
class StandInsTest {

  private static final Path SOURCES = Path.of("src/test/java/dev/tenon/jobs/internal");

  /** Methods by which a schedule changes its table. */
  private static final Set<String> OF_SCHEDULES =
      Set.of("OutcomeStore.lock", "WorkerStore.starts", "WorkerStore.ends", "WorkerStore.runs");

  @Test
  void everyStandInHasOnlyMethodsOfItsClass() throws Exception {
    List<String> others = new ArrayList<>();
    int compared = 0;
    try (URLClassLoader runtime = withoutStandIns()) {
      for (String name : standIns()) {
        Class<?> standIn = Class.forName(name);
        List<String> real = signatures(Class.forName(name, false, runtime));
        for (String signature : signatures(standIn)) {
          compared++;
          if (!real.contains(signature)) {
            others.add(name + ": " + signature);
          }
        }
      }
    }
    assertThat(compared).isPositive();
    assertThat(others).as("methods of stand-ins that the real classes do not have").isEmpty();
  }

  private static List<String> standIns() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      files
          .map(file -> SOURCES.relativize(file).toString())
          .filter(file -> file.endsWith(".java") && !file.endsWith("Schedule.java"))
          .sorted()
          .forEach(
              file ->
                  names.add(
                      "dev.tenon.jobs.internal."
                          + file.replace(".java", "").replace(File.separatorChar, '.')));
    }
    assertThat(names).isNotEmpty();
    return names;
  }

  /** Loads the classes of the libraries, and none of this module. */
  private static URLClassLoader withoutStandIns() throws MalformedURLException {
    List<URL> places = new ArrayList<>();
    for (String place : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!place.endsWith("test-classes")) {
        places.add(Path.of(place).toUri().toURL());
      }
    }
    return new URLClassLoader(places.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private static List<String> signatures(Class<?> type) {
    List<String> signatures = new ArrayList<>();
    for (Method method : type.getDeclaredMethods()) {
      String name = type.getSimpleName() + "." + method.getName();
      if (!method.isSynthetic()
          && !Modifier.isPrivate(method.getModifiers())
          && !OF_SCHEDULES.contains(name)) {
        List<String> parameters =
            Stream.of(method.getParameterTypes()).map(Class::getName).toList();
        signatures.add(
            "%s %s%s".formatted(method.getReturnType().getName(), method.getName(), parameters));
      }
    }
    return signatures;
  }
}
