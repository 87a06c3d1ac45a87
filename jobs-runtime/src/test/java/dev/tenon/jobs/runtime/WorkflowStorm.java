package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.workflow.PreparationStore.Prepared;
import dev.tenon.jobs.runtime.WorkflowModel.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Does many operations on workflows at the same moment, and checks that the tables fit together
 * when everything has ended. Not thread-safe.
 */
final class WorkflowStorm implements AutoCloseable {

  /** What must not be there when everything has ended. */
  private static final List<String> NOTHING_OF =
      List.of(
          "SELECT count(*) FROM tenon.live_jobs",
          // Each job has what was submitted, and how it stands, once
          "SELECT count(*) FROM tenon.job_data d"
              + " WHERE (SELECT count(*) FROM tenon.job_states s WHERE s.id = d.id) <> 1",
          "SELECT count(*) FROM tenon.job_states s WHERE NOT EXISTS ("
              + "SELECT FROM tenon.job_data d WHERE d.type = s.type AND d.id = s.id)",
          "SELECT count(*) FROM tenon.workflows WHERE outcome IS NULL OR unsettled <> 0 OR"
              + " unattempted <> 0",
          "SELECT count(*) FROM tenon.workflow_changes",
          // The headers of a workflow are those of its jobs and of its tasks that are workflows
          "SELECT count(*) FROM tenon.job_data d JOIN tenon.workflows w ON w.id = d.workflow_id"
              + " WHERE d.headers IS DISTINCT FROM w.headers OR d.headers IS NULL",
          "SELECT count(*) FROM tenon.workflows w JOIN tenon.workflows p ON p.id = w.parent_id"
              + " WHERE w.headers IS DISTINCT FROM p.headers",
          "SELECT count(*) FROM tenon.job_data d WHERE NOT EXISTS (SELECT FROM tenon.job_headers h"
              + " WHERE h.name = 'flow' AND h.value = d.headers ->> 'flow' AND h.id = d.id)",
          "SELECT count(*) FROM tenon.workflows WHERE open_follow_ups <> 0",
          """
          SELECT count(*) FROM tenon.workflow_tasks s WHERE NOT s.is_released AND (
            s.waits_for <> (SELECT count(*) FROM tenon.workflow_edges e WHERE e.successor = s.id AND e.state = 'waiting')
            OR s.broken <> (SELECT count(*) FROM tenon.workflow_edges e WHERE e.successor = s.id AND e.state = 'broken'))
          """,
          """
          SELECT count(*) FROM tenon.workflow_edges e
          JOIN tenon.workflow_tasks s ON s.id = e.successor
          LEFT JOIN tenon.jobs j ON j.id = e.predecessor
          LEFT JOIN tenon.workflows w ON w.id = e.predecessor
          WHERE NOT e.leads_out AND s.workflow_id IS DISTINCT FROM coalesce(j.workflow_id, w.parent_id)
            AND s.workflow_id IS DISTINCT FROM w.id
          """,
          """
          SELECT count(*) FROM tenon.workflows w CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE m.status = 'completed') AS completed,
              count(*) FILTER (WHERE m.status = 'failed') AS failed,
              count(*) FILTER (WHERE m.status = 'cancelled') AS cancelled,
              count(*) FILTER (WHERE m.status = 'skipped') AS skipped
            FROM (
              SELECT CASE WHEN s.is_stopped THEN 'skipped' ELSE j.status END AS status
              FROM tenon.jobs j LEFT JOIN tenon.workflow_tasks s ON s.id = j.id
              WHERE j.workflow_id = w.id AND s.is_follow_up IS NOT TRUE
              UNION ALL
              SELECT c.outcome FROM tenon.workflows c WHERE c.parent_id = w.id
              UNION ALL
              SELECT 'cancelled' FROM tenon.workflow_tasks s WHERE s.id = w.id AND s.error IS NOT NULL) AS m) AS found
          WHERE w.completed <> found.completed OR w.failed <> found.failed OR w.cancelled <> found.cancelled
            OR w.skipped <> found.skipped
          """);

  private final ModelledWorkflows workflows;
  private final WorkflowDatabase database;
  private final WorkflowModel model;
  private final JobService jobs;
  private final AtomicInteger batches = new AtomicInteger();

  WorkflowStorm(long seed, DataSource source) {
    workflows = new ModelledWorkflows(seed, source);
    database = workflows.database;
    model = workflows.model;
    jobs = database.jobs();
  }

  /** Returns how many batches of outcomes were recorded. */
  int batches() {
    return batches.get();
  }

  /** Four do what they like for a while, none is refused, and then everything ends. */
  void run(int tasks, Duration time) {
    for (int i = 0; i < 3; i++) {
      workflows.submit(tasks);
    }
    List<UUID> jobIds = model.jobs(job -> true).stream().map(Node::id).toList();
    List<UUID> flowIds = model.flows(flow -> true).stream().map(Node::id).toList();
    long end = System.nanoTime() + time.toNanos();
    ExecutorService storm = Executors.newFixedThreadPool(4);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Random own = new Random(workflows.random.nextLong());
      String worker = "w" + i;
      all.add(
          storm.submit(
              () -> {
                while (System.nanoTime() < end) {
                  if (own.nextInt(3) > 0) {
                    work(worker, own, 4);
                  } else if (own.nextBoolean()) {
                    makeAll();
                  } else {
                    control(
                        own,
                        jobIds.get(own.nextInt(jobIds.size())),
                        flowIds.get(own.nextInt(flowIds.size())));
                  }
                }
              }));
    }
    storm.shutdown();
    for (Future<?> each : all) {
      try {
        each.get();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } catch (ExecutionException e) {
        throw new AssertionError("Somebody was refused", e);
      }
    }
    drain();
    for (String broken : NOTHING_OF) {
      assertThat(database.number(broken)).as(broken).isZero();
    }
  }

  /** Everything that can run runs. */
  private void drain() {
    for (Node flow : model.flows(node -> node.flow < 0)) {
      jobs.workflows().resume(flow.id(), Actor.of("ann"));
    }
    model.flows(ModelledWorkflows::isPlainFlow).forEach(flow -> jobs.workflows().close(flow.id()));
    database.makeLaterJobsDue();
    boolean isUnfinished = true;
    while (isUnfinished) {
      boolean made = makeAll();
      isUnfinished = work("last", null, 50) > 0 || made;
    }
  }

  // What each of them does

  private int work(String worker, @Nullable Random own, int limit) {
    List<AttemptEnd> ends = new ArrayList<>();
    for (ClaimedJob claimed : database.claim(worker, limit)) {
      int kind = own == null ? 0 : own.nextInt(8);
      Lease lease = claimed.lease();
      ends.add(
          kind == 6
              ? new AttemptEnd.Retried(lease, WorkflowDatabase.FAILURE, Duration.ZERO)
              : kind > 3
                  ? new AttemptEnd.Failed(lease, WorkflowDatabase.FAILURE)
                  : new AttemptEnd.Completed(lease, "{\"text\":\"done\"}", 1));
    }
    if (!ends.isEmpty()) {
      assertThat(untilNobodyIsInTheWay(() -> database.finish(ends, 0)).recorded())
          .hasSize(ends.size());
      batches.incrementAndGet();
    }
    return ends.size();
  }

  /**
   * What is done in the background is done again if a deadlock has ended it, or somebody has held a
   * row for too long, as happens on a busy machine.
   */
  private static <T> T untilNobodyIsInTheWay(Supplier<T> work) {
    while (true) {
      try {
        return work.get();
      } catch (StoreException e) {
        boolean isHeld =
            e instanceof StoreUnavailableException unavailable && unavailable.isHeldByOthers();
        if (!isHeld && !"40P01".equals(e.sqlState())) {
          throw e;
        }
      }
    }
  }

  private boolean makeAll() {
    List<UUID> made = new ArrayList<>();
    database.prepare(
        task -> {
          made.add(task.id());
          List<NewJob> some = new ArrayList<>();
          for (int i = 0; i < (task.isForEach() ? 2 : 1); i++) {
            some.add(database.job(task, "made"));
          }
          return new Prepared.Jobs(some);
        });
    return !made.isEmpty();
  }

  private void control(Random own, UUID jobId, UUID flowId) {
    switch (own.nextInt(8)) {
      case 0, 1 -> {
        var unused = jobs.cancel(jobId, Actor.of("ann"));
      }
      case 2, 3 -> {
        boolean unused = database.retryUnlessStopped(jobId);
      }
      case 4 -> {
        int unused = jobs.workflows().cancel(flowId, Actor.of("ann"));
      }
      case 5 -> {
        int unused = jobs.workflows().retry(flowId, Actor.of("ann"));
      }
      case 6 -> jobs.workflows().pause(flowId, Actor.of("operator", "to see"));
      default -> jobs.workflows().resume(flowId, Actor.of("ann"));
    }
  }

  @Override
  public void close() {
    workflows.close();
  }
}
