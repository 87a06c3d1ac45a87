package dev.tenon.jobs.internal.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.BatchJob;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.BatchRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.intercept.HandlerCall;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What interceptors may do around a handler. */
class InterceptedHandlerTest {

  private static final UUID JOB = new UUID(0, 7);
  private static final Order ORDER = new Order("a", 1);

  private final List<String> said = new ArrayList<>();

  private static final JobContext CONTEXT =
      (JobContext)
          Proxy.newProxyInstance(
              JobContext.class.getClassLoader(),
              new Class<?>[] {JobContext.class},
              (proxy, method, arguments) -> method.getName().equals("jobId") ? JOB : null);

  private Receipt handle(Order order, JobContext context) {
    said.add("handler");
    return new Receipt(order.name());
  }

  private static Receipt run(
      JobHandler<Order, Receipt> handler, ExecutionInterceptor... interceptors) throws Exception {
    return InterceptedHandler.around(
            new JobBinding<>(TestJobs.ORDER, handler), List.of(interceptors))
        .handler()
        .execute(ORDER, CONTEXT);
  }

  private ExecutionInterceptor saying(String name) {
    return call -> {
      said.add(name + " before");
      try {
        call.proceed();
      } finally {
        said.add(name + " after");
      }
    };
  }

  @Test
  void theFirstInterceptorIsTheOutermost() throws Exception {
    assertThat(run(this::handle, saying("a"), saying("b"))).isEqualTo(new Receipt("a"));
    assertThat(said).containsExactly("a before", "b before", "handler", "b after", "a after");
  }

  @Test
  void anInterceptorSeesTypeJobAndPayload() throws Exception {
    AtomicReference<HandlerCall> seen = new AtomicReference<>();
    Receipt unused =
        run(
            this::handle,
            call -> {
              seen.set(call);
              call.proceed();
            });

    assertThat(seen.get().definition()).isSameAs(TestJobs.ORDER);
    assertThat(seen.get().payload()).isSameAs(ORDER);
    assertThat(seen.get().context()).isSameAs(CONTEXT);
    assertThat(seen.get())
        .hasToString("HandlerCall[type=" + TestJobs.ORDER.type() + ", jobId=" + JOB + "]");
    assertThatThrownBy(() -> seen.get().proceed())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith(" called proceed() after the interceptor had returned.");
  }

  @Test
  void theHandlersExceptionCountsEvenIfAnInterceptorSwallowsIt() {
    IllegalArgumentException failure = new IllegalArgumentException("it fails");
    JobHandler<Order, Receipt> failing =
        (order, context) -> {
          throw failure;
        };

    assertThatThrownBy(
            () ->
                run(
                    failing,
                    call -> {
                      try {
                        call.proceed();
                      } catch (Exception e) {
                        said.add(String.valueOf(e.getMessage()));
                      }
                    }))
        .isSameAs(failure);
    assertThat(said).containsExactly("it fails");
  }

  @Test
  void anInterceptorMayThrowAnExceptionOfItsOwn() {
    IllegalStateException refusal = new IllegalStateException("not now");
    assertThatThrownBy(
            () ->
                run(
                    this::handle,
                    call -> {
                      throw refusal;
                    }))
        .isSameAs(refusal);
    assertThat(said).isEmpty();
  }

  @Test
  void anInterceptorThatDoesNotProceedHasToThrow() {
    assertThatThrownBy(() -> run(this::handle, call -> {}))
        .hasMessageStartingWith("The interceptor " + InterceptedHandlerTest.class.getName())
        .hasMessageEndingWith(
            " returned without calling proceed(), so the handler did not run. Call it, or throw an"
                + " exception that says what happens to the job: a PermanentJobException, a"
                + " RetryJobException, or context().snooze(…).");
    assertThat(said).isEmpty();
  }

  @Test
  void aHandlerRunsOnceAndOnItsThread() throws Exception {
    assertThatThrownBy(
            () ->
                run(
                    this::handle,
                    call -> {
                      call.proceed();
                      call.proceed();
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith(
            " called proceed() twice for one attempt. To run the job again, let the exception pass:"
                + " the job is retried as its type declares.");
    assertThat(said).containsExactly("handler");
    AtomicReference<Throwable> elsewhere = new AtomicReference<>();
    Receipt unused =
        run(
            this::handle,
            call -> {
              Thread other =
                  new Thread(
                      () -> {
                        try {
                          call.proceed();
                        } catch (Exception e) {
                          elsewhere.set(e);
                        }
                      },
                      "other");
              other.start();
              other.join();
              call.proceed();
            });
    assertThat(elsewhere.get())
        .hasMessageEndingWith(
            " called proceed() on the thread 'other', but a handler runs on the thread that called"
                + " the interceptor.");
  }

  @Test
  void aBindingWithoutInterceptorsStaysAsItIs() {
    ExecutionInterceptor ofOthers =
        new ExecutionInterceptor() {
          @Override
          public void intercept(HandlerCall call) throws Exception {
            call.proceed();
          }

          @Override
          public boolean appliesTo(JobDefinition<?, ?> definition) {
            return !definition.type().equals(TestJobs.ORDER.type());
          }
        };
    JobBinding<Order, Receipt> binding = new JobBinding<>(TestJobs.ORDER, this::handle);

    assertThat(InterceptedHandler.around(binding, List.of())).isSameAs(binding);
    assertThat(InterceptedHandler.around(binding, List.of(ofOthers))).isSameAs(binding);
  }

  @Test
  void aBatchHandlerHasNoInterceptors() {
    JobBinding<Order, Receipt> batches =
        new JobBinding<>(
            TestJobs.ORDER,
            (List<BatchJob<Order, Receipt>> jobs) -> said.add("batch"),
            BatchRule.of(10, Duration.ofMillis(50)));
    ExecutionInterceptor notForOrders =
        new ExecutionInterceptor() {
          @Override
          public boolean appliesTo(JobDefinition<?, ?> definition) {
            return !definition.equals(TestJobs.ORDER);
          }

          @Override
          public void intercept(HandlerCall call) throws Exception {
            call.proceed();
          }
        };

    assertThat(InterceptedHandler.around(batches, List.of(notForOrders))).isSameAs(batches);
    assertThatThrownBy(() -> InterceptedHandler.around(batches, List.of(saying("a"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("applies to job type '" + TestJobs.ORDER.type() + "'")
        .hasMessageContaining("its handler takes batches")
        .hasMessageContaining("Let appliesTo return false for the type");
  }
}
