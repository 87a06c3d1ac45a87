package dev.tenon.jobs.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.pointer.PublishedPointer;
import dev.tenon.jobs.internal.publish.PublishStore.Counted;
import dev.tenon.jobs.internal.publish.PublishStore.CountedPart;
import dev.tenon.jobs.internal.publish.PublishStore.CountedSoFar;
import dev.tenon.jobs.internal.store.JobKind;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.internal.store.WalkPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** However many jobs are queued, their messages are counted and found, some with each statement. */
class QueuedMessagesTest {

  private static final Duration AGE = Duration.ofSeconds(4);

  private StoreFixture store;
  private Leadership leadership;

  @BeforeEach
  void start() {
    store = StoreFixture.withPool();
    leadership =
        new LeaderStore(store.database).acquire("test", Duration.ofMinutes(10)).orElseThrow();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  /** Jobs that share a message by five, between others that run. */
  private void queued(String type, int priority, int count) {
    store.execute(
        """
        INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, submitted_by,
          max_attempts, retention_seconds, run_at, publish_at, message_id)
        SELECT gen_random_uuid(), '%1$s', 'jobs.%1$s', s.status, %2$d, '{}', 'tester', 3, 60,
          now() - interval '2 hours' + interval '1 ms' * (n / 10),
          now() - interval '1 hour', md5('%1$s%2$d' || n / 5)::uuid
        FROM generate_series(0, %3$d) n, (VALUES ('queued'), ('running')) AS s (status)
        """
            .formatted(type, priority, count - 1));
  }

  /** The messages of each routing key. */
  private Map<String, Long> countInParts(Instant until, int limit) {
    Map<String, Long> messages = new TreeMap<>();
    CountedSoFar soFar = null;
    do {
      CountedPart part = store.publishes.count(leadership, soFar, until, limit);
      for (Counted each : part.counted()) {
        assertThat(each.messages() + each.later()).isLessThanOrEqualTo(limit);
        messages.merge(each.routingKey(), each.messages(), Long::sum);
        messages.merge(each.routingKey() + " later", each.later(), Long::sum);
      }
      soFar = part.next();
    } while (soFar != null);
    messages.values().removeIf(each -> each == 0);
    return messages;
  }

  @Test
  void partsGiveTheWhole() {
    queued("a", 1, 600);
    queued("a", 2, 400);
    queued("b", 0, 50);
    assertThat(store.publishes.firstRoutingKeys()).containsExactlyInAnyOrder("jobs.a", "jobs.b");
    Instant now = store.publishes.now();
    Map<String, Long> all = Map.of("jobs.a", 200L, "jobs.b", 10L);
    assertThat(countInParts(now, 10_000)).isEqualTo(all);
    assertThat(countInParts(now, 30)).isEqualTo(all);
    assertThat(countInParts(now, 1)).isEqualTo(all);
    assertThat(countInParts(now.minusSeconds(4000), 30))
        .isEqualTo(Map.of("jobs.a later", 200L, "jobs.b later", 10L));
  }

  @Test
  void whatWasParkedAndPublishedAgainIsCounted() {
    queued("a", 1, 10);
    store.execute(
        "UPDATE by_test.jobs SET external_policy = '{}', parked_at = now(), message_id = NULL"
            + " WHERE status = 'queued'");
    assertThat(countInParts(store.publishes.now(), 3)).isEqualTo(Map.of("jobs.a", 10L));
    assertThat(found(List.of(new JobKind("", (short) 0)), 3)).hasSize(10);
  }

  @Test
  void allThatAreQueuedAreFoundInParts() {
    queued("a", 1, 600);
    queued("a", 2, 400);
    queued("b", 0, 50);
    List<JobKind> kinds =
        List.of(
            new JobKind("a", (short) 2), new JobKind("b", (short) 0), new JobKind("a", (short) 1));
    assertThat(found(kinds, 10_000)).hasSize(1_000);
    assertThat(found(kinds, 70)).hasSize(1_000);
    store.execute(
        "UPDATE by_test.jobs SET publish_at = now() WHERE priority = 1 AND status = 'queued'");
    assertThat(found(kinds, 70)).as("without those that were published just now").hasSize(400);
  }

  @Test
  void whatHasWaitedForLongIsFoundBehindManyThatRun() {
    store.insertMany("a", 1, "now() - interval '2 hours'", "NULL", 10_000);
    store.execute("UPDATE /* by the test */ tenon.live_jobs SET status = 'running'");
    List<UUID> waiting = store.insertMany("a", 1, "now() - interval '1 hour'", "NULL", 5);
    assertThat(store.publishes.queuedFor(Duration.ofMinutes(1), 10))
        .extracting(JobPointer::jobId)
        .containsExactlyInAnyOrderElementsOf(waiting);
  }

  /** The jobs of one routing key. */
  private Set<UUID> found(List<JobKind> kinds, int limit) {
    List<WalkPlace> places = new ArrayList<>(kinds.stream().map(WalkPlace::beginning).toList());
    Set<UUID> found = new HashSet<>();
    while (!places.isEmpty()) {
      PublishStore.Queued part =
          store.publishes.queued(leadership, places, List.of("jobs.a"), AGE, limit);
      assertThat(part.pointers()).hasSizeLessThanOrEqualTo(limit);
      for (PublishedPointer each : part.pointers()) {
        assertThat(found.add(each.pointer().jobId())).as("found once").isTrue();
      }
      places = part.rest();
    }
    return found;
  }
}
