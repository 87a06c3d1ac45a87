package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobService.CancelResult;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.faults.FaultJobs.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 8: cancel and timeout reach the handler as flag, check and interrupt; one that ignores
 * them does not hold the job hostage, and its thread is reported.
 */
@Tag("thorough")
class Promise08CancelTest {

  /** A second by the broker; ten times that on a busy machine. */
  private static final Duration BY_BROKER = Duration.ofSeconds(10);

  /** Five seconds until the attempt is over without its handler. */
  private static final Duration STUBBORN = Duration.ofSeconds(15);

  private static final int STUBBORN_MILLIS = 30_000;

  private Site site;
  private Node worker;

  @BeforeEach
  void open() {
    site = new Site();
    site.runtime();
    worker = site.start(site.worker("worker", 2)).awaitReady();
  }

  @AfterEach
  void close() {
    site.close();
  }

  private Duration timeToCancel() {
    UUID id = site.submit(Action.ENDLESS, 0);
    worker.awaitStarted(id);
    long start = System.nanoTime();
    assertThat(site.jobs().cancel(id, Actor.of("ann"))).isEqualTo(CancelResult.REQUESTED);
    site.awaitStatus(id, JobStatus.CANCELLED);
    Duration time = Figures.since(start);
    worker.awaitLogged(Node.SIGNALLED + id + " with flag", Site.PATIENCE);
    return time;
  }

  @SharesServers
  @Test
  void aCancelReachesTheHandler() {
    List<Duration> times = new ArrayList<>();
    for (int i = 0; i < FaultSettings.choose(10, 100); i++) {
      times.add(timeToCancel());
    }
    Figures.report("cancel", "From a cancel until the job is cancelled, by RabbitMQ", times);
    assertThat(times).allSatisfy(time -> assertThat(time).isLessThan(BY_BROKER));
    site.settle(Site.PATIENCE).mustBalance();
  }

  @HurtsServers
  @Tag("full")
  @Test
  void aCancelReachesTheHandlerWithoutTheBroker() {
    site.rabbit().kill();
    List<Duration> times = new ArrayList<>();
    for (int i = 0; i < FaultSettings.choose(2, 10); i++) {
      times.add(timeToCancel());
    }
    Figures.report(
        "cancel-by-table", "From a cancel until the job is cancelled, by the table", times);
    assertThat(times).allSatisfy(time -> assertThat(time).isLessThan(BY_BROKER));
    site.settle(Site.PATIENCE).mustBalance();
  }

  @SharesServers
  @Test
  void aStubbornHandlerDoesNotHoldTheJob() {
    UUID cancelled = site.submit(Action.STUBBORN, STUBBORN_MILLIS);
    UUID late =
        site.submit(FaultJobs.HURRY, Action.STUBBORN, STUBBORN_MILLIS, SubmitOptions.defaults());
    worker.awaitStarted(cancelled);
    worker.awaitStarted(late);
    long start = System.nanoTime();
    site.jobs().cancel(cancelled, Actor.of("ann"));
    Job timedOut = site.awaitStatus(late, JobStatus.FAILED);
    assertThat(site.jobs().attempts(late))
        .extracting(JobAttempt::outcome)
        .containsExactly(JobAttempt.Outcome.TIMED_OUT);
    assertThat(timedOut.error().orElseThrow().message().orElseThrow()).contains("timeout of 2 s");
    site.awaitStatus(cancelled, JobStatus.CANCELLED);
    assertThat(Figures.since(start)).isLessThan(STUBBORN);
    // Both slots are free though both threads are not
    UUID next = site.submit(Action.WORK, 1);
    site.awaitStatus(next, JobStatus.COMPLETED);
    assertThat(Figures.since(start)).isLessThan(Duration.ofMillis(STUBBORN_MILLIS));
    for (UUID id : List.of(cancelled, late)) {
      worker
          .process()
          .awaitLine(
              line ->
                  line.contains("continues although its attempt has ended")
                      && line.contains(id.toString()),
              Site.PATIENCE);
      worker.process().awaitLine((Node.RETURNED + id)::equals, Site.PATIENCE);
    }
    worker.awaitLogged("interrupted, and goes on", Site.PATIENCE);
    site.settle(Site.PATIENCE).mustBalance();
  }
}
