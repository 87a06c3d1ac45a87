package dev.tenon.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.store.PublishStore.Counted;
import dev.tenon.jobs.store.PublishStore.Uncounted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** However many jobs are queued, their messages are counted, some with each statement. */
class QueuedMessagesTest {

  private StoreFixture store;
  private Leadership leadership;

  @BeforeEach
  void start() {
    store = new StoreFixture();
    leadership =
        new LeaderStore(store.database).acquire("test", Duration.ofMinutes(1)).orElseThrow();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  /** Jobs that were noted as queued ten at a time, and share a message by five. */
  private void queued(String routingKey, int count) {
    store.execute(
        """
        INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes, submitted_by, max_attempts,
          retention_seconds, publish_at, message_id)
        SELECT gen_random_uuid(), 't', '%s', 'queued', 1, '{}', 2, 'tester', 3, 60,
          now() - interval '1 hour' + interval '1 ms' * (n / 10), md5('%1$s' || n / 5)::uuid
        FROM generate_series(0, %s) n
        """
            .formatted(routingKey, count - 1));
  }

  private int countInParts(List<String> routingKeys, Instant until, int limit) {
    Deque<Uncounted> rest = new ArrayDeque<>();
    routingKeys.forEach(key -> rest.add(new Uncounted(key, null)));
    int messages = 0;
    while (!rest.isEmpty()) {
      List<Uncounted> some = List.copyOf(rest);
      rest.clear();
      for (Counted each : store.publishes.count(leadership, some, until, limit)) {
        assertThat(each.messages()).as("of one statement").isLessThanOrEqualTo(limit + 10);
        messages += each.messages();
        each.rest().ifPresent(rest::add);
      }
    }
    return messages;
  }

  @Test
  void partsGiveTheWhole() {
    queued("jobs.a", 1_000);
    queued("jobs.b", 50);
    PublishStore.Queued queued = store.publishes.queued();
    assertThat(queued.routingKeys()).containsExactlyInAnyOrder("jobs.a", "jobs.b");
    assertThat(countInParts(queued.routingKeys(), queued.now(), 10_000)).isEqualTo(210);
    assertThat(countInParts(queued.routingKeys(), queued.now(), 30)).isEqualTo(210);
    assertThat(countInParts(queued.routingKeys(), queued.now(), 1)).isEqualTo(210);
    assertThat(countInParts(queued.routingKeys(), queued.now().minusSeconds(4000), 30)).isZero();
  }
}
