package dev.tenon.jobs.internal.leader;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.internal.liveness.CurrentSession;
import dev.tenon.jobs.internal.liveness.ProcessSession;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides which process does maintenance. It uses a row with a holder and an end rather than a
 * session's lock, so that it works behind a pool of connections, and a leader that hangs is
 * replaced. Thread-safe.
 */
public final class LeaderStore {

  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(2);

  /** The longest term that a process asks for. */
  private static final Duration MAX_TERM = Duration.ofMinutes(1);

  private static final String MAINTENANCE = "maintenance";

  /**
   * The time limit of a statement: half a term, so that a statement cannot delay the next renewal
   * of the leadership for longer.
   */
  private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(5);

  private final Database database;
  private final CurrentSession session;

  /** The store of this database, for a process without a session. */
  public LeaderStore(Database database) {
    this(database, new CurrentSession());
  }

  /**
   * The store of this database.
   *
   * @param session the session of this process, which the leader's row records
   */
  public LeaderStore(Database database, CurrentSession session) {
    this.database = database;
    this.session = session;
  }

  /**
   * Takes or keeps the leadership, if nobody else has it.
   *
   * @param holder the process that asks
   * @param term the length of the leadership
   * @return the leadership; empty if somebody else leads
   */
  public Optional<Leadership> acquire(String holder, Duration term) {
    Tables.Leaders l = database.tables().leaders;
    var until = Intervals.after(currentInstant(), DSL.val(term.toMillis()));
    ProcessSession current = session.get().orElse(null);
    Long key = current == null ? null : current.key();
    String port = current == null ? null : current.port();
    return database
        .control()
        .insertInto(l, l.name, l.holder, l.token, l.expiresAt, l.sessionKey, l.livenessPort)
        .select(
            DSL.select(
                DSL.val(MAINTENANCE),
                DSL.val(holder),
                DSL.val(1L),
                until,
                DSL.val(key, l.sessionKey),
                DSL.val(port, l.livenessPort)))
        .onConflict(l.name)
        .doUpdate()
        .set(l.token, l.token.plus(when(l.holder.eq(holder), 0L).otherwise(1L)))
        .set(l.holder, holder)
        .set(l.expiresAt, until)
        .set(l.sessionKey, key)
        .set(l.livenessPort, port)
        .where(l.holder.eq(holder).or(isInForce(l).not()))
        .returning(l.token)
        .fetchOptional(l.token)
        .map(token -> new Leadership(holder, token));
  }

  /**
   * The current leader, as one look at the table found it.
   *
   * @param token the number of its leadership
   * @param expiresAt the end of its term, which each renewal changes
   */
  public record Leader(long token, Instant expiresAt) {}

  /**
   * Takes the leadership over from a leader whose process has ended, before its term has. A leader
   * that has renewed its leadership since it was looked at keeps it.
   *
   * @param ended the leader, as the look found it
   * @param holder the process that takes over
   * @param term the length of the leadership
   * @return the leadership; empty if the leader was alive, or somebody else was faster
   */
  public Optional<Leadership> takeOver(Leader ended, String holder, Duration term) {
    Tables.Leaders l = database.tables().leaders;
    ProcessSession current = session.get().orElse(null);
    return database
        .control()
        .update(l)
        .set(l.token, l.token.plus(1L))
        .set(l.holder, holder)
        .set(l.expiresAt, Intervals.after(currentInstant(), DSL.val(term.toMillis())))
        .set(l.sessionKey, current == null ? null : current.key())
        .set(l.livenessPort, current == null ? null : current.port())
        .where(
            l.name
                .eq(MAINTENANCE)
                .and(l.token.eq(ended.token()))
                .and(l.expiresAt.eq(ended.expiresAt())))
        .returning(l.token)
        .fetchOptional(l.token)
        .map(token -> new Leadership(holder, token));
  }

  /**
   * Returns whether somebody leads. A lead that ends later than any term can is invalid: the clock
   * of the database has been set back since.
   */
  public static Condition isInForce(Tables.Leaders l) {
    return l.expiresAt
        .ge(currentInstant())
        .and(l.expiresAt.lt(Intervals.after(currentInstant(), DSL.val(MAX_TERM.toMillis()))));
  }

  /** Gives up the leadership, so that somebody else can take it immediately. */
  public void release(Leadership leadership) {
    Tables.Leaders l = database.tables().leaders;
    database
        .control()
        .update(l)
        .set(l.expiresAt, Intervals.beforeNow(1))
        .where(
            l.name
                .eq(MAINTENANCE)
                .and(l.holder.eq(leadership.holder()))
                .and(l.token.eq(leadership.token())))
        .execute();
  }

  /**
   * Makes a change as the leader, and checks the leadership in the same transaction. Nobody can
   * take the lead before the transaction has ended.
   *
   * @throws LeadershipLostException if somebody else leads or might lead by now
   */
  public static <T> T asLeader(
      Database database, Leadership leadership, Function<DSLContext, T> change) {
    Tables.Leaders l = database.tables().leaders;
    return Database.inTransaction(
        database.control(),
        dsl -> {
          boolean leads =
              dsl.select(
                      l.token,
                      limit("lock_timeout", LOCK_TIMEOUT),
                      limit("statement_timeout", STATEMENT_TIMEOUT),
                      limit("idle_in_transaction_session_timeout", STATEMENT_TIMEOUT))
                  .from(l)
                  .where(
                      l.name
                          .eq(MAINTENANCE)
                          .and(l.holder.eq(leadership.holder()))
                          .and(l.token.eq(leadership.token()))
                          .and(l.expiresAt.gt(currentInstant())))
                  .forShare()
                  .fetchOptional()
                  .isPresent();
          if (!leads) {
            throw new LeadershipLostException(leadership);
          }
          return change.apply(dsl);
        });
  }

  /**
   * Limits waits for locks, statements, or pauses between statements, for the rest of the
   * transaction. A process that is suspended in the middle of a transaction would otherwise hold
   * the row, and with it the leadership, until it resumes. During the commit, which may wait for
   * the row of a workflow, only the limit for locks applies.
   */
  private static Field<String> limit(String setting, Duration duration) {
    return DSL.function(
        "set_config",
        String.class,
        DSL.inline(setting),
        DSL.inline(Long.toString(duration.toMillis())),
        DSL.inline(true));
  }
}
