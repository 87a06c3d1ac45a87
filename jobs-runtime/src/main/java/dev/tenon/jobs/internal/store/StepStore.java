package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The data that jobs keep between their attempts, for the workers that run them: the records of
 * steps, waits and tokens, and cursors. Each write counts only while the attempt has its lease, and
 * the lease cannot be lost before the write is committed. Every method throws {@link
 * StoreException} if the database cannot be reached. Thread-safe.
 */
public final class StepStore {

  /** The beginning of the names of the records of tokens; the name of the signal follows. */
  public static final String TOKEN = "token:";

  private static final String CURSOR = "cursor";

  private static final String JOB_ID = "job_id";
  private static final String LEASE = "lease";
  private static final String WORKER = "worker";
  private static final String NAME = "name";
  private static final String KEY = "key";
  private static final String VERSION = "version";
  private static final String VALUE = "value";

  private final Database database;
  private final HotStatement record;
  private final HotStatement read;
  private final HotStatement await;
  private final HotStatement refuse;
  private final HotStatement saveCursors;
  private final SharedStatements<NewStep, Set<NewStep>> shared;

  /** The store of this database. */
  public StepStore(Database database) {
    this.database = database;
    Tables tables = database.tables();
    this.record =
        HotStatement.call(
            tables,
            "record_steps",
            JOB_ID,
            LEASE,
            WORKER,
            NAME,
            KEY,
            "kind",
            "state",
            VERSION,
            "number",
            "attempts",
            "age",
            "result",
            "message");
    this.read = HotStatement.call(tables, "steps_of_job", JOB_ID);
    this.await =
        HotStatement.call(
            tables,
            "await_signal",
            JOB_ID,
            LEASE,
            WORKER,
            NAME,
            KEY,
            VERSION,
            "number",
            "signals",
            "timeout");
    this.refuse =
        HotStatement.call(
            tables, "refuse_signal", JOB_ID, LEASE, WORKER, NAME, KEY, VERSION, "id", "error");
    this.saveCursors =
        HotStatement.call(tables, "save_cursors", JOB_ID, LEASE, WORKER, VERSION, VALUE);
    this.shared =
        new SharedStatements<>(StepStore::size, steps -> insert(database.control(), steps));
  }

  private static long size(NewStep step) {
    return length(step.result()) + length(step.message());
  }

  private static long length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /**
   * Writes a record, and returns when it is committed. Records of threads that write at the same
   * time share statements and commits.
   *
   * @return false if the attempt has lost its lease, so that nothing was written
   */
  public boolean record(NewStep step) {
    // However large it is: only two statements at a time may take connections of the control pool
    return shared.write(List.of(step)).contains(step);
  }

  /**
   * Writes a record in a transaction of the caller. From here to the commit, nobody else can end
   * the attempt, so the commit has to follow soon.
   *
   * @param transaction the connection, with auto-commit off
   * @return false if the attempt has lost its lease, so that nothing was written; the caller rolls
   *     back
   */
  public boolean record(Connection transaction, NewStep step) {
    return insert(Database.context(transaction), List.of(step)).contains(step);
  }

  /** Returns those of the steps that were recorded: the same objects. */
  private Set<NewStep> insert(DSLContext dsl, List<NewStep> steps) {
    Map<String, @Nullable Object> values = new HashMap<>();
    leases(values, steps.stream().map(NewStep::lease).toList());
    values.put(NAME, column(steps, String[]::new, NewStep::name));
    values.put(KEY, column(steps, String[]::new, NewStep::key));
    values.put("kind", column(steps, String[]::new, step -> step.kind().code()));
    values.put("state", column(steps, String[]::new, step -> step.state().code()));
    values.put(VERSION, column(steps, Integer[]::new, NewStep::version));
    values.put("number", column(steps, Integer[]::new, NewStep::number));
    values.put("attempts", column(steps, Integer[]::new, NewStep::attempts));
    values.put("age", column(steps, Long[]::new, step -> step.age().toMillis()));
    values.put("result", column(steps, String[]::new, NewStep::result));
    values.put("message", column(steps, String[]::new, NewStep::message));
    Set<NewStep> recorded = Collections.newSetFromMap(new IdentityHashMap<>());
    record.run(dsl, values, row -> recorded.add(steps.get(row.getInt(1) - 1)));
    return recorded;
  }

  /**
   * The records and the cursor that a job has kept.
   *
   * @param steps its steps, waits and tokens, in the order they began
   * @param cursor its cursor; null if it has none
   */
  public record Kept(List<StoredStep> steps, @Nullable StoredCursor cursor) {

    /** Makes the list immutable. */
    public Kept {
      steps = List.copyOf(steps);
    }
  }

  /** Reads everything that a job has kept, with one statement. */
  public Kept read(UUID jobId) {
    return read(database.control(), read, jobId);
  }

  private static Kept read(DSLContext dsl, HotStatement read, UUID jobId) {
    List<StoredStep> steps = new ArrayList<>();
    List<StoredCursor> cursors = new ArrayList<>();
    read.run(
        dsl,
        Map.of(JOB_ID, jobId),
        row -> {
          if (CURSOR.equals(row.getString("kind"))) {
            cursors.add(new StoredCursor(row.getInt(VERSION), row.getString("result")));
          } else {
            steps.add(step(row));
          }
        });
    return new Kept(steps, cursors.isEmpty() ? null : cursors.get(0));
  }

  private static StoredStep step(ResultSet row) throws SQLException {
    String json = row.getString("result");
    String signalId = row.getString("signal_id");
    String signal = row.getString("signal_name");
    boolean hasSignal = signalId != null && signal != null;
    Array signals = row.getArray("signals");
    return new StoredStep(
        row.getString(NAME),
        row.getString("step_key"),
        JobStep.Kind.ofCode(row.getString("kind")),
        JobStep.State.ofCode(row.getString("state")),
        row.getInt(VERSION),
        row.getLong(LEASE),
        row.getInt("number"),
        row.getInt("attempts"),
        row.getTimestamp("started_at").toInstant(),
        instant(row.getTimestamp("ended_at")),
        instant(row.getTimestamp("until")),
        signals == null ? List.of() : List.of((String[]) signals.getArray()),
        hasSignal ? new StoredSignal(signalId, signal, row.getInt("signal_version"), json) : null,
        hasSignal ? null : json,
        row.getString("message"));
  }

  private static @Nullable Instant instant(@Nullable Timestamp time) {
    return time == null ? null : time.toInstant();
  }

  /**
   * The present state of a wait.
   *
   * @param state waiting, done or timed out; a sleep ends as done
   * @param until the time when it ends at the latest; null for no maximum
   * @param signal the signal that has ended it; null if none has
   */
  public record Awaited(
      JobStep.State state, @Nullable Instant until, @Nullable StoredSignal signal) {}

  /**
   * Takes the oldest signal that ends a wait; or records that the wait has timed out, or that the
   * job waits. If the job waits, the attempt has to end with {@link AttemptEnd.Suspended}. Nothing
   * has looked at the signal: if it cannot be read or is not valid, {@link #refuseSignal} takes the
   * delivery back.
   *
   * @return how the wait stands; empty if the attempt has lost its lease
   */
  public Optional<Awaited> await(NewWait wait) {
    Map<String, @Nullable Object> values = wait(wait.lease(), wait.name(), wait.key());
    values.put(VERSION, wait.version());
    values.put("number", wait.number());
    values.put("signals", wait.signals().toArray(String[]::new));
    Duration timeout = wait.timeout();
    values.put("timeout", timeout == null ? null : timeout.toMillis());
    List<Awaited> awaited = new ArrayList<>();
    await.run(
        database.control(),
        values,
        row -> {
          String signalId = row.getString("signal_id");
          awaited.add(
              new Awaited(
                  JobStep.State.ofCode(row.getString("state")),
                  instant(row.getTimestamp("until")),
                  signalId == null
                      ? null
                      : new StoredSignal(
                          signalId,
                          row.getString("signal_name"),
                          row.getInt("signal_version"),
                          row.getString("payload"))));
        });
    return awaited.stream().findFirst();
  }

  /**
   * Records that a signal that has ended a wait cannot be delivered: the wait continues, and is to
   * be called again.
   *
   * @param wait the wait that got it
   * @param signalId the signal
   * @param error the reason, for people, without values
   * @return false if the attempt has lost its lease
   */
  public boolean refuseSignal(NewWait wait, String signalId, String error) {
    Map<String, @Nullable Object> values = wait(wait.lease(), wait.name(), wait.key());
    values.put(VERSION, wait.version());
    values.put("id", signalId);
    values.put("error", error);
    List<Boolean> held = new ArrayList<>();
    refuse.run(database.control(), values, row -> held.add(row.getBoolean(1)));
    return held.contains(true);
  }

  private static Map<String, @Nullable Object> wait(Lease lease, String name, String key) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put(JOB_ID, lease.jobId());
    values.put(LEASE, lease.number());
    values.put(WORKER, lease.workerId());
    values.put(NAME, name);
    values.put(KEY, key);
    return values;
  }

  /**
   * Saves cursors with one statement.
   *
   * @param cursors the cursors, at most one of each job
   * @return the jobs whose cursors were saved; the others have lost their leases
   */
  public Set<UUID> saveCursors(List<NewCursor> cursors) {
    Map<String, @Nullable Object> values = new HashMap<>();
    leases(values, cursors.stream().map(NewCursor::lease).toList());
    values.put(VERSION, column(cursors, Integer[]::new, NewCursor::version));
    values.put(VALUE, column(cursors, String[]::new, NewCursor::value));
    Set<UUID> saved = new HashSet<>();
    saveCursors.run(
        database.control(),
        values,
        row -> saved.add(cursors.get(row.getInt(1) - 1).lease().jobId()));
    return saved;
  }

  private static void leases(Map<String, @Nullable Object> values, List<Lease> leases) {
    values.put(JOB_ID, column(leases, UUID[]::new, Lease::jobId));
    values.put(LEASE, column(leases, Long[]::new, Lease::number));
    values.put(WORKER, column(leases, String[]::new, Lease::workerId));
  }

  private static <T, V> @Nullable V[] column(
      List<T> rows,
      IntFunction<@Nullable V[]> array,
      Function<? super T, ? extends @Nullable V> value) {
    @Nullable V[] values = array.apply(rows.size());
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(rows.get(i));
    }
    return values;
  }
}
