package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.liveness.CurrentSession;
import dev.tenon.jobs.internal.liveness.ProcessSession;
import dev.tenon.jobs.internal.operate.HealthStore;
import dev.tenon.jobs.internal.store.HeartbeatStore.LedBy;
import dev.tenon.jobs.internal.store.HeartbeatStore.SeenSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What workers say of themselves. */
class WorkerStoreTest {

  private final StoreFixture store = new StoreFixture();
  private final WorkerStore workers = new WorkerStore(store.database);
  private final HeartbeatStore heartbeats = new HeartbeatStore(store.database);
  private final RescueStore rescues = new RescueStore(store.database);

  @AfterEach
  void stop() {
    store.close();
  }

  private Map<String, String> processes() {
    return heartbeats.heartbeats(false).beats().stream()
        .collect(Collectors.toMap(HeartbeatStore.Beat::workerId, HeartbeatStore.Beat::process));
  }

  @Test
  void containersWithTheSameHostNameAndProcessIdAreDifferentProcesses() {
    for (String worker : List.of("a", "b", "elsewhere")) {
      workers.register(worker, "container", 1, 1, Map.of("test.note", 1));
    }
    // As another JVM would have said it
    store.execute("UPDATE tenon.workers SET process = gen_random_uuid() WHERE id = 'elsewhere'");

    assertThat(processes().get("a")).isNotEmpty().isEqualTo(processes().get("b"));
    assertThat(processes().get("elsewhere")).isNotEmpty().isNotEqualTo(processes().get("a"));

    store.execute("UPDATE tenon.workers SET process = NULL");
    assertThat(processes())
        .as("workers in other languages have host and process id only")
        .containsOnly(
            Map.entry("a", "container 1"),
            Map.entry("b", "container 1"),
            Map.entry("elsewhere", "container 1"));
  }

  private @Nullable SeenSession seen(String worker) {
    return heartbeats.heartbeats(false).beats().stream()
        .filter(beat -> beat.workerId().equals(worker))
        .findFirst()
        .orElseThrow()
        .session();
  }

  @Test
  void aHeartbeatSaysWhichSessionTheProcessHas() throws SQLException {
    CurrentSession session = new CurrentSession();
    WorkerStore sayingIt = new WorkerStore(store.database, session);
    sayingIt.register("w", "host", 1, 1, Map.of());
    assertThat(seen("w")).isNull();
    long key = -7_000_000_000L;
    session.began(new ProcessSession(key, "port"));
    try (Connection connection = store.postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(" + key + ")");
      assertThat(sayingIt.heartbeat("w", false, Optional.empty())).isPresent();
      sayingIt.register("w2", "host", 1, 1, Map.of());
      SeenSession held = new SeenSession(key, "port", true);
      assertThat(seen("w")).isEqualTo(held);
      assertThat(seen("w2")).isEqualTo(held);
      assertThat(new LeaderStore(store.database, session).acquire("me", Duration.ofMinutes(1)))
          .isPresent();
      LedBy ledBy = heartbeats.heartbeats(false).ledBy();
      assertThat(ledBy).extracting(LedBy::session).isEqualTo(held);
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> new SeenSession(key, "port", false).equals(seen("w")));
    assertThat(seen("w"))
        .as("a look leaves no lock")
        .isEqualTo(new SeenSession(key, "port", false));
    session.ended();
    assertThat(sayingIt.heartbeat("w", false, Optional.empty())).isPresent();
    assertThat(seen("w")).isNull();
  }

  @Test
  void aWorkerSaysWhichVersionsItKnows() {
    workers.register("w", "host", 1, 1, Map.of("test.b", 2, "test.a", 7));
    workers.register("older", "host", 1, 1, Map.of("test.b", 1));

    HealthStore.Served served = new HealthStore(store.database).served(Duration.ofMinutes(1));

    assertThat(served.versions()).isEqualTo(Map.of("test.a", 7, "test.b", 2));
  }

  private int claims() {
    return store.database.dsl().fetchCount(store.database.tables().claims);
  }

  @Test
  void claimsAreForgottenOnceAllOfTheirJobsHaveEnded() {
    workers.register("w", "here", 1, 10, Map.of());
    List<Lease> leases = store.claim("w", store.submit(2));
    workers.forgetClaims("w");
    assertThat(claims()).isOne();
    store.outcomes.finish(List.of(new AttemptEnd.Completed(leases.get(0), null, 1)));
    workers.forgetClaims("w");
    assertThat(claims()).as("one of its jobs runs").isOne();
    store.outcomes.finish(List.of(new AttemptEnd.Released(leases.get(1))));
    workers.forgetClaims("w");
    assertThat(claims()).isZero();
  }

  @Test
  void aJobThatComesBackToItsWorkerKeepsOnlyTheLastClaim() {
    workers.register("w", "here", 1, 10, Map.of());
    for (Lease lease : store.claim("w", store.submit(2))) {
      store.outcomes.finish(List.of(new AttemptEnd.Released(lease)));
      store.claim("w", List.of(lease.jobId()));
    }
    assertThat(claims()).isEqualTo(3);
    workers.forgetClaims("w");
    assertThat(claims()).as("both jobs have come back since the first one").isEqualTo(2);
    assertThat(workers.heartbeat("w", false, Optional.empty()).orElseThrow().running()).hasSize(2);
  }

  @Test
  void theClaimsOfAWorkerThatStopsAreForgotten() {
    workers.register("w", "here", 1, 10, Map.of());
    List<Lease> leases = store.claim("w", store.submit(1));
    store.outcomes.finish(List.of(new AttemptEnd.Completed(leases.get(0), null, 1)));
    workers.deregister("w");
    assertThat(claims()).isZero();
  }

  @Test
  void theClaimsOfAWorkerThatIsGoneAreFoundAndForgotten() {
    store.claim("gone", store.submit(2));
    assertThat(heartbeats.heartbeats(false).beats()).isEmpty();
    List<RescueStore.Silent> silent =
        heartbeats.heartbeats(true).beats().stream()
            .map(beat -> new RescueStore.Silent(beat, true))
            .toList();
    assertThat(silent).extracting(each -> each.beat().workerId()).containsExactly("gone");
    Leadership leadership =
        new LeaderStore(store.database).acquire("me", Duration.ofMinutes(5)).orElseThrow();
    assertThat(rescues.rescue(leadership, silent, 3, 1)).hasSize(1);
    assertThat(claims()).as("one of its jobs is left").isOne();
    assertThat(rescues.rescue(leadership, silent, 3, 10)).hasSize(1);
    assertThat(claims()).isZero();
    assertThat(heartbeats.heartbeats(true).beats()).isEmpty();
  }
}
