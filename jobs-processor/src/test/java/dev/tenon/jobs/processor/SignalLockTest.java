package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles one version of a signal after the other, with a file for the schema lock. */
class SignalLockTest {

  private static final String HEAD =
      """
      package shop;

      import dev.tenon.jobs.annotation.JobModule;
      import dev.tenon.jobs.annotation.Signal;
      import dev.tenon.jobs.annotation.Upcaster;
      import jakarta.validation.constraints.Size;
      import org.jspecify.annotations.Nullable;

      @JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
      """;

  private static final String FIRST =
      "@Signal(\"order.paid\") record Paid(@Size(max = 80) String by, int count) {}\n";

  private static final String SECOND =
      """
      @Signal(value = "order.paid", version = 2)
      record Paid(@Size(max = 80) String by, long count, String way) {

        @Upcaster(from = 1)
        static Paid fromVersion1(String json) {
          return new Paid(json, 1, "card");
        }
      }
      """;

  @TempDir Path directory;
  private Path lock;

  @BeforeEach
  void nameTheFile() {
    lock = directory.resolve("jobs.lock.json");
  }

  private List<String> compile(String source, String... options) {
    return Compilation.in(directory)
        .source("shop/Paid.java", HEAD + source)
        .options("-Atenon.lock=" + lock)
        .options(options)
        .run()
        .diagnostics();
  }

  private String file() throws IOException {
    return Files.readString(lock);
  }

  @Test
  void aChangeThatBreaksNothingIsWritten() throws IOException {
    assertThat(compile(FIRST)).isEmpty();
    String longer = FIRST.replace("int count", "int count, @Nullable String note");

    assertThat(compile(longer, "-Atenon.lock.mode=frozen"))
        .singleElement()
        .asString()
        .contains("[JobsLockOutdated]", "is out of date for 'order.paid'");
    assertThat(compile(longer)).isEmpty();

    assertThat(file()).contains("\"note\": {\"type\": \"String\", \"optional\": true}");
  }

  @Test
  void aNewVersionWithItsUpcasterIsWritten() throws IOException {
    assertThat(compile(FIRST)).isEmpty();

    assertThat(compile(SECOND)).isEmpty();

    assertThat(file()).contains("\"version\": 2,", "\"count\": {\"type\": \"long\"}");
    assertThat(compile(SECOND, "-Atenon.lock.mode=frozen")).isEmpty();
  }

  @Test
  void theWrongChangeIsReportedAndNothingWritten() throws IOException {
    assertThat(compile(FIRST)).isEmpty();
    String before = file();

    assertThat(compile(FIRST.replace("int count", "long count")))
        .singleElement()
        .asString()
        .contains(
            "In 'order.paid', Paid.count changed from int to long, so stored signals may not be"
                + " readable.");
    assertThat(compile(FIRST.replace("max = 80", "max = 90")))
        .singleElement()
        .asString()
        .contains(
            "Paid.by changed maxSize from 80 to 90, so workers without this change may not be able"
                + " to read new signals.");

    assertThat(file()).isEqualTo(before);
    assertThat(compile(FIRST.replace("int count", "long count"), "-Atenon.lock.mode=accept"))
        .isEmpty();
    assertThat(file()).isNotEqualTo(before);
  }

  @Test
  void aRecordMayBeRenamed() throws IOException {
    assertThat(compile(FIRST)).isEmpty();

    assertThat(
            Compilation.in(directory)
                .source("shop/Settled.java", HEAD + FIRST.replace("record Paid", "record Settled"))
                .options("-Atenon.lock=" + lock)
                .run()
                .diagnostics())
        .isEmpty();

    assertThat(file()).contains("\"payload\": {\"shape\": \"shop.Settled\", \"valid\": true}");
  }

  @Test
  void aRemovedSignalStaysInTheFileUntilItIsAccepted() throws IOException {
    String both =
        FIRST.replace("{}", "{\n  @Signal(\"order.sent\")\n  record Sent(String number) {}\n}");
    assertThat(compile(both)).isEmpty();

    assertThat(compile(FIRST))
        .singleElement()
        .asString()
        .contains("In 'order.sent', the signal was removed,");
    assertThat(file()).contains("order.sent");

    assertThat(compile(FIRST, "-Atenon.lock.mode=accept")).isEmpty();
    assertThat(file()).doesNotContain("order.sent").contains("order.paid");
  }
}
