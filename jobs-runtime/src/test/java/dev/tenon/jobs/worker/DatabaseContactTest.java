package dev.tenon.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.store.Database;
import dev.tenon.jobs.store.StoreException;
import dev.tenon.jobs.store.WorkerStore;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class DatabaseContactTest {

  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private final AtomicInteger questions = new AtomicInteger();

  private static Exception broken() {
    return new IllegalStateException(new SQLException("x", "57P01"));
  }

  private DatabaseContact withDatabase() {
    return new DatabaseContact(questions::incrementAndGet, INTERVAL);
  }

  private DatabaseContact withoutDatabase() {
    WorkerStore nowhere = nowhere();
    return new DatabaseContact(
        () -> {
          questions.incrementAndGet();
          nowhere.ping();
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
    assertThatThrownBy(nowhere()::ping)
        .isInstanceOfSatisfying(StoreException.class, contact::failed);
    questions.set(0);
    assertThat(contact.explains(broken())).isTrue();
    assertThat(questions).hasValue(0);
  }

  @Test
  void aHandlerThatIsToldToStopAsksNothing() {
    Thread.currentThread().interrupt();
    assertThat(withDatabase().explains(broken())).isFalse();
    assertThat(Thread.interrupted()).as("it is still told to stop").isTrue();
  }
}
