package dev.tenon.jobs.internal.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.store.WorkerStore;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class DatabaseContactTest {

  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private final AtomicInteger questions = new AtomicInteger();

  private static Exception broken() {
    return new IllegalStateException(new SQLException("x", "57P01"));
  }

  private DatabaseContact withDatabase() {
    return withServerThatHasRunFor(Duration.ofDays(1));
  }

  private DatabaseContact withServerThatHasRunFor(Duration uptime) {
    return new DatabaseContact(
        () -> {
          questions.incrementAndGet();
          return uptime;
        },
        INTERVAL);
  }

  private DatabaseContact withoutDatabase() {
    WorkerStore nowhere = nowhere();
    return new DatabaseContact(
        () -> {
          questions.incrementAndGet();
          return nowhere.uptime();
        },
        INTERVAL);
  }

  private static WorkerStore nowhere() {
    DataSource none =
        (DataSource)
            Proxy.newProxyInstance(
                DataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                  throw new SQLException("refused", "08001");
                });
    return new WorkerStore(new Database(none, none, none, "tenon"));
  }

  @Test
  void aBrokenConnectionCountsWhileTheDatabaseAnswers() {
    assertThat(withDatabase().explains(broken())).isFalse();
    assertThat(questions).as("the first answer may come from a server that stops").hasValue(2);
  }

  @Test
  void aServerThatWasRestartedExplainsIt() {
    assertThat(withServerThatHasRunFor(Duration.ofMillis(1)).explains(broken())).isTrue();
    assertThat(withServerThatHasRunFor(INTERVAL.multipliedBy(100)).explains(broken())).isFalse();
  }

  @Test
  void otherExceptionsAskNothing() {
    DatabaseContact contact = withoutDatabase();
    assertThat(contact.explains(new SQLException("x", "40P01"))).isFalse();
    assertThat(contact.explains(new SQLException("x"))).isFalse();
    assertThat(contact.explains(new IllegalStateException("x"))).isFalse();
    assertThat(questions).hasValue(0);
  }

  @Test
  void itDoesNotCountIfTheWorkerCannotReachTheDatabaseEither() {
    DatabaseContact contact = withoutDatabase();
    assertThat(contact.explains(broken())).isTrue();
    assertThat(contact.explains(broken())).isTrue();
    assertThat(questions).as("the first answer is enough for both").hasValue(1);
  }

  @Test
  void whatFailedLatelyIsNotAskedAgain() {
    DatabaseContact contact = withDatabase();
    contact.failed(new SQLException("this is not the worker's own statement", "08006"));
    assertThat(contact.explains(broken())).isFalse();
    assertThatThrownBy(nowhere()::uptime)
        .isInstanceOfSatisfying(StoreException.class, contact::failed);
    questions.set(0);
    assertThat(contact.explains(broken())).isTrue();
    assertThat(questions).hasValue(0);
  }

  @Test
  void whatWasClaimedBeforeASilenceIsNotHeldAfterIt() {
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    DatabaseContact contact =
        new DatabaseContact(() -> Duration.ofDays(1), Duration.ofNanos(10), now::get);
    assertThat(contact.beat(now.get())).isFalse();
    long claimed = now.addAndGet(1);
    now.addAndGet(28);
    assertThat(contact.holdsSince(claimed)).as("29 after the heartbeat").isTrue();
    now.addAndGet(1);
    assertThat(contact.holdsSince(claimed)).as("30 after the heartbeat").isFalse();
    assertThat(contact.isSilent()).isTrue();
    // The heartbeat is sent now, and arrives two later
    long sent = now.getAndAdd(2);
    assertThat(contact.beat(sent)).as("others may have taken its jobs").isTrue();
    assertThat(contact.isSilent()).isFalse();
    assertThat(contact.holdsSince(claimed)).as("claimed before the silence").isFalse();
    assertThat(contact.holdsSince(sent)).as("claimed before the heartbeat arrived").isFalse();
    assertThat(contact.holdsSince(now.addAndGet(1))).as("claimed after it").isTrue();
  }

  @Test
  void heartbeatsInTimeLeaveNoGap() {
    AtomicLong now = new AtomicLong();
    DatabaseContact contact =
        new DatabaseContact(() -> Duration.ofDays(1), Duration.ofNanos(10), now::get);
    long claimed = now.get();
    for (int i = 0; i < 10; i++) {
      assertThat(contact.beat(now.getAndAdd(29))).isFalse();
      assertThat(contact.holdsSince(claimed)).isTrue();
    }
  }

  @Test
  void aWorkerThatStartsLateWasNotSilent() {
    AtomicLong now = new AtomicLong();
    DatabaseContact contact =
        new DatabaseContact(() -> Duration.ofDays(1), Duration.ofNanos(10), now::get);
    assertThat(contact.beat(now.addAndGet(1000))).isFalse();
    assertThat(contact.holdsSince(now.get())).isTrue();
  }

  @Test
  void aHandlerThatIsAskedToStopQueriesNothing() {
    Thread.currentThread().interrupt();
    assertThat(withDatabase().explains(broken())).isFalse();
    assertThat(Thread.interrupted()).as("it is still asked to stop").isTrue();
  }
}
