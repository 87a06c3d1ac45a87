package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.notExists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectDistinct;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.LeaderStore.Leader;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the heartbeats of all workers, and the leader. Thread-safe. */
public final class HeartbeatStore {

  private static final String BEATS = "beats";
  private static final String LED = "led";

  private static final Columns OF_BEATS = new Columns(BEATS);
  private static final Columns OF_LEADER = new Columns(LED);

  /** The columns of a common table expression that has a row for each worker, or for the leader. */
  private record Columns(
      Field<String> id,
      Field<String> process,
      Field<Instant> at,
      Field<Long> key,
      Field<String> port,
      Field<Boolean> isHeld) {

    Columns(String table) {
      this(
          DSL.field(name(table, table + "_id"), SQLDataType.CLOB),
          DSL.field(name(table, table + "_process"), SQLDataType.CLOB),
          DSL.field(name(table, table + "_at"), SQLDataType.INSTANT),
          DSL.field(name(table, table + "_key"), SQLDataType.BIGINT),
          DSL.field(name(table, table + "_port"), SQLDataType.CLOB),
          DSL.field(name(table, table + "_is_held"), SQLDataType.BOOLEAN));
    }

    List<Field<?>> all() {
      return List.of(id, process, at, key, port, isHeld);
    }

    String[] names() {
      return all().stream().map(Field::getName).toArray(String[]::new);
    }

    @Nullable SeenSession session(Record row) {
      Long sessionKey = row.get(key);
      String sessionPort = row.get(port);
      return sessionKey == null || sessionPort == null
          ? null
          : new SeenSession(sessionKey, sessionPort, row.get(isHeld));
    }
  }

  private final Database database;

  /** The store of this database. */
  public HeartbeatStore(Database database) {
    this.database = database;
  }

  /**
   * The session of a process, as one look at the table found it.
   *
   * @param key the key of its lock
   * @param port its port
   * @param isHeld whether the session still holds its lock; if not, it has ended
   */
  public record SeenSession(long key, String port, boolean isHeld) {}

  /**
   * The last heartbeat of a worker, as one look at the table found it.
   *
   * @param workerId the worker
   * @param process identifies the process that it runs in; empty if that is not known
   * @param heartbeatAt the time in the heartbeat; null for a worker that is not in the table though
   *     jobs run under its name. It is compared only with other heartbeats, never with a clock.
   * @param session the session of its process; null if that has none
   */
  public record Beat(
      String workerId,
      String process,
      @Nullable Instant heartbeatAt,
      @Nullable SeenSession session) {

    /** The last heartbeat of a worker whose process has no session. */
    public Beat(String workerId, String process, @Nullable Instant heartbeatAt) {
      this(workerId, process, heartbeatAt, null);
    }
  }

  /**
   * The leader, as one look at the table found it.
   *
   * @param leader its leadership
   * @param session the session of its process; null if that has none
   */
  public record LedBy(Leader leader, @Nullable SeenSession session) {}

  /**
   * The heartbeats of all workers, and what was read with them.
   *
   * @param beats the last heartbeats of all workers, and of unregistered ones that have claimed
   *     jobs, if those were asked for
   * @param ledBy the leader; null if there is none
   * @param databaseTime the time by the clock of the database
   * @param databaseUpSince when the server of the database was started, by the same clock
   */
  public record Heartbeats(
      List<Beat> beats, @Nullable LedBy ledBy, Instant databaseTime, Instant databaseUpSince) {

    /** Returns whether some process is leader, so that trying to become leader is pointless. */
    public boolean isLed() {
      return ledBy != null;
    }
  }

  /**
   * Reads the heartbeats of all workers.
   *
   * @param unregisteredToo whether to search for unregistered workers among all claims, too. Their
   *     jobs may have ended; {@link RescueStore#rescue} deletes such claims.
   */
  public Heartbeats heartbeats(boolean unregisteredToo) {
    Tables.Workers w = database.tables().workers;
    JobTables.Claims c = database.tables().claims;
    Tables.Leaders l = database.tables().leaders;
    Field<String> process =
        DSL.coalesce(
            w.process.cast(SQLDataType.CLOB),
            when(w.processId.ne(0L), w.host.concat(inline(" ")).concat(w.processId)),
            inline(""));
    var beats =
        name(BEATS)
            .fields(OF_BEATS.names())
            .as(
                select(
                        w.id,
                        process,
                        w.heartbeatAt,
                        w.sessionKey,
                        w.livenessPort,
                        isHeld(w.sessionKey))
                    .from(w)
                    .unionAll(
                        selectDistinct(
                                c.workerId,
                                inline(""),
                                inline(null, w.heartbeatAt),
                                inline(null, w.sessionKey),
                                inline(null, w.livenessPort),
                                inline(null, SQLDataType.BOOLEAN))
                            .from(c)
                            .where(
                                DSL.condition(inline(unregisteredToo))
                                    .and(
                                        notExists(
                                            selectOne().from(w).where(w.id.eq(c.workerId)))))));
    var led =
        name(LED)
            .fields(OF_LEADER.names())
            .as(
                select(
                        l.token.cast(SQLDataType.CLOB),
                        l.holder,
                        l.expiresAt,
                        l.sessionKey,
                        l.livenessPort,
                        isHeld(l.sessionKey))
                    .from(l)
                    .where(LeaderStore.isInForce(l)));
    Field<Instant> databaseTime = currentInstant().as("database_time");
    Field<Instant> databaseUpSince =
        DSL.function("pg_postmaster_start_time", SQLDataType.INSTANT).as("database_up_since");
    // A separate row for the times, because there may be no workers and no leader
    var rows =
        database
            .control()
            .with(beats)
            .with(led)
            .select(databaseTime, databaseUpSince)
            .select(OF_BEATS.all())
            .select(OF_LEADER.all())
            .from(selectOne().asTable("once"))
            .leftJoin(led)
            .on(DSL.trueCondition())
            .leftJoin(beats)
            .on(DSL.trueCondition())
            .fetch();
    Record first = rows.get(0);
    return new Heartbeats(
        rows.stream()
            .filter(row -> row.get(OF_BEATS.id()) != null)
            .map(
                row ->
                    new Beat(
                        row.get(OF_BEATS.id()),
                        row.get(OF_BEATS.process()),
                        row.get(OF_BEATS.at()),
                        OF_BEATS.session(row)))
            .toList(),
        ledBy(first),
        first.get(databaseTime),
        first.get(databaseUpSince));
  }

  private static @Nullable LedBy ledBy(Record row) {
    String token = row.get(OF_LEADER.id());
    return token == null
        ? null
        : new LedBy(
            new Leader(Long.parseLong(token), row.get(OF_LEADER.at())), OF_LEADER.session(row));
  }

  /**
   * An expression for whether a session holds its lock; null without a key. A lock that can be had
   * is free: this statement has it until it ends, and shares it with others that look. So a look
   * costs as much as there are workers, however many locks the server knows.
   */
  private static Field<Boolean> isHeld(Field<Long> key) {
    return DSL.field(
        DSL.not(DSL.function("pg_try_advisory_xact_lock_shared", SQLDataType.BOOLEAN, key)));
  }
}
