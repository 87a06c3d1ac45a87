package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code that is generated for handlers that take batches. */
class BatchHandlersTest {

  private static final String PAYLOADS =
      """
      package shop;

      import com.fasterxml.jackson.annotation.JsonProperty;
      import dev.tenon.jobs.annotation.JobType;

      @JobType(value = "shop.mail", result = Integer.class)
      record Mail(@JsonProperty("shop_id") String shop, String text) {
        String shop(int length) {
          return shop.substring(0, length);
        }
      }
      """;

  @Test
  void aHandlerIsGivenByItsOwnTypeAndItsRuleIsWritten(@TempDir Path directory) {
    Compilation.Result result =
        Compilation.in(directory)
            .source("shop/Mail.java", PAYLOADS)
            .source(
                "shop/MailHandler.java",
                """
                package shop;

                import dev.tenon.jobs.BatchJob;
                import dev.tenon.jobs.BatchJobHandler;
                import dev.tenon.jobs.annotation.Batch;
                import dev.tenon.jobs.annotation.JobModule;
                import dev.tenon.jobs.annotation.JobType;
                import java.util.List;

                @JobModule("ShopJobs")
                @JobType("shop.mail")
                @Batch(maxJobs = 200, maxWait = "100ms", by = "shop")
                class MailHandler implements BatchJobHandler<Mail, Integer> {
                  @Override
                  public void execute(List<BatchJob<Mail, Integer>> jobs) {
                    jobs.forEach(job -> job.complete(job.payload().text().length()));
                  }
                }
                """)
            .run()
            .clean();

    assertThat(
            result
                .generated()
                .get("shop/ShopJobsHandlers.java")
                .replaceAll("\\s+", " ")
                .replace("( ", "("))
        .contains("ShopJobsHandlers(MailHandler mailHandler)")
        .contains(
            "new JobBinding<>(MailJob.DEFINITION, mailHandler,"
                + " BatchRule.of(200, Duration.ofMillis(100), \"shop_id\","
                + " (Mail payload) -> payload.shop()))");
  }

  @Test
  void aHandlerWithoutTheAnnotationHasTheDefaultsAndMayInheritTheInterface(
      @TempDir Path directory) {
    Compilation.Result result =
        Compilation.in(directory)
            .source("shop/Mail.java", PAYLOADS)
            .source(
                "shop/MailHandler.java",
                """
                package shop;

                import dev.tenon.jobs.BatchJob;
                import dev.tenon.jobs.BatchJobHandler;
                import dev.tenon.jobs.annotation.JobModule;
                import dev.tenon.jobs.annotation.JobType;
                import java.util.List;

                abstract class Counting<P> implements BatchJobHandler<P, Integer> {
                  @Override
                  public void execute(List<BatchJob<P, Integer>> jobs) {
                    jobs.forEach(job -> job.complete(1));
                  }
                }

                @JobModule("ShopJobs")
                @JobType("shop.mail")
                class MailHandler extends Counting<Mail> {}
                """)
            .run()
            .clean();

    assertThat(
            result
                .generated()
                .get("shop/ShopJobsHandlers.java")
                .replaceAll("\\s+", " ")
                .replace("( ", "("))
        .contains("mailHandler, BatchRule.of(100, Duration.ofMillis(50)))");
  }
}
