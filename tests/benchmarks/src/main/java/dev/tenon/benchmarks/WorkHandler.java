package dev.tenon.benchmarks;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells the measurement of a job, and does nothing else. */
@JobType("bench.work")
public final class WorkHandler implements JobHandler<Work, Void> {

  private final Consumer<Work> measurement;

  /** A handler for one worker. */
  public WorkHandler(Consumer<Work> measurement) {
    this.measurement = measurement;
  }

  @Override
  public @Nullable Void execute(Work work, JobContext context) {
    measurement.accept(work);
    return null;
  }
}
