package dev.tenon.benchmarks.systems;

import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.StepsHandler;
import dev.tenon.benchmarks.Work;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.definition.StepsDefinition;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/** Tenon with a handler that has three steps. */
public final class TenonSteps implements JobSystem {

  private final TenonSystem tenon;
  private final StepsDefinition steps;

  /** Tenon with the handler for its type. */
  public TenonSteps(TenonSystem tenon) {
    this.tenon = tenon;
    this.steps = StepsHandler.steps(tenon.definition().type());
  }

  @Override
  public void submit(Work work) {
    tenon.submit(work);
  }

  @Override
  public void submitAll(List<Work> works) {
    tenon.submitAll(works);
  }

  @Override
  public boolean isSettled() throws SQLException {
    return tenon.isSettled();
  }

  @Override
  public Worker startWorker(Consumer<Work> handler) {
    return tenon.startWorker(
        handler, new JobBinding<>(tenon.definition(), new StepsHandler(handler, steps), steps));
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
