package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways that a class can say what it handles; generated code can call all of them. */
class HandlerFormsTest {

  @Test
  void aRenamedClassLeavesTheOrderOfTheConstructor(@TempDir Path directory) {
    assertThat(parameters("A", "B", "C", "D", directory))
        .isEqualTo("BHandler bHandler, DHandler dHandler");
    assertThat(parameters("Z", "Y", "C", "D", directory))
        .isEqualTo("YHandler yHandler, DHandler dHandler");
    assertThat(parameters("A", "B", "Z", "Y", directory))
        .isEqualTo("BHandler bHandler, YHandler yHandler");
  }

  /**
   * The constructor's parameters for shop.first and shop.second, whose classes have these names.
   */
  private static String parameters(
      String first, String firstHandler, String second, String secondHandler, Path directory) {
    Compilation compilation =
        Compilation.in(directory).source("shop/Shop.java", ModuleSources.module("shop", "", false));
    add(compilation, "first", first, firstHandler);
    add(compilation, "second", second, secondHandler);
    String handlers = compilation.run().clean().generated().get("shop/ShopJobsHandlers.java");
    return handlers.replaceAll("(?s).* ShopJobsHandlers\\((.*?)\\) \\{.*", "$1");
  }

  private static void add(Compilation compilation, String type, String record, String handler) {
    compilation
        .source(
            "shop/" + record + ".java",
            ModuleSources.payload("shop", record)
                .replace("shop." + record.toLowerCase(Locale.ROOT), "shop." + type))
        .source(
            "shop/" + handler + "Handler.java",
            ModuleSources.handler("shop", "shop", record)
                .replace("shop." + record.toLowerCase(Locale.ROOT), "shop." + type)
                .replace(record + "Handler", handler + "Handler"));
  }

  @Test
  void theTypeArgumentsOfAHandlerAreFoundWhereverTheyAreWritten(@TempDir Path directory) {
    Compilation.Result result =
        Compilation.in(directory)
            .source(
                "shop/Shop.java",
                """
                package shop;

                import dev.tenon.jobs.JobContext;
                import dev.tenon.jobs.JobHandler;
                import dev.tenon.jobs.annotation.JobModule;
                import dev.tenon.jobs.annotation.JobType;
                import org.jspecify.annotations.Nullable;

                @JobModule("ShopJobs")
                interface Shop {
                  abstract class Base<P, R> implements JobHandler<P, R> {
                    @Override
                    public R execute(P payload, JobContext context) {
                      throw new UnsupportedOperationException();
                    }
                  }

                  interface Counting<R extends Number> extends JobHandler<Counted, R> {}

                  @JobType(value = "shop.annotated", result = Integer.class)
                  record Annotated(String text) {}

                  @JobType("shop.annotated")
                  final class AnnotatedHandler implements JobHandler<Annotated, @Nullable Integer> {
                    @Override
                    public @Nullable Integer execute(Annotated payload, JobContext context) {
                      return null;
                    }
                  }

                  @JobType(value = "shop.inherited", result = String[].class)
                  record Inherited(String text) {}

                  @JobType("shop.inherited")
                  class InheritedHandler extends Base<Inherited, String[]> {}

                  @JobType(value = "shop.counted", result = Integer.class)
                  record Counted(String text) {}

                  @JobType("shop.counted")
                  record CountedHandler(int count) implements Counting<Integer> {
                    @Override
                    public Integer execute(Counted payload, JobContext context) {
                      return count;
                    }
                  }

                  @JobType("shop.enclosed")
                  record Enclosed(String text) {}

                  class Outer<T> {
                    @JobType("shop.enclosed")
                    static class EnclosedHandler extends Base<Enclosed, Void>
                        implements Comparable<EnclosedHandler> {
                      @Override
                      public int compareTo(EnclosedHandler other) {
                        return 0;
                      }
                    }
                  }
                }
                """)
            .run()
            .clean();

    assertThat(result.generated().get("shop/ShopJobsHandlers.java"))
        .contains("new JobBinding<>(ShopAnnotatedJob.DEFINITION, annotatedHandler)")
        .contains("new JobBinding<>(ShopCountedJob.DEFINITION, countedHandler)")
        .contains("new JobBinding<>(ShopEnclosedJob.DEFINITION, enclosedHandler)")
        .contains("new JobBinding<>(ShopInheritedJob.DEFINITION, inheritedHandler)");
  }
}
