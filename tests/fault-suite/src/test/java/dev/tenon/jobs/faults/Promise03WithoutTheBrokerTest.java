package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.FaultJobs.Done;
import dev.tenon.jobs.faults.FaultJobs.Work;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 3: submit does not fail because RabbitMQ is away. Workers go on from the table within 10
 * s, and back to the broker when it returns.
 */
@HurtsServers
class Promise03WithoutTheBrokerTest {

  private static final Duration FALLS_BACK = Duration.ofSeconds(10);

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void workersContinueFromTheTableAndBack() {
    Node worker = site.start(site.worker("worker", 4)).awaitReady();
    site.awaitStatus(site.submit(Action.WORK, 1), JobStatus.COMPLETED);
    site.rabbit().kill();
    long gone = System.nanoTime();
    UUID during = site.submit(Action.WORK, 1);
    assertThat(Figures.since(gone)).as("time to submit").isLessThan(Duration.ofSeconds(5));
    site.awaitStatus(during, JobStatus.COMPLETED);
    Duration time = Figures.since(gone);
    Figures.report(
        "broker-loss", "From the broker's death until a job runs from the table", List.of(time));
    assertThat(time).isLessThan(FaultSettings.promised(FALLS_BACK));
    site.submitAll(200, Action.WORK, 5);
    await().atMost(Site.PATIENCE).until(() -> site.unfinished() == 0);
    site.rabbit().start();
    worker.awaitLogged("takes its jobs from RabbitMQ again", Site.PATIENCE);
    site.awaitStatus(site.submit(Action.WORK, 1), JobStatus.COMPLETED);
    await()
        .atMost(Site.PATIENCE)
        .until(() -> site.withChannel(c -> c.consumerCount(site.queue())) == 1);
    site.settle(Site.PATIENCE).mustBalance();
  }

  @Tag("full")
  @Test
  void aWholeSystemStartsAndWorksWithoutABroker() {
    site.rabbit().stop();
    site.start(site.worker("worker", 4));
    JobDefinition<Work, Done> type = FaultJobs.WORK;
    UUID id = site.submit(type, Action.FAIL_ONCE, 1, SubmitOptions.defaults());
    assertThat(site.awaitStatus(id, JobStatus.COMPLETED).attempts()).isEqualTo(2);
    site.settle(Site.PATIENCE).mustBalance();
  }

  @Tag("full")
  @Test
  void workersContinueFromTheTableWhileTheBrokerIsFrozen() {
    site.start(site.worker("worker", 4)).awaitReady();
    site.awaitStatus(site.submit(Action.WORK, 1), JobStatus.COMPLETED);
    site.rabbit().freeze();
    long frozen = System.nanoTime();
    Duration time;
    try {
      site.awaitStatus(site.submit(Action.WORK, 1), JobStatus.COMPLETED);
      time = Figures.since(frozen);
    } finally {
      site.rabbit().thaw();
    }
    Figures.report(
        "broker-freeze", "From the broker's freeze until a job runs from the table", List.of(time));
    assertThat(time).isLessThan(FALLS_BACK.multipliedBy(2));
    site.settle(Site.PATIENCE).mustBalance();
  }

  @Tag("full")
  @Test
  void workersContinueFromTheTableWhileTheBrokerTakesNoMessages() {
    site.start(site.worker("worker", 4)).awaitReady();
    site.awaitStatus(site.submit(Action.WORK, 1), JobStatus.COMPLETED);
    // The alarm of a broker that is out of memory: it stops reading from whoever publishes
    site.rabbit().rabbitmqctl("set_vm_memory_high_watermark", "0");
    try {
      UUID id = site.submit(Action.WORK, 1);
      site.awaitStatus(id, JobStatus.COMPLETED);
    } finally {
      site.rabbit().rabbitmqctl("set_vm_memory_high_watermark", "0.6");
    }
    site.settle(Site.PATIENCE).mustBalance();
  }
}
