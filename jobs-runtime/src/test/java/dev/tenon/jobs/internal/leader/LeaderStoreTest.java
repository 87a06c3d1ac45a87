package dev.tenon.jobs.internal.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.internal.store.HeartbeatStore;
import dev.tenon.jobs.internal.store.HeartbeatStore.LedBy;
import dev.tenon.jobs.internal.store.StoreFixture;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaderStoreTest {

  private static final Duration TERM = Duration.ofSeconds(10);

  private StoreFixture store;
  private LeaderStore leaders;

  @BeforeEach
  void start() {
    store = new StoreFixture();
    leaders = new LeaderStore(store.database);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void oneProcessIsLeaderUntilItsTermEnds() {
    Leadership first = leaders.acquire("first", TERM).orElseThrow();
    assertThat(leaders.acquire("second", TERM)).isEmpty();
    assertThat(leaders.acquire("first", TERM)).contains(first);
    leaders.release(first);
    assertThat(leaders.acquire("second", TERM)).contains(new Leadership("second", 2));
  }

  @Test
  void aLeadFromBeforeTheClockWasSetBackIsTakenOver() {
    assertThat(leaders.acquire("dead", TERM)).isPresent();
    store.execute("UPDATE tenon.leaders SET expires_at = now() + interval '1 hour'");
    assertThat(leaders.acquire("living", TERM)).contains(new Leadership("living", 2));
  }

  private LeaderStore.Leader seen() {
    LedBy ledBy = new HeartbeatStore(store.database).heartbeats(false).ledBy();
    return Objects.requireNonNull(ledBy).leader();
  }

  @Test
  void aLeaderWhoseProcessHasEndedIsReplacedBeforeItsTermEnds() {
    Leadership first = leaders.acquire("first", TERM).orElseThrow();
    LeaderStore.Leader ended = seen();
    assertThat(leaders.takeOver(ended, "second", TERM)).contains(new Leadership("second", 2));
    assertThat(leaders.takeOver(ended, "third", TERM)).as("the second was faster").isEmpty();
    assertThatThrownBy(() -> LeaderStore.asLeader(store.database, first, dsl -> "led"))
        .isInstanceOf(LeadershipLostException.class);
  }

  @Test
  void aLeaderThatHasRenewedItsTermSinceTheLookIsNotReplaced() {
    Leadership first = leaders.acquire("first", TERM).orElseThrow();
    LeaderStore.Leader seen = seen();
    assertThat(leaders.acquire("first", TERM)).contains(first);
    assertThat(leaders.takeOver(seen, "second", TERM)).isEmpty();
    String led = LeaderStore.asLeader(store.database, first, dsl -> "led");
    assertThat(led).isEqualTo("led");
  }

  @Test
  void noLockIsWaitedForWhileTheRowOfTheLeaderIsHeld() {
    Leadership leadership = leaders.acquire("me", TERM).orElseThrow();
    Object timeout =
        LeaderStore.asLeader(
            store.database, leadership, dsl -> dsl.fetchValue("SHOW lock_timeout"));
    assertThat(timeout).isEqualTo("2s");
  }
}
