package dev.tenon.jobs.testing;

import static dev.tenon.jobs.testing.JobAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobAwaitTimeoutException;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobEvent;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobNotCompletedException;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService.CancelResult;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.annotation.WhenFull;
import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.workflow.Workflow;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class InMemoryJobsTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final TestClock clock = TestClock.at(START);
  private final List<String> runs = new ArrayList<>();
  private StockCount.Handler.Work counting = context -> {};
  private final InMemoryJobs jobs =
      InMemoryJobs.builder()
          .clock(clock)
          .submittedBy("test")
          .handlers(
              new KitJobsHandlers(
                  new OrderFulfil.Handler(),
                  new ParcelSend.Handler(),
                  new PartIndex.Handler(),
                  new StockCount.Handler(
                      context -> {
                        runs.add(clock.instant() + " " + context.attempt());
                        counting.run(context);
                      }),
                  new Echo.Handler(),
                  new AccountEvent.Handler(new ArrayList<>()),
                  new PartEvent.Handler(new ArrayList<>())))
          .build();
  private final KitJobs kit = new KitJobs(jobs);

  @Test
  void theDefaultSubmitterMustHaveAName() {
    assertThatThrownBy(() -> InMemoryJobs.builder().submittedBy(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("submittedBy is blank");
    assertThatThrownBy(
            () ->
                HandlerTest.of(ParcelSendJob.DEFINITION, new ParcelSend.Handler())
                    .withSubmittedBy(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("submittedBy is blank");
  }

  @Test
  void whoAwaitsAJobRunsIt() throws InterruptedException {
    SubmitOptions soon = SubmitOptions.defaults().withDelay(Duration.ofMinutes(5));
    assertThat(kit.echo().submitAndAwait(new Echo("hello"), soon, Duration.ofMinutes(5)))
        .isEqualTo(new Echo("hello"));
    assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofMinutes(5)));

    assertThatThrownBy(
            () -> kit.echo().submitAndAwait(new Echo("late"), soon, Duration.ofMinutes(4)))
        .isInstanceOf(JobAwaitTimeoutException.class)
        .hasMessageContaining("of type 'test.echo' has not ended within PT4M. It continues:");
    assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofMinutes(9)));
    assertThatThrownBy(() -> kit.echo().submitAndAwait(new Echo(""), Duration.ofMinutes(1)))
        .isInstanceOf(JobNotCompletedException.class);
  }

  /**
   * Below 100 ms once the JVM has started up. It needs a few; the fastest of twenty runs is not
   * disturbed by what else the machine does.
   */
  @Test
  void threeRetriesAndAScheduleTakeMilliseconds() {
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      long start = System.nanoTime();
      // By a clock of its own: at some times of the day the schedule would be due twice
      retriesAndSchedule(
          InMemoryJobs.builder().handlers(TestHandlers.all()).clock(TestClock.at(START)).build());
      fastest = Math.min(fastest, System.nanoTime() - start);
    }
    assertThat(Duration.ofNanos(fastest)).isLessThan(Duration.ofMillis(100));
  }

  private static void retriesAndSchedule(InMemoryJobs jobs) {
    UUID id =
        new KitJobs(jobs)
            .parcelSend()
            .submit(new ParcelSend("Bremen", 3), SubmitOptions.by("test"))
            .jobId();
    assertThat(jobs.drain()).isEqualTo(1);
    assertThat(jobs.advance(Duration.ofSeconds(29))).isZero();
    assertThat(jobs.advance(Duration.ofSeconds(1))).isEqualTo(1);
    assertThat(jobs.advance(Duration.ofMinutes(1))).isEqualTo(1);
    assertThat(jobs.advance(Duration.ofMinutes(10))).isEqualTo(1);
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.get(id).attempts()).isEqualTo(4);

    int unused = jobs.advance(Duration.ofDays(1));
    assertThat(jobs).submitted(StockCountJob.DEFINITION).withStatus(JobStatus.COMPLETED).once();
  }

  @Test
  void nothingRunsUntilTheTestSaysSo() {
    UUID id = kit.parcelSend().submit(new ParcelSend("Bremen", 0)).jobId();
    clock.advance(Duration.ofDays(3));
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.PENDING);
    assertThat(jobs.whyWaiting(id)).contains(new WaitReason.InQueue(false));
    assertThat(runs).isEmpty();
  }

  @Test
  void runsOneJobBeforeItIsDue() {
    UUID id =
        kit.parcelSend()
            .submit(
                new ParcelSend("Bremen", 1), SubmitOptions.by("test").withDelay(Duration.ofDays(7)))
            .jobId();
    UUID other = kit.parcelSend().submit(new ParcelSend("Kiel", 0)).jobId();

    Job job = jobs.run(id);

    assertThat(job.status()).isEqualTo(JobStatus.PENDING);
    assertThat(job.runAt()).isEqualTo(START.plusSeconds(30));
    assertThat(job.error().flatMap(JobError::message)).contains("Nobody is there");
    assertThat(jobs.get(other).attempts()).isZero();
    assertThat(jobs.run(id).status()).isEqualTo(JobStatus.COMPLETED);
    assertThatThrownBy(() -> jobs.run(id))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is completed; only a waiting job can be run");
    assertThatThrownBy(() -> jobs.run(UUID.randomUUID())).isInstanceOf(JobNotFoundException.class);
  }

  @Test
  void eachThingRunsAtItsTime() {
    counting =
        context -> {
          if (context.attempt() == 1) {
            throw new IllegalStateException("The scanner is away");
          }
        };
    int attempts = jobs.advance(Duration.ofDays(2));
    assertThat(runs)
        .containsExactly(
            "2026-03-02T03:00:00Z 1",
            "2026-03-02T04:00:00Z 2",
            "2026-03-03T03:00:00Z 1",
            "2026-03-03T04:00:00Z 2");
    assertThat(attempts).isEqualTo(4);
    assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofDays(2)));
    assertThat(jobs.schedules().get("stock.count").nextRunAt())
        .contains(Instant.parse("2026-03-04T03:00:00Z"));
  }

  @Test
  void aRunWaitsForTheEarlierOne() {
    counting =
        context -> {
          if (runs.size() < 3) {
            throw new IllegalStateException("The scanner is away");
          }
        };
    // The attempts of the first run: day 2 at 03:00, at 04:00, and 36 hours later
    int unused = jobs.advanceTo(Instant.parse("2026-03-03T15:00:00Z"));
    assertThat(jobs.schedules().get("stock.count").waitingRunAt())
        .contains(Instant.parse("2026-03-03T03:00:00Z"));
    unused = jobs.advanceTo(Instant.parse("2026-03-03T16:00:00Z"));
    assertThat(runs)
        .containsExactly(
            "2026-03-02T03:00:00Z 1",
            "2026-03-02T04:00:00Z 2",
            "2026-03-03T16:00:00Z 3",
            "2026-03-03T16:00:00Z 1");
    assertThat(jobs.schedules().get("stock.count").waitingRunAt()).isEmpty();
  }

  @Test
  void whatIsCancelledForARunIsNotThatRunFromABackfill() {
    jobs.schedules()
        .put(
            "bremen",
            ParcelSendJob.DEFINITION,
            new ParcelSend("Bremen", 0),
            Timing.cron("0 3 * * *", ZoneOffset.UTC),
            ScheduleOptions.defaults()
                .withOverlap(OverlapPolicy.CANCEL_RUNNING)
                .withCatchUp(Duration.ofDays(2)),
            Actor.of("ann"));
    clock.advance(Duration.ofDays(2));
    List<UUID> ids = jobs.schedules().backfill("bremen", START, clock.instant(), Actor.of("ann"));
    int unused = jobs.drain();
    assertThat(ids)
        .extracting(id -> jobs.get(id).status())
        .containsExactly(JobStatus.CANCELLED, JobStatus.COMPLETED);
  }

  @Test
  void aFixedDelayCountsFromTheEndOfTheLastAttempt() {
    jobs.schedules().pause("stock.count", Actor.of("ann", "not in this test"));
    JobSchedule made =
        kit.parcelSend()
            .schedule(
                "bremen",
                new ParcelSend("tomorrow", 0),
                Timing.fixedDelay(Duration.ofHours(6)),
                Actor.of("ann"));
    assertThat(made.nextRunAt()).contains(START);
    // A snooze of a day, and no other run meanwhile
    assertThat(jobs.advance(Duration.ofDays(1).minusSeconds(1))).isEqualTo(1);
    assertThat(jobs.schedules().get("bremen").nextRunAt()).isEmpty();
    UUID first = jobs.schedules().get("bremen").lastRun().orElseThrow().jobId();
    assertThat(jobs.cancel(first, Actor.of("ann"))).isEqualTo(CancelResult.CANCELLED);
    Instant ended = clock.instant();
    assertThat(jobs.advance(Duration.ofHours(6).minusSeconds(1))).isZero();
    assertThat(jobs.schedules().get("bremen").nextRunAt())
        .contains(ended.plus(Duration.ofHours(6)));
    assertThat(jobs.advance(Duration.ofSeconds(1))).isEqualTo(1);

    // Another delay counts from the same end, and a pause does not change that
    assertThat(
            jobs.cancel(
                jobs.schedules().get("bremen").lastRun().orElseThrow().jobId(), Actor.of("ann")))
        .isEqualTo(CancelResult.CANCELLED);
    ended = clock.instant();
    JobSchedule other =
        kit.parcelSend()
            .schedule(
                "bremen",
                new ParcelSend("Bremen", 0),
                Timing.fixedDelay(Duration.ofHours(2)),
                Actor.of("ann"));
    assertThat(other.nextRunAt()).isEmpty();
    jobs.schedules().pause("bremen", Actor.of("ann", "holidays"));
    assertThat(jobs.advance(Duration.ofHours(1))).isZero();
    jobs.schedules().resume("bremen", Actor.of("ann"));
    assertThat(jobs.advance(Duration.ofHours(1))).isEqualTo(1);
    assertThat(jobs.schedules().get("bremen").lastRun().orElseThrow().at())
        .isEqualTo(ended.plus(Duration.ofHours(2)));
    assertThat(jobs.advance(Duration.ofHours(4))).isEqualTo(2);
  }

  @Test
  void aScheduleEnds() {
    jobs.schedules().pause("stock.count", Actor.of("ann", "not in this test"));
    ScheduleOptions minute = ScheduleOptions.defaults().withUntil(START.plusSeconds(60));
    for (Timing timing :
        List.of(
            Timing.cron("*/20 * * * * *", ZoneId.of("UTC")),
            Timing.fixedDelay(Duration.ofHours(6)))) {
      JobSchedule made =
          kit.parcelSend()
              .schedule(
                  "bremen",
                  new ParcelSend("Bremen", 0),
                  timing,
                  ScheduleOptions.defaults().withUntil(clock.instant().plusSeconds(60)),
                  Actor.of("ann"));
      assertThat(made.hasEnded()).isFalse();
      // At 20 s and 40 s; with the delay, immediately
      int runs = timing instanceof Timing.Cron ? 2 : 1;
      assertThat(jobs.advance(Duration.ofMinutes(1))).isEqualTo(runs);
      assertThat(jobs.schedules().get("bremen").hasEnded()).isTrue();
      assertThat(jobs.schedules().get("bremen").nextRunAt()).isEmpty();
      assertThat(jobs.advance(Duration.ofDays(1))).isZero();
    }
    assertThatThrownBy(
            () ->
                kit.parcelSend()
                    .schedule(
                        "bremen",
                        new ParcelSend("Bremen", 0),
                        Timing.cron("@daily", ZoneId.of("UTC")),
                        minute,
                        Actor.of("ann")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("before its first run. Choose a later end.");
  }

  @Test
  void aPausedScheduleSubmitsNothing() {
    jobs.schedules().pause("stock.count", Actor.of("ann", "inventory"));
    assertThat(jobs.advance(Duration.ofDays(2))).isZero();
    jobs.schedules().resume("stock.count", Actor.of("ann"));
    assertThat(jobs.advance(Duration.ofDays(1))).isEqualTo(1);
  }

  @Test
  void aSnoozeDoesNotCount() {
    UUID id = kit.parcelSend().submit(new ParcelSend("tomorrow", 0)).jobId();
    jobs.schedules().pause("stock.count", Actor.of("test", "not in this test"));
    assertThat(jobs.advance(Duration.ofDays(2))).isEqualTo(3);
    Job job = jobs.get(id);
    assertThat(job.status()).isEqualTo(JobStatus.PENDING);
    assertThat(job.attempts()).isZero();
    assertThat(job.runAt()).isEqualTo(START.plus(Duration.ofDays(3)));
    assertThat(jobs.attempts(id))
        .extracting(JobAttempt::outcome)
        .containsOnly(JobAttempt.Outcome.SNOOZED);
  }

  @Test
  void moreUrgentJobsComeFirst() {
    UUID normal = kit.parcelSend().submit(new ParcelSend("Bremen", 0)).jobId();
    UUID urgent =
        kit.parcelSend()
            .submit(
                new ParcelSend("Kiel", 0),
                SubmitOptions.by("test").withPriority(JobPriority.CRITICAL))
            .jobId();
    counting = context -> {};
    clock.advance(Duration.ofMinutes(1));
    assertThat(jobs.drain()).isEqualTo(2);
    long first = jobs.attempts(urgent).get(0).lease();
    assertThat(first).isEqualTo(1);
    assertThat(jobs.logs(urgent).items().get(0).message()).isEqualTo("To Kiel");
    assertThat(jobs.get(normal).status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void aHandlerThatTakesTimeEndsAtItsTimeout() {
    counting = context -> clock.advance(Duration.ofMinutes(11));
    UUID id = kit.stockCount().submit(new StockCount()).jobId();
    Job job = jobs.run(id);
    assertThat(job.status()).isEqualTo(JobStatus.PENDING);
    assertThat(job.error().map(JobError::reason)).contains(JobError.Reason.TIMED_OUT);
    assertThat(job.runAt()).isEqualTo(START.plus(Duration.ofMinutes(71)));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void aRunningJobIsCancelled() {
    List<CancelResult> answers = new ArrayList<>();
    counting =
        context -> {
          answers.add(jobs.cancel(context.jobId(), Actor.of("ann")));
          assertThat(jobs.get(context.jobId()).status()).isEqualTo(JobStatus.RUNNING);
          context.checkCancelled();
        };
    UUID id = kit.stockCount().submit(new StockCount()).jobId();
    assertThat(jobs.run(id).status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(answers).containsExactly(CancelResult.REQUESTED);
  }

  @Test
  void aHandlerSubmitsAndDoesNotRun() {
    List<String> messages = new ArrayList<>();
    counting =
        context -> {
          UUID unused = kit.parcelSend().submit(new ParcelSend("Bremen", 0)).jobId();
          assertThatThrownBy(jobs::drain)
              .isInstanceOf(IllegalStateException.class)
              .satisfies(e -> messages.add(e.getMessage()));
        };
    UUID id = kit.stockCount().submit(new StockCount()).jobId();
    assertThat(jobs.drain()).isEqualTo(2);
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(messages).singleElement().asString().contains("A job runs");
  }

  @Test
  void jobsWithoutEndAreNoticed() {
    counting =
        context -> {
          UUID unused = kit.stockCount().submit(new StockCount()).jobId();
        };
    UUID unused = kit.stockCount().submit(new StockCount()).jobId();
    assertThatThrownBy(jobs::drain)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("10,000 attempts")
        .hasMessageContaining("'stock.count'");
  }

  @Test
  void aJobWithoutAHandlerStaysAsItIs() {
    InMemoryJobs kept = InMemoryJobs.builder().clock(clock).modules(new KitJobsModule()).build();
    UUID id =
        new KitJobs(kept)
            .parcelSend()
            .submit(new ParcelSend("Bremen", 0), SubmitOptions.by("test"))
            .jobId();
    assertThat(kept.advance(Duration.ofDays(1))).isZero();
    assertThat(kept.get(id).status()).isEqualTo(JobStatus.PENDING);
    assertThat(kept.whyWaiting(id)).contains(new WaitReason.NoWorker("parcel.send"));
    assertThat(kept).submitted(StockCountJob.DEFINITION).once();
    assertThatThrownBy(() -> kept.run(id))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Job " + id + " of type 'parcel.send' has no handler")
        .hasMessageContaining("InMemoryJobs.of(handlers)");
    assertThatThrownBy(() -> InMemoryJobs.of(TestHandlers.all(), TestHandlers.all()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two handlers");
  }

  @Test
  void whatIsNotSupportedSaysSo() {
    Connection connection =
        (Connection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                  throw new UnsupportedOperationException(method.getName());
                });
    for (Runnable call :
        new Runnable[] {
          jobs::types,
          jobs::workflows,
          jobs::bulk,
          () -> jobs.in(connection),
          () -> jobs.in(connection, commit -> {}),
          () -> jobs.submit(Workflow.named("none"))
        }) {
      assertThatThrownBy(call::run)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("not supported by InMemoryJobs")
          .hasMessageContaining("TenonExtension");
    }
  }

  @Test
  void theClockGoesForward() {
    assertThatThrownBy(() -> jobs.advance(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> clock.advance(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> clock.advanceTo(START.minusMillis(1)))
        .hasMessageContaining("cannot be turned back");
    TestClock berlin = clock.withZone(ZoneId.of("Europe/Berlin"));
    clock.advance(Duration.ofHours(1));
    assertThat(berlin.instant()).isEqualTo(START.plus(Duration.ofHours(1)));
    assertThat(clock).hasToString("TestClock[2026-03-01T13:00:00Z, Z]");
  }

  @Test
  void anAssertionSaysWhyAJobHasFailed() {
    UUID id =
        kit.parcelSend().submit(new ParcelSend("nowhere", 0), SubmitOptions.by("ann")).jobId();
    assertThat(jobs.run(id).status()).isEqualTo(JobStatus.FAILED);
    assertThatThrownBy(
            () ->
                assertThat(jobs)
                    .submitted(ParcelSendJob.DEFINITION)
                    .withStatus(JobStatus.COMPLETED))
        .hasMessageContaining(
            "    because of dev.tenon.jobs.PermanentJobException: There is no such place");
  }

  @Test
  void assertionsSayWhatWasFound() {
    assertThatThrownBy(() -> assertThat(jobs).submitted(ParcelSendJob.DEFINITION))
        .isInstanceOf(AssertionError.class)
        .hasMessage("Expected a job of type 'parcel.send' to be submitted, but found no jobs.");
    UUID unused =
        kit.parcelSend()
            .submit(
                new ParcelSend("Bremen", 0),
                SubmitOptions.by("ann").withRunAt(START.plusSeconds(90)))
            .jobId();
    assertThatThrownBy(
            () ->
                assertThat(jobs)
                    .submitted(ParcelSendJob.DEFINITION)
                    .with(parcel -> parcel.outages() == 0)
                    .dueIn(Duration.ofSeconds(91)))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "Expected a job of type 'parcel.send' with such a payload, due in PT1M31S, but found %n  ParcelSend[address=Bremen, outages=0], pending, submitted by 'ann', with priority NORMAL, due in PT1M30S"
                .formatted());
    assertThat(jobs)
        .submitted(ParcelSendJob.DEFINITION)
        .dueAt(START.plusSeconds(90))
        .dueIn(Duration.ofSeconds(80), Duration.ofSeconds(10));
    assertThatThrownBy(() -> assertThat(jobs).submittedNothing())
        .hasMessageContaining("'parcel.send', pending, submitted by 'ann'");
    assertThatThrownBy(() -> assertThat(jobs).submittedNo(ParcelSendJob.DEFINITION))
        .hasMessageContaining("but found 1 job:");
    assertThatThrownBy(() -> assertThat(jobs).submitted(ParcelSendJob.DEFINITION).times(2))
        .hasMessageContaining("Expected 2 job(s)");
    assertThatThrownBy(() -> assertThat(jobs).submitted(StockCountJob.DEFINITION))
        .hasMessageContaining("but found 1 job:");
    assertThatThrownBy(
            () -> assertThat(jobs).submitted(ParcelSendJob.DEFINITION).withItemId("order-7"))
        .hasMessageContaining("of item 'order-7'");
  }

  @Test
  void forgetsItsJobsAndStartsItsSchedulesAgain() {
    UUID id = kit.parcelSend().submit(new ParcelSend("Bremen", 0)).jobId();
    jobs.schedules().pause("stock.count", Actor.of("ann", "inventory"));
    jobs.advance(Duration.ofDays(1));

    jobs.clear();

    assertThat(jobs.find(id)).isEmpty();
    assertThat(jobs).submittedNothing();
    assertThat(jobs.schedules().get("stock.count").pause()).isEmpty();
    assertThat(jobs.schedules().get("stock.count").nextRunAt().orElseThrow())
        .isAfter(clock.instant());
    counting = context -> jobs.clear();
    jobs.advance(Duration.ofDays(1));
    assertThat(
            jobs.attempts(jobs.list(JobQuery.all()).items().get(0).id())
                .get(0)
                .error()
                .flatMap(JobError::message)
                .orElseThrow())
        .contains("A job runs");
  }

  @Test
  void handlersMayComeWithTheFirstJobThatRuns() {
    List<JobHandlers> handlers = new ArrayList<>();
    InMemoryJobs later =
        InMemoryJobs.builder()
            .submittedBy("test")
            .modules(new KitJobsModule())
            .handlersLater(() -> handlers)
            .build();
    UUID id = new KitJobs(later).parcelSend().submit(new ParcelSend("Bremen", 0)).jobId();
    assertThat(later.schedules().list()).hasSize(1);

    handlers.add(TestHandlers.all());

    assertThat(later.drain()).isEqualTo(1);
    assertThat(later.get(id).status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void aHandlerMaySubmitJobsWhenItIsCreated() {
    AtomicReference<InMemoryJobs> created = new AtomicReference<>();
    InMemoryJobs later =
        InMemoryJobs.builder()
            .submittedBy("test")
            .handlersLater(
                () -> {
                  new KitJobs(created.get()).echo().submit(new Echo("I am here"));
                  return List.of(TestHandlers.all());
                })
            .build();
    created.set(later);
    var unused = new KitJobs(later).parcelSend().submit(new ParcelSend("Bremen", 0));

    assertThat(later.drain()).isEqualTo(2);
  }

  @Test
  void whoAwaitsOrFollowsAJobLearnsThatItIsForgotten() {
    UUID id = kit.parcelSend().submit(new ParcelSend("Bremen", 0)).jobId();
    CompletableFuture<Job> ended = jobs.ended(id).toCompletableFuture();
    CompletableFuture<Throwable> events = new CompletableFuture<>();
    jobs.events(id)
        .subscribe(
            new Flow.Subscriber<>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
              }

              @Override
              public void onNext(JobEvent event) {}

              @Override
              public void onError(Throwable failure) {
                events.complete(failure);
              }

              @Override
              public void onComplete() {}
            });

    jobs.clear();

    assertThat(ended)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(JobNotFoundException.class);
    assertThat(events).isCompletedWithValueMatching(JobNotFoundException.class::isInstance);
  }

  @Test
  void aReplacedScheduleKeepsTheRunThatWaits() {
    jobs.schedules().pause("stock.count", Actor.of("ann", "not in this test"));
    JobSchedule unused = hourly(new ParcelSend("tomorrow", 0));
    int unusedToo = jobs.advance(Duration.ofHours(2));
    Instant waiting = jobs.schedules().get("hourly").waitingRunAt().orElseThrow();

    JobSchedule replaced = hourly(new ParcelSend("Bremen", 0));

    assertThat(replaced.waitingRunAt()).contains(waiting);
  }

  private JobSchedule hourly(ParcelSend parcel) {
    return jobs.schedules()
        .put(
            "hourly",
            ParcelSendJob.DEFINITION,
            parcel,
            Timing.cron("0 * * * *", ZoneOffset.UTC),
            ScheduleOptions.defaults().withOverlap(OverlapPolicy.QUEUE_ONE),
            Actor.of("ann"));
  }

  @Test
  void aFixedDelayCountsFromTheCancellationOfARunThatNobodyStarts() {
    JobDefinition<ParcelSend, ParcelSend.Receipt> urgent =
        JobDefinition.builder("parcel.urgent", ParcelSend.class, ParcelSend.Receipt.class)
            .payloadCodec(ParcelSendJob.DEFINITION.payloadCodec())
            .resultCodec(ParcelSendJob.DEFINITION.resultCodec())
            .startWithin(Duration.ofMinutes(5))
            .build();
    JobSchedule unused =
        jobs.schedules()
            .put(
                "urgent",
                urgent,
                new ParcelSend("Bremen", 0),
                Timing.fixedDelay(Duration.ofMinutes(10)),
                ScheduleOptions.defaults(),
                Actor.of("ann"));

    assertThat(jobs.advance(Duration.ofHours(1))).as("no handler").isZero();

    // At 0, 15, 30, 45 and 60 minutes
    assertThat(jobs.count(JobQuery.all().withType(urgent))).isEqualTo(5);
  }

  private static JobDefinition<ParcelSend, ParcelSend.Receipt> bounded(WhenFull whenFull) {
    return JobDefinition.builder("parcel.bounded", ParcelSend.class, ParcelSend.Receipt.class)
        .payloadCodec(ParcelSendJob.DEFINITION.payloadCodec())
        .resultCodec(ParcelSendJob.DEFINITION.resultCodec())
        .backlog(BacklogRule.<ParcelSend>of(2).withWhenFull(whenFull))
        .build();
  }

  @Test
  void theOldestOfTooManyAreDropped() {
    ParcelSend parcel = new ParcelSend("Bremen", 0);
    List<UUID> ids =
        jobs
            .submitAll(
                bounded(WhenFull.DROP_OLDEST),
                List.of(parcel, parcel, parcel, parcel),
                SubmitOptions.defaults())
            .stream()
            .map(Submitted::jobId)
            .toList();
    int unused = jobs.drain();
    assertThat(ids)
        .extracting(id -> jobs.get(id).status())
        .containsExactly(
            JobStatus.CANCELLED, JobStatus.CANCELLED, JobStatus.PENDING, JobStatus.PENDING);
    assertThat(jobs.get(ids.get(0)).error().map(JobError::reason))
        .contains(JobError.Reason.DROPPED);
  }

  @Test
  void aFullBacklogLeavesOutRunsOfSchedules() {
    JobDefinition<ParcelSend, ParcelSend.Receipt> bounded = bounded(WhenFull.REFUSE);
    ParcelSend parcel = new ParcelSend("Bremen", 0);
    List<Submitted> waiting =
        jobs.submitAll(bounded, List.of(parcel, parcel), SubmitOptions.defaults());
    jobs.schedules()
        .put(
            "cron",
            bounded,
            parcel,
            Timing.cron("0 3 * * *", ZoneOffset.UTC),
            ScheduleOptions.defaults(),
            Actor.of("ann"));
    jobs.schedules()
        .put(
            "delay",
            bounded,
            parcel,
            Timing.fixedDelay(Duration.ofDays(1)),
            ScheduleOptions.defaults(),
            Actor.of("ann"));
    int unused = jobs.advance(Duration.ofDays(1));
    assertThat(jobs.schedules().list())
        .filteredOn(schedule -> schedule.type().equals("parcel.bounded"))
        .hasSize(2)
        .allSatisfy(
            schedule -> {
              assertThat(schedule.error().orElseThrow())
                  .startsWith("The runs that were due are left out. 1 job(s) of type");
              assertThat(schedule.leftOutAt()).isPresent();
              assertThat(schedule.lastRun()).isEmpty();
            });
    assertThat(jobs.count(JobQuery.all().withType(bounded))).isEqualTo(2);
    waiting.forEach(each -> jobs.cancel(each.jobId(), Actor.of("ann")));
    unused = jobs.advance(Duration.ofDays(1));
    assertThat(jobs.schedules().list())
        .filteredOn(schedule -> schedule.type().equals("parcel.bounded"))
        .allSatisfy(
            schedule -> {
              assertThat(schedule.error()).isEmpty();
              assertThat(schedule.lastRun()).isPresent();
            });
  }
}
