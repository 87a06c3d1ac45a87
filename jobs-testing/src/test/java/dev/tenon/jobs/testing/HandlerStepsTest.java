package dev.tenon.jobs.testing;

import static dev.tenon.jobs.testing.JobAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.durable.InvalidSignalException;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.Resolution;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HandlerStepsTest {

  private static final OrderFulfil ORDER = new OrderFulfil(List.of("bolt", "nut"), false);

  private final OrderFulfil.Handler handler = new OrderFulfil.Handler();
  private final TestClock clock = TestClock.startingNow();
  private final HandlerTest<OrderFulfil, OrderFulfil.Fulfilment> test =
      HandlerTest.of(OrderFulfilJob.DEFINITION, handler).withClock(clock);

  @Test
  void aRunEndsWhereTheJobWaits() {
    HandlerRun<OrderFulfil.Fulfilment> run = test.run(ORDER);

    assertThat(run)
        .isSuspended()
        .isSuspendedUntil(clock.instant().plus(Duration.ofDays(3)))
        .hasRecorded("charge", "decision");
    assertThat(handler.done).containsExactly("charge");
    assertThat(run.steps())
        .extracting(JobStep::state)
        .containsExactly(JobStep.State.DONE, JobStep.State.OPEN, JobStep.State.WAITING);
    assertThat(run.steps().get(0).result()).contains("{\"number\":\"R2\"}");
    assertThat(run.steps()).extracting(JobStep::startedAt).containsOnly(clock.instant());
    assertThatThrownBy(run::result)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("but it waits until ");
  }

  @Test
  void aRunContinuesAnEarlierOne() {
    HandlerRun<OrderFulfil.Fulfilment> waiting = test.run(ORDER);
    HandlerRun<OrderFulfil.Fulfilment> sleeping =
        test.after(waiting).withSent(OrderPaidSignal.DEFINITION, new OrderPaid(995)).run(ORDER);
    assertThat(sleeping).isSuspendedUntil(clock.instant().plus(Duration.ofHours(12)));
    clock.advance(Duration.ofHours(12));

    assertThat(test.after(sleeping).run(ORDER))
        .isCompletedWith(new OrderFulfil.Fulfilment("R2", 995))
        .hasRecorded("charge", "decision", "beforePacking", "pack/bolt", "pack/nut");
    assertThat(handler.done).containsExactly("charge", "pack bolt", "pack nut");
    // The earlier run is as it was
    assertThat(waiting).hasRecorded("charge", "decision");
  }

  @Test
  void aWaitTimesOut() {
    HandlerRun<OrderFulfil.Fulfilment> waiting = test.run(ORDER);
    clock.advance(Duration.ofDays(3));

    assertThat(test.after(waiting).run(ORDER)).isCompletedWith(new OrderFulfil.Fulfilment("R2", 0));
  }

  @Test
  void resultsAndCursorsAreGiven() {
    HandlerRun<OrderFulfil.Fulfilment> run =
        test.withStep(OrderFulfilSteps.CHARGE, new OrderFulfil.Receipt("given"))
            .withStep(OrderFulfilSteps.PACK, "bolt", null)
            .withCursor(OrderFulfilSteps.CURSOR, new OrderFulfil.Packed(5))
            .withSent(OrderPaidSignal.DEFINITION, new OrderPaid(1))
            .run(ORDER);
    clock.advance(Duration.ofHours(12));

    HandlerRun<OrderFulfil.Fulfilment> last = test.after(run).run(ORDER);
    assertThat(last).isCompletedWith(new OrderFulfil.Fulfilment("given", 1));
    assertThat(last.cursor()).contains("{\"lines\":7}");
    assertThat(handler.done).containsExactly("pack nut");
  }

  @Test
  void aSignalThatIsNotValidIsRefused() {
    assertThatThrownBy(() -> test.withSent(OrderPaidSignal.DEFINITION, new OrderPaid(0)))
        .isInstanceOf(InvalidSignalException.class)
        .hasMessageContaining("order.paid");
  }

  @Test
  void aStepThatHasBegunIsInDoubt() {
    handler.losesReceipt = true;
    HandlerRun<OrderFulfil.Fulfilment> failed = test.run(ORDER);
    assertThat(failed).isRetriedIn(Duration.ofMinutes(1)).hasThrown(IllegalStateException.class);

    handler.resolution = Resolution.askPerson("Was it charged?");
    HandlerRun<OrderFulfil.Fulfilment> asked = test.withAttempt(2).after(failed).run(ORDER);
    assertThat(asked).isSuspended();
    assertThat(asked.outcome()).isEqualTo(new JobOutcome.Suspended(Optional.empty()));
    assertThat(asked.steps().get(0).message()).contains("Was it charged?");

    handler.resolution = Resolution.done(new OrderFulfil.Receipt("found"));
    assertThat(test.withAttempt(2).after(failed).run(ORDER)).isSuspended();
    assertThat(handler.done).containsExactly("charge", "find charge", "find charge");
  }

  @Test
  void aStepInATransactionNeedsADataSource() {
    assertThat(test.run(new OrderFulfil(List.of(), true)))
        .hasThrown(IllegalStateException.class)
        .hasErrorContaining("withStepDataSource");
  }

  @Test
  void aStepInATransactionIsCommittedOrRolledBack() {
    List<String> calls = new ArrayList<>();
    HandlerTest<OrderFulfil, OrderFulfil.Fulfilment> connected =
        test.withStepDataSource(dataSource(calls));
    OrderFulfil reserving = new OrderFulfil(List.of("bolt"), true);

    HandlerRun<OrderFulfil.Fulfilment> run = connected.run(reserving);
    assertThat(run).isSuspended().hasRecorded("charge", "reserve", "decision");
    assertThat(calls).containsExactly("setAutoCommit", "prepareStatement", "commit", "close");

    calls.clear();
    assertThat(connected.after(run).run(reserving)).isSuspended();
    assertThat(calls).isEmpty();

    assertThat(connected.withStepDataSource(broken(calls)).run(reserving))
        .hasThrown(SQLException.class)
        .hasRecorded("charge");
    assertThat(calls).containsExactly("setAutoCommit", "rollback", "close");
  }

  private static DataSource dataSource(List<String> calls) {
    PreparedStatement statement = proxy(PreparedStatement.class, (name, arguments) -> 1);
    return proxy(
        DataSource.class,
        (name, arguments) ->
            proxy(
                Connection.class,
                (method, given) -> {
                  calls.add(method);
                  return method.equals("prepareStatement") ? statement : null;
                }));
  }

  private static DataSource broken(List<String> calls) {
    return proxy(
        DataSource.class,
        (name, arguments) ->
            proxy(
                Connection.class,
                (method, given) -> {
                  if (method.equals("prepareStatement")) {
                    throw new SQLException("There is no such table");
                  }
                  calls.add(method);
                  return null;
                }));
  }

  private interface Answer {
    @Nullable Object to(String method, @Nullable Object[] arguments) throws SQLException;
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Object value = answer.to(method.getName(), arguments);
              return method.getReturnType() == void.class ? null : value;
            }));
  }
}
