package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.RetryJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.options.SizeLimits;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever a handler brings into the database is bounded: refused, left out or cut. */
class SizeLimitsTest {

  private static final SizeLimits SMALL =
      SizeLimits.defaults().withResultBytes(100).withLogDataBytes(50).withLogLines(3);

  private final Fixture fixture = Fixture.withoutRabbit();

  @AfterEach
  void close() {
    fixture.close();
  }

  private Job run(SizeLimits limits, JobStatus end, JobHandler<Order, Receipt> handler) {
    JobsRuntime runtime = fixture.start(fixture.builder().sizeLimits(limits));
    runtime.startWorker(TestJobs.handlers().with(TestJobs.ORDER, handler));
    JobService jobs = runtime.jobs();
    return Fixture.awaitStatus(
        jobs,
        jobs.submit(TestJobs.ORDER, new Order("bolts", 2), SubmitOptions.by("t")).jobId(),
        end);
  }

  private JobService jobs() {
    return fixture.start().jobs();
  }

  @Test
  void aJobWhoseResultIsTooLargeFailsForGoodAndSaysWhy() {
    Job job = run(SMALL, JobStatus.FAILED, (order, context) -> new Receipt("é".repeat(45)));
    assertThat(job.attempts()).isOne();
    assertThat(job.result()).isEmpty();
    assertThat(job.error())
        .contains(
            JobError.of(
                JobError.Reason.RESULT_TOO_LARGE,
                null,
                "The result has 101 bytes as JSON, and the limit is 100. Store the data elsewhere"
                    + " and return a reference to it."));
    assertThat(jobs().attempts(job.id()))
        .extracting(JobAttempt::outcome)
        .containsExactly(JobAttempt.Outcome.FAILED);
  }

  @Test
  void aResultOfExactlyTheLimitIsKept() {
    run(SMALL, JobStatus.COMPLETED, (order, context) -> new Receipt("x".repeat(89)));
  }

  @Test
  void aResultWithHalfOfACharacterFails() {
    Job job = run(SMALL, JobStatus.FAILED, (order, context) -> new Receipt("half \ud83d"));
    assertThat(job.error().orElseThrow().message().orElseThrow())
        .contains("The result of job type 'test.order.place' has a surrogate without its partner");
  }

  @Test
  void theTextsOfAFailureAreCutAndCanBeStored() {
    Job job =
        run(
            SMALL,
            JobStatus.FAILED,
            (order, context) -> {
              throw new java.io.UncheckedIOException(
                  "\u0000\ud83d" + "€".repeat(5000), new java.io.IOException());
            });
    String message = job.error().orElseThrow().message().orElseThrow();
    assertThat(message)
        .startsWith("\uFFFD\uFFFD€")
        .endsWith("€… (cut, 15,004 bytes)")
        .hasSizeBetween(1300, 1400);
    assertThat(jobs().attempts(job.id()).get(0).stack().orElseThrow())
        .contains("UncheckedIOException");
  }

  @Test
  void theLogOfAnAttemptIsBounded() {
    Job job =
        run(
            SMALL,
            JobStatus.COMPLETED,
            (order, context) -> {
              context.progress(5, "\u0000" + "p".repeat(2000));
              context.log().info("\ud83d" + "x".repeat(20_000), Map.of("half", "\ude00"));
              context.log().info("large", Map.of("list", List.of("y".repeat(60))));
              context.log().debug("third");
              context.log().debug("fourth");
              return new Receipt("done");
            });
    List<JobLogEntry> log = jobs().logs(job.id()).items();
    assertThat(log)
        .extracting(JobLogEntry::message)
        .containsExactly(
            "\uFFFD" + "x".repeat(9997) + "… (cut, 20,003 bytes)",
            "large",
            "The log of this attempt is full: an attempt may write 3 lines. This line replaces all"
                + " that follow.");
    assertThat(log)
        .extracting(line -> line.data().orElse(null))
        .containsExactly(
            "{\"half\":\"\uFFFD\"}", "{\"leftOut\":\"73 bytes of data; the limit is 50\"}", null);
  }

  @Test
  void aDelayThatCannotBeCalculatedFailsTheAttemptAndHoldsUpNoOther() {
    Duration endless = ChronoUnit.FOREVER.getDuration();
    Job snoozed =
        run(
            SMALL,
            JobStatus.FAILED,
            (order, context) -> {
              throw context.snooze(endless);
            });
    Job retried =
        run(
            SMALL,
            JobStatus.FAILED,
            (order, context) -> {
              throw new RetryJobException("busy", endless, null);
            });
    for (Job job : List.of(snoozed, retried)) {
      assertThat(job.error().orElseThrow().message().orElseThrow())
          .contains("days; it may be up to 36,500 days.");
    }
  }

  @Test
  void theNameOfAModuleFitsIntoTheLog() {
    JobsRuntime runtime = fixture.start();
    TestJobs.Handlers handlers = TestJobs.handlers();
    JobHandlers forged =
        new JobHandlers() {
          @Override
          public ModuleDefinition module() {
            return new Named("shop\nERROR forged", handlers.module());
          }

          @Override
          public List<JobBinding<?, ?>> bindings() {
            return handlers.with(TestJobs.ORDER, (order, context) -> new Receipt("")).bindings();
          }
        };
    assertThatThrownBy(() -> runtime.startWorker(forged))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The name of the module is 'shop\\nERROR forged'");
  }

  private record Named(String name, ModuleDefinition module) implements ModuleDefinition {
    @Override
    public List<JobDefinition<?, ?>> definitions() {
      return module.definitions();
    }

    @Override
    public List<ModuleDefinition> includes() {
      return module.includes();
    }

    @Override
    public Optional<JobDefinition<?, ?>> find(String type) {
      return module.find(type);
    }
  }

  @Test
  void aLimitThatIsOutOfRangeIsRefused() {
    assertThatThrownBy(() -> SizeLimits.defaults().withResultBytes(0))
        .hasMessage("resultBytes is 0; it must be from 1 to 67108864.");
    assertThatThrownBy(() -> SizeLimits.defaults().withLogLines(1_000_001))
        .hasMessage("logLines is 1000001; it must be from 1 to 1000000.");
  }
}
