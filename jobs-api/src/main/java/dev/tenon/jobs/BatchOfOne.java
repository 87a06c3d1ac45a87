package dev.tenon.jobs;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Calls a batch handler with a single job, as a handler of single jobs. */
final class BatchOfOne<P, R> implements JobHandler<P, R> {

  private final BatchJobHandler<P, R> handler;

  BatchOfOne(BatchJobHandler<P, R> handler) {
    this.handler = handler;
  }

  @Override
  public @Nullable R execute(P payload, JobContext context) throws Exception {
    One<P, R> job = new One<>(payload, context);
    try {
      handler.execute(List.of(job));
    } catch (Throwable e) {
      if (!job.isEnded()) {
        throw e;
      }
    }
    return job.result();
  }

  private static final class One<P, R> implements BatchJob<P, R> {

    private final P payload;
    private final JobContext context;
    private boolean isEnded;
    private @Nullable R result;
    private @Nullable Throwable failure;

    One(P payload, JobContext context) {
      this.payload = payload;
      this.context = context;
    }

    @Override
    public P payload() {
      return payload;
    }

    @Override
    public JobContext context() {
      return context;
    }

    @Override
    public synchronized void complete(@Nullable R result) {
      if (!isEnded) {
        isEnded = true;
        this.result = result;
      }
    }

    @Override
    public synchronized void fail(Throwable failure) {
      Objects.requireNonNull(failure, "failure");
      if (!isEnded) {
        isEnded = true;
        this.failure = failure;
      }
    }

    @Override
    public synchronized boolean isEnded() {
      return isEnded;
    }

    synchronized @Nullable R result() throws Exception {
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure instanceof Exception exception) {
        throw exception;
      }
      if (failure != null) {
        throw new IllegalStateException(failure);
      }
      return result;
    }
  }
}
