package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.StoreException;
import java.util.HashMap;
import java.util.Map;

/**
 * Cancels the oldest waiting jobs of types that have too many. It waits for nobody. Every method
 * throws {@link StoreException} if the database cannot be reached. Thread-safe.
 */
public final class DropStore {

  private final Database database;
  private final HotStatement drop;

  /** The store of this database. */
  public DropStore(Database database) {
    this.database = database;
    this.drop = HotStatement.call(database.tables(), "drop_oldest", "max");
  }

  /**
   * Cancels some of the oldest jobs where too many wait.
   *
   * @param limit the maximum number of jobs of a type and a key
   * @return the numbers of jobs that were cancelled
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public Map<JobsOfType, Integer> drop(Leadership leadership, int limit) {
    return LeaderStore.asLeader(
        database,
        leadership,
        dsl -> {
          Map<JobsOfType, Integer> dropped = new HashMap<>();
          drop.run(
              dsl,
              Map.of("max", limit),
              row ->
                  dropped.merge(
                      new JobsOfType(row.getString(2), row.getString(3)), 1, Integer::sum));
          return dropped;
        });
  }
}
