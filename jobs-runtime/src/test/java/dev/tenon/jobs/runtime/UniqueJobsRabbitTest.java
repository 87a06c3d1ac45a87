package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.UniqueRule;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Unique jobs with pointers in RabbitMQ. */
@Tag("servers")
class UniqueJobsRabbitTest {

  private static Fixture fixture;
  private static JobsRuntime runtime;
  private static JobService jobs;

  private static JobDefinition<Order, Void> type(String name, DuplicatePolicy policy) {
    return TestCodecs.builder("test.unique." + name, Order.class, Void.class)
        .unique(UniqueRule.by("name", Order::name).withDuplicatePolicy(policy))
        .build();
  }

  @BeforeAll
  static void start() {
    fixture = Fixture.withRabbit();
    runtime = fixture.start();
    jobs = runtime.jobs();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static Submitted submit(JobDefinition<Order, Void> type, int quantity, Duration delay) {
    return jobs.submit(
        type,
        new Order("one", quantity),
        delay.isZero() ? SubmitOptions.by("tester") : SubmitOptions.by("tester").withDelay(delay));
  }

  private static long ready(JobDefinition<Order, Void> type) {
    var queue = fixture.host().queues().get(type.routingKey());
    return queue == null ? 0 : queue.ready();
  }

  @Test
  void aPointerOfTheOldTimeStartsNothing() {
    JobDefinition<Order, Void> type = type("debounced", DuplicatePolicy.REPLACE_TIME);
    UUID id = submit(type, 1, Duration.ZERO).jobId();
    Fixture.awaitStatus(jobs, id, JobStatus.QUEUED);
    assertThat(submit(type, 2, Duration.ofSeconds(4))).isEqualTo(new Submitted(id, false));
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.PENDING);
    List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
    try (JobWorker worker =
        runtime.startWorker(
            TestJobs.handlers()
                .with(
                    type,
                    (order, context) -> {
                      seen.add(order.quantity());
                      return null;
                    }))) {
      await("the old pointer is dropped").atMost(Fixture.PATIENCE).until(() -> ready(type) == 0);
      Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
      assertThat(seen).containsExactly(2);
      assertThat(jobs.attempts(id))
          .singleElement()
          .satisfies(
              attempt ->
                  assertThat(Duration.between(jobs.get(id).submittedAt(), attempt.startedAt()))
                      .isGreaterThanOrEqualTo(Duration.ofSeconds(4)));
      Fixture.awaitIdle(worker);
    }
  }

  @Test
  void aJobThatIsMovedToNowIsPublishedAgain() {
    JobDefinition<Order, Void> type = type("hurried", DuplicatePolicy.REPLACE_TIME);
    UUID id = submit(type, 1, Duration.ofHours(1)).jobId();
    assertThat(submit(type, 2, Duration.ZERO)).isEqualTo(new Submitted(id, false));
    Fixture.awaitStatus(jobs, id, JobStatus.QUEUED);
    assertThat(lease(id)).isEqualTo(1L);
    await().atMost(Fixture.PATIENCE).until(() -> ready(type) >= 1);
  }

  @Test
  void aJobThatIsMovedInATransactionOfTheCallerIsPublishedAgain() throws Exception {
    JobDefinition<Order, Void> type = type("moved-by-caller", DuplicatePolicy.REPLACE_TIME);
    UUID id = submit(type, 1, Duration.ofHours(1)).jobId();
    try (Connection connection = fixture.database().connect()) {
      connection.setAutoCommit(false);
      assertThat(
              jobs.in(connection)
                  .submit(type, new Order("one", 2), SubmitOptions.by("tester"))
                  .jobId())
          .isEqualTo(id);
      connection.commit();
    }
    Fixture.awaitStatus(jobs, id, JobStatus.QUEUED);
    assertThat(lease(id)).isEqualTo(1L);
  }

  @Test
  void aJobThatIsKeptIsNotPublishedAgain() {
    JobDefinition<Order, Void> type = type("kept", DuplicatePolicy.KEEP);
    UUID id = submit(type, 1, Duration.ZERO).jobId();
    Fixture.awaitStatus(jobs, id, JobStatus.QUEUED);
    for (int i = 0; i < 10; i++) {
      assertThat(submit(type, 2, Duration.ZERO)).isEqualTo(new Submitted(id, false));
    }
    // What was submitted later has been published by now
    UUID later = jobs.submit(type, new Order("two", 1), SubmitOptions.by("tester")).jobId();
    Fixture.awaitStatus(jobs, later, JobStatus.QUEUED);
    await().atMost(Fixture.PATIENCE).until(() -> ready(type) >= 2);
    // One each; whoever is slow to note that a job was published publishes it twice
    assertThat(ready(type)).isLessThan(6);
  }

  private static Object lease(UUID id) {
    return DSL.using(fixture.database().dataSource(), SQLDialect.POSTGRES)
        .fetchValue("SELECT lease FROM tenon.jobs WHERE id = {0}", DSL.val(id));
  }
}
