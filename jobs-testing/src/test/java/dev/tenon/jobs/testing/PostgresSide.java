package dev.tenon.jobs.testing;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobService.CancelResult;
import dev.tenon.jobs.annotation.WhenFull;
import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.DropStore;
import dev.tenon.jobs.internal.store.ExpiryStore;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.OutcomeStore;
import dev.tenon.jobs.internal.store.ProgressReport;
import dev.tenon.jobs.internal.store.Recorded;
import dev.tenon.jobs.internal.store.ReportStore;
import dev.tenon.jobs.internal.store.SubmitStore;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Jobs in PostgreSQL. Its clock is turned forward by making everything in the table older. */
final class PostgresSide implements JobSide, AutoCloseable {

  private static final String WORKER = "test";

  private final PostgresDatabase postgres = PostgresDatabase.shared();
  private final JobsRuntime runtime;
  private final Connection connection;
  private final Database database;
  private final Leadership leadership;
  private final Map<String, Integer> types;

  PostgresSide(String type) throws SQLException {
    types = Map.of(type, 1);
    runtime =
        JobsRuntime.builder()
            .database(postgres.url(), postgres.user(), postgres.password())
            .maintenance(false)
            .closeOnShutdown(false)
            .start();
    connection = postgres.connect();
    SingleConnection kept = new SingleConnection(keptOpen(connection));
    database = new Database(kept, kept, kept, "tenon");
    leadership = new LeaderStore(database).acquire("test", Duration.ofDays(1)).orElseThrow();
  }

  /** The stores close a connection when they give it back. */
  private static Connection keptOpen(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            PostgresSide.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                return null;
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Forgets all jobs. */
  void clear() {
    execute("CALL by_test.truncate_jobs(); TRUNCATE tenon.job_logs");
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public void advance(Duration duration) {
    String past = " - interval '" + duration.toMinutes() + " minutes'";
    execute(
        "UPDATE /* by the test */ by_test.jobs SET submitted_at = submitted_at"
            + past
            + ", run_at = run_at"
            + past
            + ", publish_at = publish_at"
            + past
            + ", started_at = started_at"
            + past
            + ", finished_at = finished_at"
            + past
            + ", cancel_requested_at = cancel_requested_at"
            + past
            + ", unique_until = unique_until"
            + past
            + ", start_before = start_before"
            + past);
  }

  private void execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void declare(@Nullable BacklogRule<StockCount> backlog) {
    execute(
        "INSERT INTO tenon.job_types (type, max_waiting, when_full) VALUES ('%s', %d, '%s') ON CONFLICT (type) DO UPDATE SET max_waiting = excluded.max_waiting, when_full = excluded.when_full"
            .formatted(
                MemoryModelTest.TYPE,
                backlog == null ? 0 : backlog.max(),
                (backlog == null ? WhenFull.REFUSE : backlog.whenFull()).code()));
  }

  @Override
  public Optional<UUID> submit(NewJob job) {
    // A new one, since a store remembers what it has counted
    Recorded recorded = new SubmitStore(database).insert(List.of(job)).get(0);
    return recorded.created() ? Optional.of(recorded.jobId()) : Optional.empty();
  }

  @Override
  public Optional<Lease> claimNext() {
    // A new one, since a store remembers up to where it has read
    return new ClaimStore(database)
        .claimDue(WORKER, types, 1, Long.MAX_VALUE).stream().map(ClaimedJob::lease).findFirst();
  }

  @Override
  public Optional<Lease> claim(UUID id) {
    return new ClaimStore(database)
        .claim(WORKER, List.of(id), types, 1, Long.MAX_VALUE).jobs().stream()
            .map(ClaimedJob::lease)
            .findFirst();
  }

  @Override
  public void progress(Lease lease, int percent, String message) {
    new ReportStore(database).progress(List.of(new ProgressReport(lease, percent, message)));
  }

  @Override
  public void emit(LogLine value) {
    new ReportStore(database).log(List.of(value));
  }

  @Override
  public List<JobLogEntry> log(UUID id) {
    return runtime.jobs().logs(id).items();
  }

  @Override
  public boolean finish(AttemptEnd end) {
    return !new OutcomeStore(database).finish(List.of(end)).isEmpty();
  }

  @Override
  public void maintain() {
    ExpiryStore store = new ExpiryStore(database);
    var unused = store.expire(leadership, store.find(null, 1_000));
    var unusedToo = new DropStore(database).drop(leadership, 1_000);
  }

  @Override
  public CancelResult cancel(UUID id) {
    return runtime.jobs().cancel(id, Actor.of("ann"));
  }

  @Override
  public void retry(UUID id) {
    runtime.jobs().retry(id, Actor.of("ann"));
  }

  @Override
  public void reschedule(UUID id, Instant time) {
    runtime.jobs().reschedule(id, time, Actor.of("ann"));
  }

  @Override
  public Job job(UUID id) {
    return runtime.jobs().get(id);
  }

  @Override
  public List<JobAttempt> attempts(UUID id) {
    return runtime.jobs().attempts(id);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    runtime.close();
    postgres.close();
  }
}
