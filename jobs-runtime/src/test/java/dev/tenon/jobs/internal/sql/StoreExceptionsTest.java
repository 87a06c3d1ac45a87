package dev.tenon.jobs.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import dev.tenon.jobs.internal.leader.TaskStore;
import dev.tenon.jobs.internal.operate.ReadStore;
import dev.tenon.jobs.internal.operate.RetentionStore;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.SubmitStore;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever goes wrong below the store comes out of it as one of its own exceptions. */
class StoreExceptionsTest {

  private static PostgresDatabase postgres;
  private static Database database;

  @BeforeAll
  static void open() {
    postgres = TenonDatabase.shared();
    database = database("tenon", postgres.dataSource());
  }

  private static Database database(String schema, DataSource dataSource) {
    return new Database(dataSource, dataSource, dataSource, schema);
  }

  @AfterAll
  static void drop() {
    postgres.close();
  }

  private static NewJob job(UUID id, String submittedBy) {
    return new NewJob(
        id,
        "test.errors",
        1,
        "jobs.test.errors",
        JobPriority.NORMAL,
        "{}",
        null,
        submittedBy,
        3,
        Duration.ofDays(1),
        null,
        null,
        null,
        Duration.ofDays(1),
        null,
        null);
  }

  @Test
  void aStatementThatPostgresRefusesIsRefused() {
    SubmitStore store = new SubmitStore(database);
    UUID id = UUID.randomUUID();
    store.insert(List.of(job(id, "one")));
    assertThatThrownBy(() -> store.insert(List.of(job(id, "two"))))
        .isInstanceOfSatisfying(
            StoreRefusedException.class,
            e -> {
              assertThat(e.sqlState()).isEqualTo("23505");
              assertThat(e.isAboutValues()).isTrue();
              assertThat(e.getMessage()).doesNotContain(id.toString());
            });
  }

  @Test
  void aSchemaThatIsNotThereIsRefusedWhateverTheValues() {
    Database empty = database("missing", postgres.dataSource());
    assertThatThrownBy(() -> new ReadStore(empty).find(UUID.randomUUID()))
        .isInstanceOfSatisfying(
            StoreRefusedException.class, e -> assertThat(e.isAboutValues()).isFalse());
    assertThatThrownBy(() -> new ClaimStore(empty).claimDue("w", Map.of("a.b", 1), 1, 1_000))
        .isInstanceOf(StoreRefusedException.class);
  }

  @Test
  void aBatchThatFailsInItsTransactionIsRefusedAsAWhole() {
    UUID id = UUID.randomUUID();
    List<NewJob> jobs =
        java.util.stream.Stream.generate(() -> job(id, "many")).limit(1001).toList();
    assertThatThrownBy(() -> new SubmitStore(database).insert(jobs))
        .isInstanceOf(StoreRefusedException.class);
    assertThat(new ReadStore(database).find(id)).isEmpty();
  }

  @Test
  void aStatementOnACallersConnectionThrowsTheStoresExceptionsToo() throws SQLException {
    SubmitStore store = new SubmitStore(database);
    UUID id = UUID.randomUUID();
    List<NewJob> twice = List.of(job(id, "one"), job(id, "two"));
    try (Connection connection = postgres.connect()) {
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> store.insert(connection, twice))
          .isInstanceOf(StoreRefusedException.class);
      connection.rollback();
    }
  }

  @Test
  void aDatabaseThatCannotBeReachedIsUnavailableAlsoAtTheEndsOfATransaction() {
    DataSource nowhere = DataSources.failing(new SQLException("refused", "08001"));
    Database away = database("tenon", nowhere);
    Leadership leadership = new Leadership("me", 1);
    assertThatThrownBy(() -> new RetentionStore(away).prune(leadership, 1))
        .isInstanceOfSatisfying(
            StoreUnavailableException.class, e -> assertThat(e.sqlState()).isEqualTo("08001"));
    assertThatThrownBy(() -> new TaskStore(away).list())
        .isInstanceOf(StoreUnavailableException.class);
    DataSource broken = DataSources.failing(new IllegalStateException("the pool is closed"));
    assertThatThrownBy(() -> new TaskStore(database("tenon", broken)).list())
        .isInstanceOf(StoreUnavailableException.class);

    DataSource breaking = DataSources.breakingAtCommit(postgres.dataSource());
    Database atCommit = database("tenon", breaking);
    Leadership real = new LeaderStore(database).acquire("me", Duration.ofMinutes(1)).orElseThrow();
    assertThatThrownBy(() -> new RetentionStore(atCommit).prune(real, 1))
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void aReplacedLeaderGetsAMessageInItsOwnWords() {
    assertThatThrownBy(() -> new RetentionStore(database).prune(new Leadership("other", -1), 1))
        .isInstanceOf(LeadershipLostException.class);
  }

  /** Data sources that fail. */
  private static final class DataSources {

    static DataSource failing(Exception failure) {
      return proxy(
          DataSource.class,
          (method, arguments) -> {
            throw failure;
          });
    }

    static DataSource breakingAtCommit(DataSource real) {
      return proxy(
          DataSource.class,
          (method, arguments) -> {
            Connection connection = real.getConnection();
            return proxy(
                Connection.class,
                (called, values) -> {
                  if (called.getName().equals("commit")) {
                    throw new SQLException("broken", "08006");
                  }
                  return called.invoke(connection, values);
                });
          });
    }

    private interface Call {
      Object to(java.lang.reflect.Method method, Object[] arguments) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Call call) {
      return type.cast(
          java.lang.reflect.Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (proxy, method, arguments) -> call.to(method, arguments)));
    }
  }
}
