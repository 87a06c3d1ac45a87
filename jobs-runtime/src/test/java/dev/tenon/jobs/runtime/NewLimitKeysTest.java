package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.options.WorkerOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A type gets {@code limitBy} while jobs of it wait and run. */
@Tag("servers")
class NewLimitKeysTest {

  private static final String TYPE = "feed.import";

  /** Up to 1,000 bytes are a key. */
  private static final String TOO_LONG = "x".repeat(1_001);

  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final Fixture fixture = Fixture.withoutRabbit();

  @AfterEach
  void close() {
    mayEnd.countDown();
    fixture.close();
  }

  private static JobDefinition<Order, Receipt> withoutKeys(int maxConcurrent) {
    return TestCodecs.builder(TYPE, Order.class, Receipt.class)
        .limits(JobLimits.NONE.withMaxConcurrent(maxConcurrent))
        .build();
  }

  private static JobDefinition<Order, Receipt> withKeys(String type, String... aliases) {
    return TestCodecs.builder(type, Order.class, Receipt.class)
        .aliases(aliases)
        .limits(JobLimits.NONE.withMaxConcurrentPerKey(1))
        .limitBy("name", Order::name)
        .build();
  }

  private JobsRuntime deploy(JobDefinition<Order, Receipt> definition) {
    return fixture.start(fixture.builder().modules(TestJobs.moduleOf(List.of(definition))));
  }

  private static UUID submit(
      JobService jobs, JobDefinition<Order, Receipt> definition, String name, Duration delay) {
    return jobs.submit(definition, new Order(name, 1), SubmitOptions.by("t").withDelay(delay))
        .jobId();
  }

  private JobService startWorker(
      JobsRuntime runtime, JobDefinition<Order, Receipt> definition, int concurrency) {
    runtime.startWorker(
        TestJobs.handlers()
            .with(
                definition,
                (order, context) -> {
                  mayEnd.await();
                  return new Receipt("done");
                }),
        WorkerOptions.defaults().withConcurrency(concurrency));
    return runtime.jobs();
  }

  private void execute(String statement) {
    try (Connection connection = fixture.database().connect()) {
      DSL.using(connection, SQLDialect.POSTGRES).execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException("The statement failed: " + statement, e);
    }
  }

  private String key(UUID id) {
    try (Connection connection = fixture.database().connect()) {
      return DSL.using(connection, SQLDialect.POSTGRES)
          .fetchSingle("SELECT limit_key FROM tenon.jobs WHERE id = {0}", DSL.val(id))
          .get(0, String.class);
    } catch (SQLException e) {
      throw new IllegalStateException("The key cannot be read.", e);
    }
  }

  /** With limits before, the jobs have an empty key; without, they have none. */
  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void whatWaitsAndRunsGetsTheKeyOfItsPayload(int maxConcurrentBefore) {
    JobDefinition<Order, Receipt> before = withoutKeys(maxConcurrentBefore);
    JobDefinition<Order, Receipt> after = withKeys(TYPE);
    JobsRuntime old = deploy(before);
    JobService jobs = old.jobs();
    UUID running = submit(jobs, before, "a", Duration.ZERO);
    startWorker(old, before, 1);
    Fixture.awaitStatus(jobs, running, JobStatus.RUNNING);
    Map<UUID, String> expected = new TreeMap<>();
    expected.put(running, "a");
    for (String name : List.of("a", "b", "größer", "with \"quotes\" and \\", "")) {
      expected.put(submit(jobs, before, name, Duration.ofSeconds(1)), name);
      expected.put(submit(jobs, before, name, Duration.ofHours(1)), name);
    }
    // What a submit would refuse as a key stays without one
    expected.put(submit(jobs, before, TOO_LONG, Duration.ofHours(1)), "");
    expected.put(submit(jobs, before, "a nul \u0000", Duration.ofHours(1)), "");
    // As if they were large, so that one statement reads one of them
    execute("UPDATE by_test.jobs SET payload_bytes = 3000000");

    JobService later = deploy(after).jobs();
    expected.forEach(
        (id, name) -> await().atMost(Fixture.PATIENCE).until(() -> name.equals(key(id))));
    UUID another = submit(later, after, "c", Duration.ofHours(1));
    assertThat(key(another)).isEqualTo("c");
  }

  /** The one that runs counts for its key, and those of other keys pass the ones that wait. */
  @Tag("thorough")
  @Test
  void theLimitOfAKeyHoldsForWhatWasSubmittedBefore() {
    JobDefinition<Order, Receipt> before = withoutKeys(1);
    JobDefinition<Order, Receipt> after = withKeys("feed.load", TYPE);
    JobsRuntime old = deploy(before);
    JobService jobs = old.jobs();
    UUID running = submit(jobs, before, "a", Duration.ZERO);
    startWorker(old, before, 1);
    Fixture.awaitStatus(jobs, running, JobStatus.RUNNING);
    List<UUID> ofA = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      ofA.add(submit(jobs, before, "a", Duration.ZERO));
    }
    UUID ofB = submit(jobs, before, "b", Duration.ZERO);

    JobsRuntime later = deploy(after);
    await().atMost(Fixture.PATIENCE).until(() -> "b".equals(key(ofB)));
    startWorker(later, after, 10);
    Fixture.awaitStatus(jobs, ofB, JobStatus.RUNNING);
    assertThat(ofA).extracting(id -> jobs.get(id).status()).containsOnly(JobStatus.PENDING);
  }
}
