package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Cancels waiting jobs that must have started by now. It waits for nobody: a job that somebody has
 * locked, or whose workflow somebody has locked, has its turn later. Every method throws {@link
 * StoreException} if the database cannot be reached. Thread-safe.
 */
public final class ExpiryStore {

  private static final Duration SHORT_WAIT = Duration.ofMillis(50);

  /** The maximum number of failed tries for one page; each takes some of the leader's time. */
  private static final int MAX_TRIES_IN_VAIN = 20;

  private final Database database;
  private final HotStatement find;
  private final HotStatement expire;

  /** The store of this database. */
  public ExpiryStore(Database database) {
    this.database = database;
    Tables tables = database.tables();
    this.find = HotStatement.call(tables, "expired_jobs", "after", "after_id", "max");
    this.expire = HotStatement.call(tables, "expire_jobs", "ids", "workflows");
  }

  /**
   * A waiting job that must have started by now.
   *
   * @param workflowId the workflow that it belongs to; null if it belongs to none
   * @param startBefore the time that it had to start before
   */
  public record Expired(UUID id, @Nullable UUID workflowId, Instant startBefore) {}

  /**
   * Returns the first jobs that must have started by now.
   *
   * @param after the last one of the previous page; null for the first page
   */
  public List<Expired> find(@Nullable Expired after, int limit) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("after", after == null ? Instant.EPOCH : after.startBefore());
    values.put("after_id", after == null ? new UUID(0, 0) : after.id());
    values.put("max", limit);
    List<Expired> found = new ArrayList<>();
    find.run(
        database.control(),
        values,
        row ->
            found.add(
                new Expired(
                    row.getObject(1, UUID.class),
                    row.getObject(2, UUID.class),
                    row.getObject(3, OffsetDateTime.class).toInstant())));
    return found;
  }

  /**
   * Cancels those of these jobs that still wait and that nobody has locked.
   *
   * @return the numbers of jobs that were cancelled
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public Map<JobsOfType, Integer> expire(Leadership leadership, List<Expired> jobs) {
    Map<JobsOfType, Integer> ended = new HashMap<>();
    List<UUID> alone = new ArrayList<>();
    Map<UUID, List<UUID>> ofWorkflows = new HashMap<>();
    for (Expired job : jobs) {
      if (job.workflowId() == null) {
        alone.add(job.id());
      } else {
        ofWorkflows.computeIfAbsent(job.workflowId(), any -> new ArrayList<>()).add(job.id());
      }
    }
    if (!alone.isEmpty()) {
      add(ended, LeaderStore.asLeader(database, leadership, dsl -> end(dsl, alone, Set.of())));
    }
    if (!ofWorkflows.isEmpty()) {
      try {
        add(ended, expire(leadership, ofWorkflows));
      } catch (StoreUnavailableException e) {
        if (!e.isHeldByOthers()) {
          throw e;
        }
        // Others hold yet another workflow that has tasks waiting for one of these
        expireOneByOne(leadership, ofWorkflows, ended);
      }
    }
    return ended;
  }

  private void expireOneByOne(
      Leadership leadership, Map<UUID, List<UUID>> ofWorkflows, Map<JobsOfType, Integer> ended) {
    List<UUID> workflowIds = new ArrayList<>(ofWorkflows.keySet());
    Collections.shuffle(workflowIds);
    int inVain = 0;
    for (UUID id : workflowIds) {
      try {
        add(ended, expire(leadership, Map.of(id, ofWorkflows.getOrDefault(id, List.of()))));
      } catch (StoreUnavailableException e) {
        if (!e.isHeldByOthers()) {
          throw e;
        }
        inVain++;
        if (inVain == MAX_TRIES_IN_VAIN) {
          return;
        }
      }
    }
  }

  private Map<JobsOfType, Integer> expire(
      Leadership leadership, Map<UUID, List<UUID>> jobsByWorkflow) {
    return LeaderStore.asLeader(
        database,
        leadership,
        dsl -> {
          Database.limitLockWait(dsl, SHORT_WAIT);
          Set<UUID> free = WorkflowLocks.lockFree(dsl, database.tables(), jobsByWorkflow.keySet());
          Map<JobsOfType, Integer> ended =
              end(dsl, jobsByWorkflow.values().stream().flatMap(List::stream).toList(), free);
          // Thousands of tasks may end with a job, and the leader's statements end after a few
          // seconds
          Settlement.settleBeforeCommit(dsl, database);
          return ended;
        });
  }

  private Map<JobsOfType, Integer> end(
      DSLContext dsl, Collection<UUID> ids, Collection<UUID> workflowIds) {
    Map<JobsOfType, Integer> ended = new HashMap<>();
    expire.run(
        dsl,
        Map.of("ids", ids.toArray(UUID[]::new), "workflows", workflowIds.toArray(UUID[]::new)),
        row -> ended.merge(new JobsOfType(row.getString(2), row.getString(3)), 1, Integer::sum));
    return ended;
  }

  private static void add(Map<JobsOfType, Integer> all, Map<JobsOfType, Integer> some) {
    some.forEach((kind, count) -> all.merge(kind, count, Integer::sum));
  }
}
