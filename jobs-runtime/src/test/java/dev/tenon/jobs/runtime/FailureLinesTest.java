package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the log says of an attempt that failed. */
class FailureLinesTest {

  private static String send(Order order) {
    try {
      throw new IOException("no route for " + order.name());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot send " + order.name(), e);
    }
  }

  @Test
  void theLastAttemptIsLoggedWithItsFramesAndEarlierOnesWithTheFirstAndNoneWithAMessage() {
    try (Fixture fixture = Fixture.withoutRabbit();
        CapturedLog log = CapturedLog.of("dev.tenon.jobs.internal.attempt")) {
      JobsRuntime runtime = fixture.start();
      runtime.startWorker(
          TestJobs.handlers()
              .with(TestJobs.SHORT, (order, context) -> new TestJobs.Receipt(send(order))));
      UUID id =
          runtime
              .jobs()
              .submit(TestJobs.SHORT, new Order("s3cret", 1), SubmitOptions.by("t"))
              .jobId();
      Fixture.awaitStatus(runtime.jobs(), id, JobStatus.FAILED);

      List<String> lines = log.warnings();
      assertThat(lines).hasSize(2).noneMatch(line -> line.contains("s3cret"));
      assertThat(lines.get(0))
          .contains("Attempt 1 of 2 at job " + id + " of type '" + TestJobs.SHORT.type() + "'")
          .contains("failed with java.io.UncheckedIOException at ")
          .contains("FailureLinesTest.send(FailureLinesTest.java:")
          .contains("; the next one starts in ")
          .doesNotContain("\n");
      assertThat(lines.get(1))
          .contains("Attempt 2 of 2 at job " + id)
          .contains("it was the last one, and the job has failed")
          .contains("tenon show " + id + " --stack")
          .containsPattern(
              "\n    at .*FailureLinesTest\\.send\\(FailureLinesTest\\.java:\\d+\\)"
                  + "\n    at .*FailureLinesTest\\.lambda.*\\(FailureLinesTest\\.java:\\d+\\)")
          .containsPattern(
              "\n  caused by java\\.io\\.IOException\n    at .*FailureLinesTest\\.send\\(")
          .as("what has called the handler says nothing")
          .doesNotContain("AttemptRunner");
    }
  }
}
