package dev.tenon.jobs.processor;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the processor time to compile job types with handlers, with and without a schema lock,
 * compared with the same sources and the generated ones without the processors. It is processor
 * time, so that other programs on the machine matter less. {@code ./dev speed} runs it.
 */
final class CompileSpeed {

  private static final int ROUNDS = 5;

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private CompileSpeed() {}

  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createTempDirectory("compile-speed");
    measure(10, directory);
    for (int types : Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray()) {
      measure(types, directory);
    }
  }

  private static void measure(int types, Path directory) {
    Path lock = directory.resolve(types + ".lock.json");
    long with = Long.MAX_VALUE;
    long locked = Long.MAX_VALUE;
    long without = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long start = SYSTEM.getProcessCpuTime();
      Compilation.Result result = sources(types, directory).run().clean();
      with = Math.min(with, SYSTEM.getProcessCpuTime() - start);

      // The first round writes the file; the others compare with it
      start = SYSTEM.getProcessCpuTime();
      sources(types, directory).options("-Atenon.lock=" + lock).run().clean();
      locked = Math.min(locked, SYSTEM.getProcessCpuTime() - start);

      Compilation plain = sources(types, directory).options("-proc:none");
      for (Map.Entry<String, String> generated : result.generated().entrySet()) {
        plain.source(generated.getKey(), generated.getValue());
      }
      start = SYSTEM.getProcessCpuTime();
      plain.run().clean();
      without = Math.min(without, SYSTEM.getProcessCpuTime() - start);
    }
    System.out.printf(
        "%d types: %d ms with the processors, %d ms with a schema lock, %d ms without; factors %.2f"
            + " and %.2f%n",
        types,
        Duration.ofNanos(with).toMillis(),
        Duration.ofNanos(locked).toMillis(),
        Duration.ofNanos(without).toMillis(),
        (double) with / without,
        (double) locked / without);
  }

  private static Compilation sources(int types, Path directory) {
    Compilation compilation = Compilation.in(directory);
    for (int i = 0; i < types; i++) {
      String name = "Type%04d".formatted(i);
      compilation.source(
          "app/" + name + ".java",
          """
          package app;

          import dev.tenon.jobs.annotation.JobType;
          import jakarta.validation.Valid;
          import jakarta.validation.constraints.*;
          import java.util.List;
          import org.jspecify.annotations.Nullable;

          @JobType(value = "app.%1$s", timeout = "5m", result = Integer.class)
          public record %2$s(
              @NotBlank @Size(max = 80) String name,
              @Min(1) @Max(9) int level,
              @Nullable String note,
              List<@Valid Line> lines) {
            public record Line(@Pattern(regexp = "[A-Z]+") String sku, @Positive int count) {}
          }
          """
              .formatted(name.toLowerCase(Locale.ROOT), name));
      compilation.source(
          "app/" + name + "Handler.java",
          """
          package app;

          import dev.tenon.jobs.JobContext;
          import dev.tenon.jobs.JobHandler;
          import dev.tenon.jobs.annotation.JobType;

          @JobType("app.%1$s")
          public final class %2$sHandler implements JobHandler<%2$s, Integer> {
            @Override
            public Integer execute(%2$s payload, JobContext context) {
              return payload.level();
            }
          }
          """
              .formatted(name.toLowerCase(Locale.ROOT), name));
    }
    return compilation;
  }
}
