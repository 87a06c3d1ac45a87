package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.faults.FaultJobs.Action;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 7: a worker that stops takes no more, gives its handlers the grace period and then the
 * signal; what it releases costs no attempt; the whole is bounded.
 */
@Tag("thorough")
class Promise07ShutdownTest {

  private static final Duration GRACE = Duration.ofSeconds(10);

  /** Grace, five seconds to heed the signal, five to record, and a busy machine. */
  private static final Duration BOUND = GRACE.plusSeconds(5 + 5).plusSeconds(8);

  private static final int TERMINATED = 143;

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
    site.runtime();
  }

  @AfterEach
  void close() {
    site.close();
  }

  @SharesServers
  @Test
  void handlersGetTheirGraceThenTheSignalAndTheRestIsReleased() {
    Node node = site.start(site.worker("stopping", 3).grace(GRACE)).awaitReady();
    UUID quick = site.submit(Action.STUBBORN, 8_000);
    UUID obedient = site.submit(Action.ENDLESS, 0);
    UUID stubborn = site.submit(Action.STUBBORN, 60_000);
    List.of(quick, obedient, stubborn).forEach(node::awaitStarted);
    UUID waiting = site.submit(Action.WORK, 1);
    node.process().terminate();
    long start = System.nanoTime();
    UUID late = site.submit(Action.WORK, 1);
    assertThat(node.process().awaitExit(BOUND.plus(Site.PATIENCE))).isEqualTo(TERMINATED);
    Duration time = Figures.since(start);
    Figures.report("shutdown", "Shutdown with a grace period of 10 s", List.of(time));
    assertThat(time).isLessThan(BOUND);

    assertThat(site.jobs().get(quick).status()).isEqualTo(JobStatus.COMPLETED);
    node.awaitLogged(Node.SIGNALLED + obedient + " with flag", Site.PATIENCE);
    for (UUID id : List.of(obedient, stubborn)) {
      Job job = site.jobs().get(id);
      assertThat(job.status()).isIn(JobStatus.PENDING, JobStatus.QUEUED);
      assertThat(job.attempts()).as("what is released costs no attempt").isZero();
      assertThat(site.jobs().attempts(id))
          .extracting(JobAttempt::outcome)
          .containsExactly(JobAttempt.Outcome.RELEASED);
    }
    for (UUID id : List.of(waiting, late)) {
      assertThat(site.jobs().attempts(id)).as("nothing is claimed any more").isEmpty();
    }
    site.jobs().cancel(obedient, Actor.of("ann"));
    site.jobs().cancel(stubborn, Actor.of("ann"));
    site.start(site.worker("next", 3));
    site.awaitStatus(waiting, JobStatus.COMPLETED);
    site.awaitStatus(late, JobStatus.COMPLETED);
    site.settle(Site.PATIENCE).mustBalance();
  }

  @HurtsServers
  @Tag("full")
  @Test
  void aShutdownWithoutItsDatabaseIsBoundedToo() {
    Node node = site.start(site.worker("stopping", 2).grace(GRACE)).awaitReady();
    UUID id = site.submit(Action.STUBBORN, 1_000);
    node.awaitStarted(id);
    site.postgres().freeze();
    node.process().terminate();
    long start = System.nanoTime();
    try {
      int unused = node.process().awaitExit(BOUND.multipliedBy(3));
    } finally {
      site.postgres().thaw();
    }
    Duration time = Figures.since(start);
    Figures.report(
        "shutdown-without-database", "Shutdown while PostgreSQL is frozen", List.of(time));
    assertThat(time).isLessThan(BOUND.multipliedBy(2));
    site.start(site.worker("next", 2));
    site.awaitStatus(id, JobStatus.COMPLETED);
    site.settle(Site.PATIENCE).mustBalance();
  }

  @HurtsServers
  @Tag("full")
  @Test
  void aShutdownWithoutItsBrokerIsBoundedToo() {
    Node node = site.start(site.worker("stopping", 2).grace(GRACE)).awaitReady();
    UUID id = site.submit(Action.STUBBORN, 1_000);
    node.awaitStarted(id);
    site.rabbit().freeze();
    node.process().terminate();
    long start = System.nanoTime();
    try {
      assertThat(node.process().awaitExit(BOUND.multipliedBy(3))).isEqualTo(TERMINATED);
    } finally {
      site.rabbit().thaw();
    }
    Duration time = Figures.since(start);
    Figures.report("shutdown-without-broker", "Shutdown while RabbitMQ is frozen", List.of(time));
    assertThat(time).isLessThan(BOUND.multipliedBy(2));
    site.awaitStatus(id, JobStatus.COMPLETED);
    site.settle(Site.PATIENCE).mustBalance();
  }
}
