package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.faults.FaultJobs.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How long it takes from the death of a process until its job runs elsewhere, at the default
 * heartbeat: with RabbitMQ and without, idle and behind a backlog. In the first half of the kills,
 * the process also leads.
 */
@Tag("thorough")
@SharesServers
class RescueTimesTest {

  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final Duration ACQUAINTED = Duration.ofSeconds(5);
  private static final Duration NINE_OF_TEN = Duration.ofSeconds(5);
  private static final Duration ALL = Duration.ofSeconds(18);
  private static final int KILLS = FaultSettings.choose(1, 20);
  private static final int BACKLOG = FaultSettings.choose(2_000, 100_000);
  private static final int BATCH = 1_000;
  private static final int MILLIS = 50;

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
  }

  @AfterEach
  void close() {
    site.close();
  }

  private Node start(boolean rabbitMq, String name, int slots) {
    Node.Builder node =
        (slots == 0 ? site.node(name) : site.worker(name, slots)).heartbeat(HEARTBEAT);
    return site.start(rabbitMq ? node : node.amqpUris()).awaitReady();
  }

  @ParameterizedTest(name = "RabbitMQ: {0}, backlog: {1}")
  @CsvSource({"true, false", "true, true", "false, false", "false, true"})
  void killedProcesses(boolean rabbitMq, boolean hasBacklog) {
    site.runtime(
        (rabbitMq ? site.runtimeBuilder() : site.runtimeBuilderWithoutRabbit())
            .heartbeatInterval(HEARTBEAT)
            .maintenance(false));
    for (int i = 0; hasBacklog && i < BACKLOG; i += BATCH) {
      site.submitAll(BATCH, Action.WORK, MILLIS);
    }
    Node owner = start(rabbitMq, "first", 4);
    List<Duration> times = new ArrayList<>();
    for (int kill = 0; kill < KILLS; kill++) {
      UUID id =
          site.submit(
              FaultJobs.WORK,
              Action.ENDLESS,
              0,
              SubmitOptions.defaults().withPriority(JobPriority.CRITICAL));
      owner.awaitStarted(id);
      if (kill > 0 && kill == KILLS / 2) {
        // It leads from the next kill on
        start(rabbitMq, "steady", 0);
      }
      Node next = start(rabbitMq, "next", 4);
      // Not always at the same moment between two looks
      Site.sleep(ACQUAINTED.plusMillis(370L * kill % 3000));
      owner.kill();
      long killed = System.nanoTime();
      next.awaitStarted(id);
      times.add(Figures.since(killed));
      site.jobs().cancel(id, Actor.of("ann"));
      site.awaitStatus(id, JobStatus.CANCELLED);
      owner = next;
    }
    report(rabbitMq, hasBacklog, times);
  }

  private static void report(boolean rabbitMq, boolean hasBacklog, List<Duration> times) {
    Collections.sort(times);
    Duration nineOfTen = times.get((times.size() * 9 + 9) / 10 - 1);
    Duration worst = times.get(times.size() - 1);
    String where =
        (rabbitMq ? "with RabbitMQ" : "without RabbitMQ") + (hasBacklog ? ", backlog" : ", idle");
    Figures.report(
        "rescue-times-" + where.replace(", ", "-").replace(' ', '-'),
        String.format(
            Locale.ROOT,
            "From a kill until the job runs elsewhere, %s: median %.1f s, 90 %% within %.1f s, "
                + "worst %.1f s, of %d",
            where,
            times.get(times.size() / 2).toMillis() / 1000.0,
            nineOfTen.toMillis() / 1000.0,
            worst.toMillis() / 1000.0,
            times.size()));
    assertThat(worst).isLessThan(FaultSettings.promised(ALL));
    if (FaultSettings.isFull()) {
      assertThat(nineOfTen).isLessThan(NINE_OF_TEN);
    }
  }
}
