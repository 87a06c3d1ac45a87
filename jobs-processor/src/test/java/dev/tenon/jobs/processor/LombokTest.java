package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.processor.JdkTool.Source;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lombok on the same processor path, before the processors and after them. */
class LombokTest {

  private static final List<Source> SOURCES =
      List.of(
          new Source(
              "shop/Order.java",
              """
              package shop;

              import dev.tenon.jobs.annotation.JobType;
              import jakarta.validation.constraints.NotBlank;
              import lombok.Builder;

              @Builder
              @JobType("shop.order")
              record Order(@NotBlank String name, int count) {}
              """),
          new Source(
              "shop/Greeter.java",
              """
              package shop;

              import lombok.Value;

              @Value
              class Greeter {
                String greeting;
              }
              """),
          new Source(
              "shop/OrderHandler.java",
              """
              package shop;

              import dev.tenon.jobs.JobContext;
              import dev.tenon.jobs.JobHandler;
              import dev.tenon.jobs.annotation.JobType;
              import lombok.RequiredArgsConstructor;
              import lombok.extern.slf4j.Slf4j;

              @Slf4j
              @RequiredArgsConstructor
              @JobType("shop.order")
              final class OrderHandler implements JobHandler<Order, Void> {
                private final Greeter greeter;

                @Override
                public Void execute(Order order, JobContext context) {
                  log.info("An order");
                  System.out.println(greeter.getGreeting() + " " + order.name());
                  return null;
                }
              }
              """),
          new Source(
              "shop/Main.java",
              """
              package shop;

              public class Main {
                public static void main(String[] arguments) {
                  ShopJobsHandlers handlers =
                      new ShopJobsHandlers(new OrderHandler(new Greeter("Hello")));
                  Order order = Order.builder().name("somebody").count(2).build();
                  new OrderHandler(new Greeter("Hello")).execute(order, null);
                  System.out.println(handlers.bindings());
                  System.out.println(
                      OrderJob.DEFINITION.validatePayload(Order.builder().name(" ").build()));
                }
              }
              """));

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void doesNoHarm(boolean lombokFirst) {
    List<Path> processors = new ArrayList<>(TestPath.ofProcessors());
    processors.add(TestPath.lombok());
    if (lombokFirst) {
      Collections.reverse(processors);
    }
    List<Path> classPath = new ArrayList<>(TestPath.ofApplications());
    classPath.add(TestPath.lombok());
    JdkTool.javac(
            directory,
            SOURCES,
            "-cp",
            TestPath.join(classPath),
            "-processorpath",
            TestPath.join(processors))
        .succeeded();

    JdkTool run =
        JdkTool.run(
            directory,
            "java",
            List.of(
                "-cp",
                "classes" + File.pathSeparator + TestPath.join(TestPath.ofApplications()),
                "shop.Main"));

    assertThat(run.succeeded().output())
        .contains("Hello somebody", "JobDefinition[shop.order]", "must not be blank");
  }
}
