package dev.tenon.benchmarks.systems;

import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.Work;
import dev.tenon.jobs.Step;
import dev.tenon.jobs.Workflow;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tenon with jobs that belong to workflows: all to one batch, or to chains. */
public final class TenonWorkflows implements JobSystem {

  private final TenonSystem tenon;
  private final int length;
  private @Nullable UUID batch;
  private long first;

  /**
   * Workflows.
   *
   * @param length how many jobs a chain has; {@link Integer#MAX_VALUE} for one batch without order
   */
  public TenonWorkflows(TenonSystem tenon, int length) {
    this.tenon = tenon;
    this.length = length;
  }

  @Override
  public void submit(Work work) {
    submitAll(List.of(work));
  }

  @Override
  public synchronized void submitAll(List<Work> works) {
    if (length == Integer.MAX_VALUE) {
      addToBatch(works);
      return;
    }
    for (int from = 0; from < works.size(); from += length) {
      Workflow chain = Workflow.named("bench.chain").submittedBy(TenonSystem.SUBMITTER);
      Step<Void> last = chain.add(tenon.jobs(), works.get(from));
      for (Work work : works.subList(from + 1, Math.min(works.size(), from + length))) {
        last = chain.add(tenon.jobs(), work).after(last);
      }
      tenon.service().submit(chain);
      first++;
    }
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
    return length == Integer.MAX_VALUE ? tenon.isSettled() : tenon.queued() >= first;
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
