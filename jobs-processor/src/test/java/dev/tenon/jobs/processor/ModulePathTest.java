package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.processor.JdkTool.Source;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application that is a named Java module, compiled and run on the module path. */
class ModulePathTest {

  private static final Source PAYLOAD =
      new Source(
          "shop/Order.java",
          """
          package shop;

          import dev.tenon.jobs.annotation.JobType;
          import jakarta.validation.constraints.NotBlank;
          import java.util.List;
          import shop.api.Line;

          @JobType(value = "shop.order", result = Receipt.class)
          record Order(@NotBlank String name, Kind kind, List<Line> lines) {
            enum Kind {
              NEW,
              AGAIN
            }
          }
          """);

  /** In a package that is exported and not opened. */
  private static final Source LINE =
      new Source(
          "shop/api/Line.java",
          """
          package shop.api;

          public record Line(int count) {}
          """);

  private static final Source RESULT =
      new Source("shop/Receipt.java", "package shop;\n\nrecord Receipt(String text) {}\n");

  private static final Source HANDLER =
      new Source(
          "shop/OrderHandler.java",
          """
          package shop;

          import dev.tenon.jobs.JobContext;
          import dev.tenon.jobs.JobHandler;
          import dev.tenon.jobs.annotation.JobType;

          @JobType("shop.order")
          final class OrderHandler implements JobHandler<Order, Receipt> {
            @Override
            public Receipt execute(Order order, JobContext context) {
              return new Receipt(order.lines().get(0).count() + " for " + order.name());
            }
          }
          """);

  private static final Source MAIN =
      new Source(
          "shop/Main.java",
          """
          package shop;

          import dev.tenon.jobs.Job;
          import dev.tenon.jobs.JobStatus;
          import dev.tenon.jobs.SubmitOptions;
          import dev.tenon.jobs.runtime.JobsRuntime;
          import java.util.List;
          import java.util.UUID;
          import shop.api.Line;

          public class Main {
            public static void main(String[] arguments) throws InterruptedException {
              try (JobsRuntime runtime =
                  JobsRuntime.builder()
                      .database(arguments[0], arguments[1], arguments[2])
                      .rabbitMq(arguments[3])
                      .start()) {
                ShopJobs jobs = new ShopJobs(runtime.jobs());
                Order order = new Order("somebody", Order.Kind.AGAIN, List.of(new Line(7)));
                UUID id = jobs.order().submit(order, SubmitOptions.by("test")).jobId();
                // Nobody works yet, so this says that RabbitMQ has confirmed the message
                Job job = runtime.jobs().get(id);
                while (job.status() != JobStatus.QUEUED) {
                  Thread.sleep(20);
                  job = runtime.jobs().get(id);
                }
                runtime.startWorker(new ShopJobsHandlers(new OrderHandler()));
                while (!job.status().isTerminal()) {
                  Thread.sleep(20);
                  job = runtime.jobs().get(id);
                }
                System.out.println(job.error() + " " + jobs.order().find(id).orElseThrow().result());
                System.out.println(JobsRuntime.class.getModule() + ", " + Main.class.getModule());
              }
            }
          }
          """);

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"-processorpath", "--processor-module-path"})
  void aJobRunsOnTheModulePath(String processors) {
    compile(
            processors,
            """
            module shop {
              requires dev.tenon.jobs.runtime;
              requires jakarta.validation;

              exports shop.api;

              provides dev.tenon.jobs.definition.ModuleDefinition with
                  shop.ShopJobsModule;
            }
            """)
        .succeeded();

    JdkTool run = run();

    assertThat(run.succeeded().output())
        .contains(
            "Optional.empty Optional[Receipt[text=7 for somebody]]",
            "module dev.tenon.jobs.runtime, module shop");
  }

  @Test
  void theRuntimeSaysSoWhereTheJobModuleIsNotProvided() {
    JdkTool compiled =
        compile(
            "-processorpath",
            """
            open module shop {
              requires dev.tenon.jobs.runtime;
              requires jakarta.validation;
            }
            """);
    assertThat(compiled.succeeded().output()).contains("[JobsNotProvided]");

    JdkTool run = run();

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output())
        .contains(
            "Found no job types",
            "provides dev.tenon.jobs.definition.ModuleDefinition with shop.ShopJobsModule;");
  }

  private JdkTool compile(String processors, String moduleInfo) {
    return JdkTool.javac(
        directory,
        List.of(new Source("module-info.java", moduleInfo), PAYLOAD, LINE, RESULT, HANDLER, MAIN),
        "-Xlint:all,-classfile,-processing",
        "-Atenon.lock=" + directory.resolve("jobs.lock.json"),
        "-p",
        TestPath.join(TestPath.ofApplications()),
        processors,
        TestPath.join(TestPath.ofProcessors()));
  }

  /** Runs it from jars, as applications are shipped. */
  private JdkTool run() {
    List<Path> path = new ArrayList<>();
    path.add(jar("shop", directory.resolve("classes")));
    for (Path entry : TestPath.ofApplications()) {
      path.add(
          Files.isDirectory(entry)
              ? jar(entry.getName(entry.getNameCount() - 3).toString(), entry)
              : entry);
    }
    try (PostgresDatabase database = PostgresDatabase.shared();
        RabbitVirtualHost host = RabbitVirtualHost.shared()) {
      return JdkTool.run(
          directory,
          "java",
          List.of(
              "-p",
              TestPath.join(path),
              "-m",
              "shop/shop.Main",
              database.url(),
              database.user(),
              database.password(),
              host.uri()));
    }
  }

  private Path jar(String name, Path classes) {
    Path jar = directory.resolve(name + ".jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> walk = Files.walk(classes)) {
      for (Path path : walk.filter(path -> !path.equals(classes)).sorted().toList()) {
        String entry = classes.relativize(path).toString().replace(File.separatorChar, '/');
        if (Files.isDirectory(path)) {
          out.putNextEntry(new JarEntry(entry + "/"));
        } else {
          out.putNextEntry(new JarEntry(entry));
          Files.copy(path, out);
        }
        out.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return jar;
  }
}
