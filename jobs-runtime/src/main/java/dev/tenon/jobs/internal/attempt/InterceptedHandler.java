package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.intercept.HandlerCall;
import dev.tenon.jobs.intercept.SubmitInterceptor;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A handler with the interceptors that run around it. Thread-safe.
 *
 * @param <P> the payload record
 * @param <R> what the handler returns
 */
public final class InterceptedHandler<P, R> implements JobHandler<P, R> {

  private final JobDefinition<P, R> definition;
  private final JobHandler<P, R> handler;
  private final List<ExecutionInterceptor> interceptors;

  private InterceptedHandler(
      JobDefinition<P, R> definition,
      JobHandler<P, R> handler,
      List<ExecutionInterceptor> interceptors) {
    this.definition = definition;
    this.handler = handler;
    this.interceptors = interceptors;
  }

  /**
   * Returns the binding with those interceptors that apply to its type around its handler; the same
   * binding if there are none, so that it costs nothing.
   *
   * @param interceptors the interceptors, the outermost first
   * @throws IllegalArgumentException if one applies to a type whose handler takes batches: what it
   *     prepares for one job, such as a tenant, must not be seen by the others
   */
  public static <P, R> JobBinding<P, R> around(
      JobBinding<P, R> binding, List<ExecutionInterceptor> interceptors) {
    List<ExecutionInterceptor> applied =
        interceptors.stream().filter(each -> each.appliesTo(binding.definition())).toList();
    if (applied.isEmpty()) {
      return binding;
    }
    if (binding.batch().isPresent()) {
      ExecutionInterceptor first = applied.get(0);
      throw new IllegalArgumentException(
          "The interceptor %s applies to job type '%s', but its handler takes batches, and an interceptor runs around the handler of one job. Let appliesTo return false for the type, and let the handler read what it needs from the context of each job.%s"
              .formatted(
                  first.getClass().getName(),
                  binding.definition().type(),
                  first instanceof SubmitInterceptor
                      ? " The interceptor is also a SubmitInterceptor: if submissions of the type"
                          + " need it, register that side separately."
                      : ""));
    }
    return new JobBinding<>(
        binding.definition(),
        new InterceptedHandler<>(binding.definition(), binding.handler(), applied),
        binding.steps(),
        Optional.empty());
  }

  @Override
  public @Nullable R execute(P payload, JobContext context) throws Exception {
    Execution execution = new Execution(payload, context);
    execution.run(0);
    return execution.result;
  }

  /** One call of the handler, with all interceptors. */
  private final class Execution {

    private final Thread thread = Thread.currentThread();
    private final P payload;
    private final JobContext context;
    private @Nullable R result;

    Execution(P payload, JobContext context) {
      this.payload = payload;
      this.context = context;
    }

    /** Calls the interceptor with this index, or the handler after the last one. */
    void run(int index) throws Exception {
      if (index == interceptors.size()) {
        result = handler.execute(payload, context);
        return;
      }
      ExecutionInterceptor interceptor = interceptors.get(index);
      Call call = new Call(this, interceptor, index + 1);
      try {
        interceptor.intercept(call);
      } finally {
        call.isOver = true;
      }
      call.requireEnd();
    }
  }

  /** The call, as one of the interceptors sees it. */
  private final class Call implements HandlerCall {

    private final Execution execution;
    private final ExecutionInterceptor interceptor;
    private final int next;
    private boolean wasMade;
    private volatile boolean isOver;
    private @Nullable Throwable thrown;

    Call(Execution execution, ExecutionInterceptor interceptor, int next) {
      this.execution = execution;
      this.interceptor = interceptor;
      this.next = next;
    }

    @Override
    public JobDefinition<?, ?> definition() {
      return definition;
    }

    @Override
    public JobContext context() {
      return execution.context;
    }

    @Override
    public Object payload() {
      return execution.payload;
    }

    @Override
    public void proceed() throws Exception {
      if (Thread.currentThread() != execution.thread) {
        throw misused(
            "on the thread '%s', but a handler runs on the thread that called the interceptor"
                .formatted(Thread.currentThread().getName()));
      }
      if (isOver) {
        throw misused("after the interceptor had returned");
      }
      if (wasMade) {
        throw misused(
            "twice for one attempt. To run the job again, let the exception pass: the job is"
                + " retried as its type declares");
      }
      wasMade = true;
      try {
        execution.run(next);
      } catch (Throwable e) {
        thrown = e;
        throw e;
      }
    }

    private IllegalStateException misused(String how) {
      return new IllegalStateException(
          "The interceptor %s called proceed() %s."
              .formatted(interceptor.getClass().getName(), how));
    }

    /** Passes on what the handler has thrown, even if the interceptor did not. */
    void requireEnd() throws Exception {
      Throwable failure = thrown;
      if (failure instanceof Exception exception) {
        throw exception;
      }
      if (failure instanceof Error error) {
        throw error;
      }
      if (!wasMade) {
        throw new JobsException(
            "The interceptor %s returned without calling proceed(), so the handler did not run. Call it, or throw an exception that says what happens to the job: a PermanentJobException, a RetryJobException, or context().snooze(…)."
                .formatted(interceptor.getClass().getName()),
            definition.type(),
            execution.context.jobId(),
            null);
      }
    }

    @Override
    public String toString() {
      return "HandlerCall[type=%s, jobId=%s]"
          .formatted(definition.type(), execution.context.jobId());
    }
  }
}
