package dev.tenon.jobs.internal.worker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.internal.store.Lease;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CancelHintsTest {

  private final Map<UUID, Lease> running = new ConcurrentHashMap<>();
  private final Map<UUID, Lease> requested = new ConcurrentHashMap<>();
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final Queue<Collection<UUID>> asked = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<UUID> cancelled = new LinkedBlockingQueue<>();
  private final CancelHints hints =
      new CancelHints("worker", running::get, this::lookUp, cancelled::add);

  @AfterEach
  void close() throws InterruptedException {
    hints.close();
  }

  private List<Lease> lookUp(Collection<UUID> jobIds) {
    looks.incrementAndGet();
    asked.add(jobIds);
    if (failures.getAndDecrement() > 0) {
      throw new IllegalStateException("the database is away");
    }
    return jobIds.stream().filter(requested::containsKey).map(requested::get).toList();
  }

  private UUID run(long lease) {
    UUID id = UUID.randomUUID();
    running.put(id, new Lease(id, lease, "worker"));
    return id;
  }

  private void request(UUID id, long lease) {
    requested.put(id, new Lease(id, lease, "worker"));
  }

  @Test
  void aHintIsBelievedOnlyIfTheTableSaysSo() throws Exception {
    hints.start();
    UUID forged = run(1);
    UUID real = run(1);
    request(real, 1);
    hints.heard(forged);
    hints.heard(real);
    assertThat(cancelled.poll(30, SECONDS)).isEqualTo(real);
    await().untilAsserted(() -> assertThat(asked).anyMatch(ids -> ids.contains(forged)));
    assertThat(cancelled).isEmpty();
  }

  @Test
  void whatRunsElsewhereCostsNoStatement() throws Exception {
    hints.start();
    IntStream.range(0, 10_000).forEach(i -> hints.heard(UUID.randomUUID()));
    UUID real = run(1);
    request(real, 1);
    hints.heard(real);
    assertThat(cancelled.poll(30, SECONDS)).isEqualTo(real);
    assertThat(asked).containsExactly(List.of(real));
  }

  @Test
  void aFloodCostsAFewStatementsASecondAndHidesNoRealHint() throws Exception {
    hints.start();
    List<UUID> ids = IntStream.range(0, 50).mapToObj(i -> run(1)).toList();
    UUID real = run(1);
    long start = System.nanoTime();
    for (int round = 0; round < 20_000; round++) {
      hints.heard(ids.get(round % ids.size()));
      if (round == 10_000) {
        request(real, 1);
        hints.heard(real);
      }
    }
    assertThat(cancelled.poll(30, SECONDS)).isEqualTo(real);
    int looked = looks.get();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(looked)
        .isLessThanOrEqualTo((int) (took.toMillis() / CancelHints.MIN_INTERVAL.toMillis()) + 1);
  }

  @Test
  void theLeaseOfAnEarlierAttemptIsNotCancelled() throws Exception {
    hints.start();
    UUID again = run(2);
    request(again, 1);
    hints.heard(again);
    await().until(() -> looks.get() >= 1);
    UUID other = run(1);
    request(other, 1);
    hints.heard(other);
    assertThat(cancelled.poll(30, SECONDS)).isEqualTo(other);
    assertThat(cancelled).isEmpty();
  }

  @Test
  void aHintOutlivesAFailureOfTheDatabase() throws Exception {
    failures.set(1);
    UUID real = run(1);
    request(real, 1);
    hints.start();
    hints.heard(real);
    assertThat(cancelled.poll(30, SECONDS)).isEqualTo(real);
    assertThat(looks).hasValue(2);
  }
}
