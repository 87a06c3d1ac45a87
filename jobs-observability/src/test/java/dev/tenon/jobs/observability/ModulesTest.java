package dev.tenon.jobs.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.listen.JobListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A modular application that has only one of the two libraries compiles. */
class ModulesTest {

  @TempDir private Path folder;

  @Test
  void micrometerAlone() throws Exception {
    assertThat(
            errors(
                "micrometer.core",
                "new dev.tenon.jobs.observability.MicrometerJobListener((io.micrometer.core.instrument.MeterRegistry) null)",
                MeterRegistry.class,
                // What it brings along
                Class.forName("io.micrometer.observation.Observation"),
                Class.forName("io.micrometer.common.KeyValue")))
        .isEmpty();
  }

  @Test
  void openTelemetryAlone() throws Exception {
    assertThat(
            errors(
                "io.opentelemetry.api",
                "new dev.tenon.jobs.observability.OpenTelemetryJobListener((io.opentelemetry.api.OpenTelemetry) null)",
                OpenTelemetry.class,
                Context.class))
        .isEmpty();
  }

  private List<String> errors(String module, String expression, Class<?>... library)
      throws Exception {
    Path moduleInfo =
        Files.writeString(
            folder.resolve("module-info.java"),
            "module app { requires dev.tenon.jobs.observability; requires %s; }".formatted(module));
    Path type =
        Files.writeString(
            folder.resolve("App.java"),
            "package app; class App { Object listener() { return %s; } }".formatted(expression));
    List<Class<?>> all =
        new ArrayList<>(
            List.of(MicrometerJobListener.class, JobListener.class, JobType.class, Nullable.class));
    all.addAll(List.of(library));
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, null)) {
      boolean unused =
          compiler
              .getTask(
                  null,
                  files,
                  found,
                  List.of(
                      "--module-path",
                      all.stream()
                          .map(ModulesTest::place)
                          .distinct()
                          .collect(Collectors.joining(File.pathSeparator)),
                      "-proc:none",
                      "-d",
                      folder.toString()),
                  null,
                  files.getJavaFileObjectsFromPaths(Stream.of(moduleInfo, type).toList()))
              .call();
    }
    return found.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .map(diagnostic -> diagnostic.getMessage(null))
        .toList();
  }

  /** The jar or folder that a class comes from. */
  private static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
