package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.durable.SignalRefusedException;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sends signals to jobs, and makes jobs due that wait for them. Every method throws {@link
 * StoreException} if the database cannot be reached. Thread-safe.
 */
public final class SignalStore {

  /** The maximum number of signals of a job that its handler has not taken. */
  public static final int MAX_UNDELIVERED = 1_000;

  private static final String NO_SUCH_JOB = "no_such_job";

  private final Database database;
  private final HotStatement targets;
  private final HotStatement token;
  private final HotStatement send;
  private final HotStatement wake;
  private final HotStatement sweep;

  /** The store of this database. */
  public SignalStore(Database database) {
    this.database = database;
    Tables tables = database.tables();
    this.targets = HotStatement.call(tables, "signal_targets", "item", "signal", "id");
    this.token = HotStatement.call(tables, "find_token", "job", "signal", "secret");
    this.send =
        HotStatement.call(
            tables,
            "send_signals",
            "jobs",
            "id",
            "name",
            "key",
            "version",
            "payload",
            "sent_by",
            "uses_token",
            "max_undelivered",
            "wakes");
    this.wake = HotStatement.call(tables, "wake_signalled", "jobs", "waits");
    this.sweep = HotStatement.call(tables, "sweep_signals", "max");
  }

  /**
   * Returns the jobs of an item that have not ended and may wait for the signal, and those that
   * have got one with this id.
   *
   * @param transaction the connection of a caller's transaction; null to read outside of any
   */
  public List<UUID> ofItem(
      @Nullable Connection transaction, String itemId, String signal, String id) {
    List<UUID> jobIds = new ArrayList<>();
    targets.run(
        in(transaction),
        Map.of("item", itemId, "signal", signal, "id", id),
        row -> jobIds.add(row.getObject(1, UUID.class)));
    return jobIds;
  }

  /**
   * A token.
   *
   * @param key the key of the wait that its signal ends
   * @param isOpen whether it was not used yet
   */
  public record Token(String key, boolean isOpen) {}

  private DSLContext in(@Nullable Connection transaction) {
    return transaction == null ? database.brief() : Database.context(transaction);
  }

  /**
   * Returns the token of a job for a signal; empty if it has none with this secret.
   *
   * @param transaction as above
   */
  public Optional<Token> token(
      @Nullable Connection transaction, UUID jobId, String signal, String secret) {
    List<Token> tokens = new ArrayList<>();
    token.run(
        in(transaction),
        Map.<String, Object>of("job", jobId, "signal", signal, "secret", secret),
        row -> tokens.add(new Token(row.getString(1), row.getBoolean(2))));
    return tokens.stream().findFirst();
  }

  /**
   * A job that a signal was sent to.
   *
   * @param jobId the job
   * @param jobType its type; null if there is no such job
   * @param isThere whether there is such a job
   * @param refusal the reason that nothing was stored, for any of the jobs; null if this one did
   *     not refuse
   * @param isNew whether it was stored, and not only known before
   * @param isToWake whether it has to be woken after the commit
   */
  public record Target(
      UUID jobId,
      @Nullable String jobType,
      boolean isThere,
      SignalRefusedException.@Nullable Reason refusal,
      boolean isNew,
      boolean isToWake) {}

  /**
   * The result of sending a signal.
   *
   * @param targets the jobs, in the order that was given
   * @param startable the jobs that have become due and can be published after the commit
   */
  public record Sent(List<Target> targets, StartableJobs startable) {

    /** Makes the list immutable. */
    public Sent {
      targets = List.copyOf(targets);
    }

    /** Returns the jobs to wake after the commit. */
    public List<UUID> toWake() {
      return targets.stream().filter(Target::isToWake).map(Target::jobId).toList();
    }
  }

  /**
   * Sends a signal in a separate transaction, and makes the jobs due that wait for it, unless
   * somebody has locked them.
   *
   * @param usesToken whether the token for the signal and its key is used up
   */
  public Sent send(NewSignal signal, List<UUID> jobIds, boolean usesToken) {
    return send(database.brief(), signal, jobIds, usesToken, true);
  }

  /**
   * Sends a signal in a transaction of the caller. It locks no job.
   *
   * @param transaction the caller's connection, with auto-commit off
   * @param usesToken as above
   */
  public Sent send(Connection transaction, NewSignal signal, List<UUID> jobIds, boolean usesToken) {
    return send(Database.context(transaction), signal, jobIds, usesToken);
  }

  Sent send(DSLContext transaction, NewSignal signal, List<UUID> jobIds, boolean usesToken) {
    return send(transaction, signal, jobIds, usesToken, false);
  }

  private Sent send(
      DSLContext dsl, NewSignal signal, List<UUID> jobIds, boolean usesToken, boolean wakes) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("jobs", jobIds.toArray(UUID[]::new));
    values.put("id", signal.id());
    values.put("name", signal.name());
    values.put("key", signal.key());
    values.put("version", signal.version());
    values.put("payload", signal.payload());
    values.put("sent_by", signal.sentBy());
    values.put("uses_token", usesToken);
    values.put("max_undelivered", MAX_UNDELIVERED);
    values.put("wakes", wakes);
    List<Target> sent = new ArrayList<>();
    Woken woken = new Woken();
    send.run(
        dsl,
        values,
        row -> {
          UUID jobId = row.getObject("job_id", UUID.class);
          String type = row.getString("job_type");
          String refusal = row.getString("refusal");
          boolean isMissing = NO_SUCH_JOB.equals(refusal);
          sent.add(
              new Target(
                  jobId,
                  type,
                  !isMissing,
                  refusal == null || isMissing
                      ? null
                      : SignalRefusedException.Reason.ofCode(refusal),
                  row.getBoolean("is_new"),
                  row.getBoolean("is_to_wake")));
          if (row.getBoolean("is_woken")) {
            woken.add(jobId, type, row);
          }
        });
    return new Sent(sent, woken.startable());
  }

  /**
   * Makes those of these jobs due that wait for a signal that is there. It waits for jobs that
   * others have locked, for up to two seconds each.
   */
  public StartableJobs wake(List<UUID> jobIds) {
    return woken(
        database.brief(), wake, Map.of("jobs", jobIds.toArray(UUID[]::new), "waits", true));
  }

  /**
   * Makes those jobs due that wait for a signal that a transaction of a caller has sent. It waits
   * for nobody.
   *
   * @param max the maximum number of signals to look at
   */
  public StartableJobs sweep(int max) {
    return woken(database.control(), sweep, Map.of("max", max));
  }

  private static StartableJobs woken(
      DSLContext dsl, HotStatement statement, Map<String, Object> values) {
    Woken woken = new Woken();
    statement.run(
        dsl, values, row -> woken.add(row.getObject("id", UUID.class), row.getString("type"), row));
    return woken.startable();
  }

  /** Jobs that have become due. */
  private static final class Woken {

    private final List<JobPointer> pointers = new ArrayList<>();
    private boolean hasOthers;

    void add(UUID jobId, String type, ResultSet row) throws SQLException {
      if (row.getBoolean("is_published")) {
        pointers.add(
            new JobPointer(
                jobId,
                type,
                row.getString("routing_key"),
                JobPriority.ofLevel(row.getShort("priority")),
                row.getLong("lease"),
                row.getBoolean("is_external")));
      } else {
        hasOthers = true;
      }
    }

    StartableJobs startable() {
      return new StartableJobs(pointers, hasOthers, false);
    }
  }
}
