package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.annotation.Schedule;
import org.jspecify.annotations.Nullable;

/** Counts what is in stock, each night. */
@JobType(
    value = "stock.count",
    schedules = @Schedule(cron = "0 3 * * *", overlap = OverlapPolicy.QUEUE_ONE),
    maxAttempts = 3,
    retryDelays = {"1h", "36h"})
public record StockCount() {

  /** Calls what a test gives it. */
  @JobType("stock.count")
  public static final class Handler implements JobHandler<StockCount, Void> {

    private final Work work;

    /** What a run does. */
    @FunctionalInterface
    public interface Work {
      void run(JobContext context) throws Exception;
    }

    public Handler(Work work) {
      this.work = work;
    }

    @Override
    public @Nullable Void execute(StockCount count, JobContext context) throws Exception {
      work.run(context);
      return null;
    }
  }
}
