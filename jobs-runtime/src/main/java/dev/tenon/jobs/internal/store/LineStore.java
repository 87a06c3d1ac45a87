package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.JobTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Opens the next jobs of lines. Thread-safe. */
public final class LineStore {

  /** The maximum number of lines in a transaction, which holds their locks until it ends. */
  private static final int BATCH = 500;

  private final Database database;
  private final HotStatement statement;
  private final HotStatement letPass;

  /** The store of this database. */
  public LineStore(Database database) {
    this.database = database;
    this.statement = HotStatement.call(database.tables(), "advance_lines", "max", "after");
    this.letPass = HotStatement.call(database.tables(), "let_pass", "job");
  }

  /**
   * Lets later jobs pass a job while it waits for its time.
   *
   * @return whether it is in a line, and let nobody pass before
   */
  public boolean letPass(UUID jobId, ChangeByHand change) {
    JobTables.Live j = database.tables().live;
    return change.inTransaction(
        database.dsl(),
        ControlStore.MAX_LOCK_WAIT,
        dsl -> {
          dsl.select(j.id).from(j).where(j.id.eq(jobId)).forNoKeyUpdate().fetch();
          boolean[] changed = {false};
          letPass.run(dsl, Map.of("job", jobId), row -> changed[0] = row.getBoolean(1));
          if (changed[0]) {
            change.record(dsl, database.tables(), "later jobs may pass it");
          }
          return changed[0];
        });
  }

  /**
   * The result of one transaction.
   *
   * @param startable the jobs that can be started now
   * @param lastNote the note to continue after; 0 if there was none
   * @param hasMore whether there may be more lines to look at
   */
  public record Advanced(StartableJobs startable, long lastNote, boolean hasMore) {}

  /**
   * Opens the next jobs of some lines, in a separate transaction. It waits for nobody: lines that
   * others are busy with are left for another time.
   *
   * @param after the note to continue after; 0 to begin with the first
   */
  public Advanced advance(long after) {
    Map<String, Object> values = Map.of("max", BATCH, "after", after);
    List<JobPointer> pointers = new ArrayList<>();
    boolean[] othersMayWait = {false};
    long[] last = {0};
    statement.run(
        database.control(),
        values,
        row -> {
          UUID jobId = row.getObject(1, UUID.class);
          if (jobId == null) {
            last[0] = row.getLong(8);
          } else if (row.getBoolean(7)) {
            pointers.add(
                new JobPointer(
                    jobId,
                    row.getString(2),
                    row.getString(3),
                    JobPriority.ofLevel(row.getShort(4)),
                    row.getLong(5),
                    row.getBoolean(6)));
          } else {
            othersMayWait[0] = true;
          }
        });
    return new Advanced(new StartableJobs(pointers, othersMayWait[0], false), last[0], last[0] > 0);
  }
}
