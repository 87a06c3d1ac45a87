package dev.tenon.benchmarks.systems;

import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.Work;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/** Tenon with a workflow of three tasks, one after the other, for each job. */
public final class TenonChainsOfThree implements JobSystem {

  private static final String EARLIER = "earlier task";

  private final TenonSystem tenon;
  private long chains;

  /** Tenon with chains of jobs of its type. */
  public TenonChainsOfThree(TenonSystem tenon) {
    this.tenon = tenon;
  }

  @Override
  public synchronized void submit(Work work) {
    Work earlier = new Work(work.number(), work.sentAtMicros(), EARLIER);
    Workflow chain = Workflow.named("bench.three").submittedBy(TenonSystem.SUBMITTER);
    Task<Void> first = chain.add(tenon.jobs(), earlier);
    Task<Void> second = chain.add(tenon.jobs(), earlier).after(first);
    Task<Void> unused = chain.add(tenon.jobs(), work).after(second);
    tenon.service().submit(chain);
    chains++;
  }

  @Override
  public void submitAll(List<Work> works) {
    works.forEach(this::submit);
  }

  /** The first job of each chain is published; the others wait. */
  @Override
  public synchronized boolean isSettled() throws SQLException {
    return !tenon.publishes() || tenon.queued() >= chains;
  }

  /** Only the last task of each chain counts. */
  @Override
  public synchronized Worker startWorker(Consumer<Work> handler) {
    chains = 0;
    return tenon.startWorker(
        work -> {
          if (!work.customer().equals(EARLIER)) {
            handler.accept(work);
          }
        });
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
