package dev.tenon.benchmarks.systems;

import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.Work;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tenon with jobs that belong to workflows: all to one batch, or to chains, each of which is
 * submitted as a whole.
 */
public final class TenonWorkflows implements JobSystem {

  /** Instead of the length of a chain. */
  private static final int BATCH = 0;

  private final TenonSystem tenon;
  private final int length;
  private @Nullable UUID batch;
  private long first;

  private TenonWorkflows(TenonSystem tenon, int length) {
    this.tenon = tenon;
    this.length = length;
  }

  /** All jobs belong to one batch, without order. */
  public static TenonWorkflows batch(TenonSystem tenon) {
    return new TenonWorkflows(tenon, BATCH);
  }

  /** Chains of a number of jobs. */
  public static TenonWorkflows chains(TenonSystem tenon, int length) {
    return new TenonWorkflows(tenon, length);
  }

  /** Jobs that are submitted together are a chain. */
  public static TenonWorkflows chain(TenonSystem tenon) {
    return new TenonWorkflows(tenon, Integer.MAX_VALUE);
  }

  @Override
  public void submit(Work work) {
    submitAll(List.of(work));
  }

  @Override
  public synchronized void submitAll(List<Work> works) {
    if (length == BATCH) {
      addToBatch(works);
      return;
    }
    int task = Math.min(length, works.size());
    for (int from = 0; from < works.size(); from += task) {
      submitChain(works.subList(from, Math.min(works.size(), from + task)));
    }
  }

  private void submitChain(List<Work> works) {
    Workflow chain = Workflow.named("bench.chain").submittedBy(TenonSystem.SUBMITTER);
    Task<Void> last = chain.add(tenon.jobs(), works.get(0));
    for (Work work : works.subList(1, works.size())) {
      last = chain.add(tenon.jobs(), work).after(last);
    }
    tenon.service().submit(chain);
    first++;
  }

  private void addToBatch(List<Work> works) {
    if (batch == null) {
      Workflow open = Workflow.named("bench.batch").submittedBy(TenonSystem.SUBMITTER).leftOpen();
      batch = tenon.service().submit(open).id();
    }
    tenon.service().workflows().add(batch, tenon.jobs(), works);
  }

  /** The first job of each chain is published; the others wait. */
  @Override
  public synchronized boolean isSettled() throws SQLException {
    return (length == BATCH || !tenon.publishes()) ? tenon.isSettled() : tenon.queued() >= first;
  }

  @Override
  public synchronized Worker startWorker(Consumer<Work> handler) {
    first = 0;
    if (batch != null) {
      tenon.service().workflows().close(batch);
      batch = null;
    }
    return tenon.startWorker(handler);
  }

  @Override
  public long unfinished() throws SQLException {
    return tenon.unfinished();
  }

  @Override
  public void close() {
    tenon.close();
  }
}
