package dev.tenon.jobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineTestKit;

class TenonExtensionTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @RegisterExtension final TenonExtension tenon = TenonExtension.withWorker(TestHandlers.all());

  @Test
  void runsAJobToItsEnd() {
    KitJobs jobs = new KitJobs(tenon.jobs());
    UUID id = jobs.echo().submit(new Echo("hello"), SubmitOptions.by("test")).jobId();

    Job job = tenon.awaitEnd(id, PATIENCE);

    assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.echo().find(id).orElseThrow().result()).contains(new Echo("hello"));
  }

  @Test
  void returnsAJobThatFailed() {
    UUID id =
        new KitJobs(tenon.jobs()).echo().submit(new Echo(""), SubmitOptions.by("test")).jobId();

    Job job = tenon.awaitEnd(id, PATIENCE);

    assertThat(job.status()).isEqualTo(JobStatus.FAILED);
    assertThat(job.error().flatMap(JobError::message)).contains("Nothing to say.");
  }

  @Test
  void saysThatThereIsNoSuchJob() {
    assertThatThrownBy(() -> tenon.awaitEnd(UUID.randomUUID(), PATIENCE))
        .isInstanceOf(JobNotFoundException.class);
  }

  @Test
  void saysWhenItIsNotRegistered() {
    assertThatThrownBy(TenonExtension.create()::jobs)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("@RegisterExtension");
  }

  @Test
  void anInstanceFieldGivesEachTestADatabase() {
    PerTest.databases.clear();
    run(PerTest.class, 2);
    assertThat(PerTest.databases).hasSize(2);
  }

  @Test
  void aStaticFieldGivesTheTestsOfAClassOneDatabase() {
    PerClass.databases.clear();
    run(PerClass.class, 2);
    assertThat(PerClass.databases).hasSize(1);
  }

  @Test
  void classesThatAreNestedInTheClassHaveTheSameDatabase() {
    Outer.databases.clear();
    run(Outer.class, 3);
    assertThat(Outer.databases).hasSize(1);
  }

  private static void run(Class<?> tests, int count) {
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(tests))
        .execute()
        .testEvents()
        .assertStatistics(statistics -> statistics.succeeded(count).failed(0));
  }

  private static String database(TenonExtension tenon) throws SQLException {
    try (Connection connection = tenon.dataSource().getConnection()) {
      return connection.getCatalog();
    }
  }

  private static void submitsIntoAnEmptyTable(TenonExtension tenon) {
    assertThat(tenon.jobs().list(JobQuery.all()).items()).isEmpty();
    new KitJobs(tenon.jobs()).echo().submit(new Echo("waits"), SubmitOptions.by("test"));
  }

  static class PerTest {
    static final Set<String> databases = ConcurrentHashMap.newKeySet();

    @RegisterExtension final TenonExtension tenon = TenonExtension.create();

    @Test
    void first() throws SQLException {
      submitsIntoAnEmptyTable(tenon);
      databases.add(database(tenon));
    }

    @Test
    void second() throws SQLException {
      submitsIntoAnEmptyTable(tenon);
      databases.add(database(tenon));
    }
  }

  static class PerClass {
    static final Set<String> databases = ConcurrentHashMap.newKeySet();

    @RegisterExtension static final TenonExtension tenon = TenonExtension.create();

    @Test
    void saysWhereAJobStandsThatDoesNotEnd() throws SQLException {
      UUID id =
          new KitJobs(tenon.jobs())
              .echo()
              .submit(new Echo("waits"), SubmitOptions.by("test"))
              .jobId();
      assertThatThrownBy(() -> tenon.awaitEnd(id, Duration.ofMillis(50)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining(id.toString())
          .hasMessageContaining("status=pending");
      databases.add(database(tenon));
    }

    @Test
    void startsAWorkerLater() throws SQLException {
      UUID id =
          new KitJobs(tenon.jobs())
              .echo()
              .submit(new Echo("runs"), SubmitOptions.by("test"))
              .jobId();
      tenon.startWorker(TestHandlers.all());
      assertThat(tenon.awaitEnd(id, PATIENCE).status()).isEqualTo(JobStatus.COMPLETED);
      databases.add(database(tenon));
    }
  }

  static class Outer {
    static final Set<String> databases = ConcurrentHashMap.newKeySet();

    @RegisterExtension static final TenonExtension tenon = TenonExtension.create();

    @Test
    void isFirst() throws SQLException {
      databases.add(database(tenon));
    }

    @Nested
    class Second {
      @Test
      void isSecond() throws SQLException {
        databases.add(database(tenon));
      }
    }

    @Nested
    class Third {
      @Test
      void isThird() throws SQLException {
        databases.add(database(tenon));
      }
    }
  }
}
