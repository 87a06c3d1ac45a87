package dev.tenon.jobs.internal.publish;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import java.util.Map;

/**
 * Jobs that had pointers, but that claims skipped because somebody had locked their rows. Not
 * thread-safe.
 */
public final class SkippedJobStore {

  private static final String AFTER = "after";
  private static final String MAX = "max";

  /** The maximum number of notes in one call: more than the jobs claimed between two calls. */
  private static final int BATCH = 2000;

  private final Database database;
  private final HotStatement statement;

  /**
   * The position of the last note that was read. The first notes may be of jobs that stay locked
   * for hours.
   */
  private long readUntil;

  /** The store of this database. */
  public SkippedJobStore(Database database) {
    this.database = database;
    this.statement = HotStatement.call(database.tables(), "return_skipped_jobs", AFTER, MAX);
  }

  /**
   * Sets jobs that nobody locks now back to pending, so that their pointers are published again. It
   * reads a limited number of notes, and the next ones the next time.
   *
   * @return whether there were any
   */
  public boolean returnFree() {
    int[] returned = {0};
    statement.run(
        database.control(),
        Map.<String, Object>of(AFTER, readUntil, MAX, BATCH),
        row -> {
          // It is 0 when all were read, so that the next call begins with the first one
          readUntil = row.getLong(1);
          returned[0] = row.getInt(2);
        });
    return returned[0] > 0;
  }
}
