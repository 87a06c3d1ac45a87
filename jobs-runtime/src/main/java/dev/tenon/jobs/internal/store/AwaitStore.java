package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.Tables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Notes which jobs a process awaits, so that whoever changes one notifies it, and looks which have
 * ended. Every method throws {@link dev.tenon.jobs.internal.sql.StoreException} if the database
 * cannot be reached. Thread-safe.
 */
public final class AwaitStore {

  private static final String BY = "by";
  private static final String IDS = "ids";

  private final Database database;
  private final HotStatement await;
  private final HotStatement forget;
  private final HotStatement ended;
  private final HotStatement followed;

  /** The store of this database. */
  public AwaitStore(Database database) {
    this.database = database;
    Tables tables = database.tables();
    this.await = HotStatement.call(tables, "await_jobs", BY, IDS, "want_events", "millis");
    this.forget = HotStatement.call(tables, "forget_awaited", BY, IDS);
    this.ended = HotStatement.call(tables, "ended_among", IDS);
    this.followed = HotStatement.call(tables, "followed_jobs", IDS);
  }

  /**
   * A job that a process awaits.
   *
   * @param jobId the job
   * @param wantsEvents whether it follows all that happens to the job, not only its end
   */
  public record Note(UUID jobId, boolean wantsEvents) {}

  /**
   * Notes that a process awaits jobs, or that it still does.
   *
   * @param process the process
   * @param validFor how long the notes are valid
   */
  public void await(UUID process, List<Note> notes, Duration validFor) {
    await.run(
        database.brief(),
        Map.of(
            BY,
            process,
            IDS,
            notes.stream().map(Note::jobId).toArray(UUID[]::new),
            "want_events",
            notes.stream().map(Note::wantsEvents).toArray(Boolean[]::new),
            "millis",
            validFor.toMillis()),
        row -> {});
  }

  /** Deletes the notes of a process about jobs. */
  public void forget(UUID process, Collection<UUID> jobIds) {
    forget.run(database.brief(), Map.of(BY, process, IDS, jobIds.toArray(UUID[]::new)), row -> {});
  }

  /**
   * The jobs that need no longer be awaited.
   *
   * @param ended those that have ended
   * @param missing those that do not exist
   */
  public record Found(List<UUID> ended, List<UUID> missing) {

    /** Makes the lists immutable. */
    public Found {
      ended = List.copyOf(ended);
      missing = List.copyOf(missing);
    }
  }

  /**
   * A job as it stands.
   *
   * @param jobId the job
   * @param status its status; null if it does not exist
   * @param attempt the number of attempts
   * @param percent the progress
   * @param message the message of the progress
   * @param lastLine the position of the last line of its log; 0 if there is none
   */
  public record Snapshot(
      UUID jobId,
      @Nullable JobStatus status,
      int attempt,
      int percent,
      Optional<String> message,
      long lastLine) {}

  /** Returns how these jobs stand, in any order. */
  public List<Snapshot> snapshots(Collection<UUID> jobIds) {
    List<Snapshot> snapshots = new ArrayList<>();
    followed.run(
        database.brief(),
        Map.of(IDS, jobIds.toArray(UUID[]::new)),
        row -> {
          String status = row.getString("status");
          snapshots.add(
              new Snapshot(
                  row.getObject("id", UUID.class),
                  status == null ? null : JobStatus.ofCode(status),
                  row.getInt("attempts"),
                  row.getInt("progress"),
                  Optional.ofNullable(row.getString("progress_message")),
                  row.getLong("last_line")));
        });
    return snapshots;
  }

  /** Returns those of these jobs that need no longer be awaited. */
  public Found endedAmong(Collection<UUID> jobIds) {
    List<UUID> found = new ArrayList<>();
    List<UUID> missing = new ArrayList<>();
    ended.run(
        database.brief(),
        Map.of(IDS, jobIds.toArray(UUID[]::new)),
        row ->
            (row.getString("status") == null ? missing : found)
                .add(row.getObject("id", UUID.class)));
    return new Found(found, missing);
  }
}
