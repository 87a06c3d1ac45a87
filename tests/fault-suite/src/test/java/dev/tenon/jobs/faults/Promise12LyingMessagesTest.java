package dev.tenon.jobs.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.faults.FaultJobs.Action;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 12: forged ids, garbage, bodies of 10 MB and unknown types do no harm, are counted, and
 * go to the dead-letter queue, which is bounded.
 */
@Tag("thorough")
@SharesServers
class Promise12LyingMessagesTest {

  private static final String KEY = FaultJobs.WORK.routingKey();
  private static final int TEN_MEGABYTES = 10 << 20;

  private Site site;
  private Node worker;

  @BeforeEach
  void open() {
    site = new Site();
    site.runtime();
    worker = site.start(site.worker("worker", 4)).awaitReady();
    site.awaitStatus(site.submit(Action.WORK, 1), JobStatus.COMPLETED);
  }

  @AfterEach
  void close() {
    site.close();
  }

  private static byte[] pointer(UUID id, String type) {
    return "{\"jobId\":\"%s\",\"type\":\"%s\"}".formatted(id, type).getBytes(UTF_8);
  }

  private void mustWork() {
    site.awaitStatus(site.submit(Action.WORK, 1), JobStatus.COMPLETED);
    assertThat(worker.process().isAlive()).isTrue();
  }

  @Test
  void garbageGoesToTheDeadLetters() {
    List<String> garbage =
        List.of(
            "garbage",
            "",
            "null",
            "[]",
            "{}",
            "{\"jobId\":7,\"type\":\"fault.work\"}",
            "{\"jobId\":\"not-an-id\",\"type\":\"fault.work\"}",
            "{\"jobId\":\"" + UUID.randomUUID() + "\"}",
            "{\"a\":".repeat(10_000));
    for (String body : garbage) {
      site.publish(KEY, body.getBytes(UTF_8));
    }
    await().atMost(Site.PATIENCE).until(() -> site.depth(site.deadLetters()) == garbage.size());
    worker.awaitLogged(garbage.size() + " messages were not pointers", Site.PATIENCE);
    mustWork();
    site.settle(Site.PATIENCE).mustBalance();
  }

  @Test
  void forgedPointersRunNothingTwiceAndNothingOfOthers() {
    UUID done = site.submit(Action.WORK, 1);
    site.awaitStatus(done, JobStatus.COMPLETED);
    UUID delayed =
        site.submit(
            FaultJobs.WORK,
            Action.WORK,
            1,
            SubmitOptions.defaults().withDelay(Duration.ofSeconds(30)));
    UUID running = site.submit(Action.STUBBORN, 3_000);
    worker.awaitStarted(running);
    IntStream.range(0, 5)
        .forEach(
            i -> {
              site.publish(KEY, pointer(done, FaultJobs.WORK.type()));
              site.publish(KEY, pointer(delayed, FaultJobs.WORK.type()));
              site.publish(KEY, pointer(running, FaultJobs.WORK.type()));
              site.publish(KEY, pointer(UUID.randomUUID(), FaultJobs.WORK.type()));
              site.publish(KEY, pointer(done, FaultJobs.HURRY.type()));
            });
    mustWork();
    assertThat(site.jobs().get(delayed).status())
        .as("not before its time")
        .isEqualTo(JobStatus.PENDING);
    site.awaitStatus(running, JobStatus.COMPLETED);
    site.awaitStatus(delayed, JobStatus.COMPLETED);
    BooksReport report = site.settle(Site.PATIENCE).mustBalance();
    assertThat(report.executions()).isEqualTo(report.jobs());
  }

  @Test
  void bodiesOfTenMegabytesDoNoHarmAndDoNotFillTheBroker() {
    int count = FaultSettings.choose(12, 40);
    byte[] body = new byte[TEN_MEGABYTES];
    for (int i = 0; i < count; i++) {
      site.publish(KEY, body);
    }
    await().atMost(Site.PATIENCE).until(() -> site.depth(site.queue()) == 0);
    mustWork();
    worker.awaitLogged("is not a pointer to a job", Site.PATIENCE);
    long bytes =
        site
            .rabbit()
            .rabbitmqctl("list_queues", "--no-table-headers", "name", "message_bytes")
            .stream()
            .filter(line -> line.startsWith(site.deadLetters() + "\t"))
            .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('\t') + 1)))
            .sum();
    assertThat(bytes).as("bytes in the dead-letter queue").isLessThan(110L << 20);
    site.settle(Site.PATIENCE).mustBalance();
  }
}
