package dev.tenon.jobs.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.internal.attempt.Deadlines;
import dev.tenon.jobs.internal.attempt.Slots;
import dev.tenon.jobs.internal.recording.ClaimsInProgress;
import dev.tenon.jobs.internal.recording.DatabaseContact;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.OutcomeStore;
import dev.tenon.jobs.internal.store.WorkerStore;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HeartbeatTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration INTERVAL = Duration.ofMillis(50);

  private final ClaimsInProgress claims = new ClaimsInProgress();
  private final AtomicInteger beats = new AtomicInteger();
  private final List<Boolean> quietings = new CopyOnWriteArrayList<>();

  @Test
  void aJobIsNotReleasedWhileTheClaimMayBeUnderWayThatHasBroughtIt() throws Exception {
    try (PostgresDatabase postgres = TenonDatabase.shared();
        Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      Heartbeat heartbeat = heartbeat(postgres);
      ClaimsInProgress.Claim claim = claims.begin();
      // Others that come and go do not matter
      claims.end(claims.begin());
      heartbeat.start();
      try {
        statement.execute(
            "INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority,"
                + " payload, payload_bytes, submitted_by, max_attempts, retention_seconds,"
                + " worker_id, lease, attempts, started_at) VALUES (gen_random_uuid(), 'test.beat',"
                + " 'key', 'running', 2, '{}', 2, 'tester', 3, 1000, 'w', 1, 1, now())");
        int seen = beats.get();
        await().atMost(PATIENCE).until(() -> beats.get() > seen + 10);
        claims.end(claims.begin());
        int later = beats.get();
        await().atMost(PATIENCE).until(() -> beats.get() > later + 10);
        assertThat(status(statement)).as("while its claim is under way").isEqualTo("running");
        claims.end(claim);
        await().atMost(PATIENCE).until(() -> status(statement).equals("pending"));
      } finally {
        heartbeat.close();
      }
    }
  }

  @Test
  void aWorkerStaysQuietedUntilItIsResumedWhateverBecomesOfItsRow() throws Exception {
    try (PostgresDatabase postgres = TenonDatabase.shared();
        Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      Heartbeat heartbeat = heartbeat(postgres);
      heartbeat.start();
      try {
        statement.execute("UPDATE tenon.workers SET quieted_at = now() WHERE id = 'w'");
        await().atMost(PATIENCE).until(() -> quietings.equals(List.of(true)));
        statement.execute("DELETE FROM tenon.workers WHERE id = 'w'");
        await().atMost(PATIENCE).until(() -> isQuieted(statement));
        int seen = beats.get();
        await().atMost(PATIENCE).until(() -> beats.get() > seen + 3);
        assertThat(quietings).containsExactly(true);

        statement.execute("UPDATE tenon.workers SET quieted_at = NULL WHERE id = 'w'");
        await().atMost(PATIENCE).until(() -> quietings.equals(List.of(true, false)));
      } finally {
        heartbeat.close();
      }
    }
  }

  @Test
  void aWorkerThatIsStoppingIsQuietedWhateverBecomesOfItsRow() throws Exception {
    try (PostgresDatabase postgres = TenonDatabase.shared();
        Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      Heartbeat heartbeat = heartbeat(postgres);
      heartbeat.start();
      try {
        heartbeat.announceStop();
        await().atMost(PATIENCE).until(() -> isQuieted(statement));
        statement.execute("DELETE FROM tenon.workers WHERE id = 'w'");
        await().atMost(PATIENCE).until(() -> isQuieted(statement));
        statement.execute("UPDATE tenon.workers SET quieted_at = NULL WHERE id = 'w'");
        await().atMost(PATIENCE).until(() -> isQuieted(statement));
        assertThat(quietings).as("no operator has quieted it").isEmpty();
      } finally {
        heartbeat.close();
      }
    }
  }

  private static boolean isQuieted(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("SELECT quieted_at IS NOT NULL FROM tenon.workers")) {
      return row.next() && row.getBoolean(1);
    }
  }

  private Heartbeat heartbeat(PostgresDatabase postgres) {
    Database database =
        new Database(postgres.dataSource(), postgres.dataSource(), postgres.dataSource(), "tenon");
    AttemptRegistry attempts = new AttemptRegistry(new Slots(1, task -> {}), new Deadlines("w"), 3);
    return new Heartbeat(
        new WorkerStore(database),
        new Heartbeat.Registration("w", 1, Map.of("test.beat", 1), null),
        INTERVAL,
        new DatabaseContact(() -> Duration.ofDays(1), INTERVAL),
        attempts,
        new LostClaims(
            new ClaimStore(database),
            new OutcomeStore(database),
            "w",
            attempts.jobIds(),
            claims,
            3),
        new Work());
  }

  private final class Work implements Heartbeat.Work {

    @Override
    public boolean hasDied() {
      beats.incrementAndGet();
      return false;
    }

    @Override
    public boolean isNotifiedOfCancels() {
      return true;
    }

    @Override
    public void quiet(boolean quieted) {
      quietings.add(quieted);
    }
  }

  private static String status(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT status FROM tenon.jobs")) {
      row.next();
      return row.getString(1);
    }
  }
}
