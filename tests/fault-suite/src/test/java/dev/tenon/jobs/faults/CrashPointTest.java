package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
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

  /** At a method that is only left over, nothing would ever crash. */
  @ParameterizedTest
  @EnumSource
  void namesAMethodThatTheRuntimeCalls(CrashPoint point) {
    String[] parameters = point.parameterTypes().toArray(String[]::new);
    JavaClass type = runtime.get(point.className());
    assertThat(type.tryGetMethod(point.method(), parameters)).isPresent();
    // A call may name the interface instead
    assertThat(Stream.concat(Stream.of(type), type.getAllRawInterfaces().stream()))
        .flatMap(each -> each.tryGetMethod(point.method(), parameters).stream().toList())
        .flatMap(JavaMethod::getAccessesToSelf)
        .as("calls of %s", point.method())
        .isNotEmpty();
  }
}
