package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The names of crash points are text: they must not drift away from what the runtime does. */
class CrashPointTest {

  private static JavaClasses runtime;

  @BeforeAll
  static void read() {
    runtime =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.tenon.jobs.internal", "dev.tenon.jobs.runtime");
  }

  @ParameterizedTest
  @EnumSource
  void namesOneMethodOfTheRuntime(CrashPoint point) throws ClassNotFoundException {
    List<Method> methods =
        Arrays.stream(Class.forName(point.className()).getDeclaredMethods())
            .filter(method -> method.getName().equals(point.method()))
            .filter(
                method ->
                    Arrays.stream(method.getParameterTypes())
                        .map(Class::getName)
                        .toList()
                        .equals(point.parameterTypes()))
            .toList();
    assertThat(methods).hasSize(1);
  }

  /** A method that is left over would never be passed, and what crashes there would not crash. */
  @ParameterizedTest
  @EnumSource
  void isCalledByTheRuntime(CrashPoint point) {
    String[] parameters = point.parameterTypes().toArray(String[]::new);
    JavaClass itself = runtime.get(point.className());
    // A call may name the interface instead
    assertThat(Stream.concat(Stream.of(itself), itself.getAllRawInterfaces().stream()))
        .as("classes whose method %s is called", point.method())
        .anyMatch(
            type ->
                type.tryGetMethod(point.method(), parameters)
                    .filter(method -> !method.getAccessesToSelf().isEmpty())
                    .isPresent());
  }
}
