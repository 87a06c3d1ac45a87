package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.processor.JdkTool.Source;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** The errors that a user sees if the processor did not run. */
class NoProcessorTest {

  private static final Path PAGE = Path.of("../docs/setup.md");

  private static final List<Source> SOURCES =
      List.of(
          new Source(
              "shop/Order.java",
              """
              package shop;

              import dev.tenon.jobs.annotation.JobType;

              @JobType("shop.order")
              record Order(String name) {}
              """),
          new Source(
              "shop/OrderHandler.java",
              """
              package shop;

              import dev.tenon.jobs.JobContext;
              import dev.tenon.jobs.JobHandler;
              import dev.tenon.jobs.annotation.JobType;

              @JobType("shop.order")
              final class OrderHandler implements JobHandler<Order, Void> {
                @Override
                public Void execute(Order order, JobContext context) {
                  return null;
                }
              }
              """),
          new Source(
              "shop/Main.java",
              """
              package shop;

              import dev.tenon.jobs.runtime.JobsRuntime;

              public class Main {
                public static void main(String[] arguments) {
                  JobsRuntime.builder().database("jdbc:postgresql://127.0.0.1:1/none", "", "").start();
                }
              }
              """));

  private static final Source CALLER =
      new Source(
          "shop/Shop.java",
          """
          package shop;

          import dev.tenon.jobs.JobService;

          class Shop {
            final ShopJobs jobs;

            Shop(JobService service) {
              jobs = new ShopJobs(service);
            }
          }
          """);

  @TempDir Path directory;

  @Test
  void theRuntimeSaysSoWhereAnOptionDisabledTheProcessors() {
    compileAndRun(withProcessors(), "-proc:none", "-Xlint:all");
  }

  @Test
  void theRuntimeSaysSoWhereThereIsNone() {
    compileAndRun(TestPath.join(TestPath.ofApplications()), "-Xlint:all,-processing");
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_23)
  void theRuntimeSaysSoWhereTheCompilerRunsNoneByDefault() {
    compileAndRun(withProcessors(), "-Xlint:all");
  }

  private void compileAndRun(String classPath, String... options) {
    JdkTool compiled =
        JdkTool.javac(
            directory,
            SOURCES,
            Stream.concat(Stream.of("-cp", classPath), Stream.of(options)).toArray(String[]::new));
    assertThat(compiled.succeeded().output()).doesNotContain("error");

    JdkTool run =
        JdkTool.run(
            directory,
            "java",
            List.of(
                "-cp",
                "classes" + File.pathSeparator + TestPath.join(TestPath.ofApplications()),
                "shop.Main"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output())
        .contains(
            "dev.tenon.jobs.JobsException: Found no job types",
            "<annotationProcessorPaths>",
            "<artifactId>jobs-processor</artifactId>",
            "annotationProcessor(\"dev.tenon:jobs-processor:")
        .doesNotContain("${");
  }

  @Test
  void theGuideShowsWhatTheCompilerSaysOfGeneratedClasses() throws IOException {
    JdkTool compiled =
        JdkTool.javac(
            directory,
            List.of(SOURCES.get(0), SOURCES.get(1), CALLER),
            "-proc:none",
            "-cp",
            TestPath.join(TestPath.ofApplications()));

    assertThat(compiled.exitCode()).isEqualTo(1);
    assertThat(Files.readString(PAGE)).contains("```text\n" + compiled.output() + "```");
  }

  private static String withProcessors() {
    return TestPath.join(
        Stream.concat(TestPath.ofApplications().stream(), TestPath.ofProcessors().stream())
            .distinct()
            .toList());
  }
}
