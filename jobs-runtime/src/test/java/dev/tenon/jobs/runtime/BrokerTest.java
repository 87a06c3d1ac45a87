package dev.tenon.jobs.runtime;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.testservers.RabbitServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a message may say, repeat, or lose, and what a broker that is away means. */
class BrokerTest {

  private static final int MANY = 1000;

  private static final String QUEUE = TestJobs.ORDER.routingKey();

  private static Fixture fixture;
  private static JobsRuntime runtime;
  private static JobService jobs;

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

  private static UUID submit(String name) {
    return jobs.submit(TestJobs.ORDER, new Order(name, 1), SubmitOptions.by("tester")).jobId();
  }

  private static void awaitStatus(UUID id, JobStatus status) {
    Fixture.awaitStatus(jobs, id, status);
  }

  private static void publish(byte[] body) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(fixture.host().uri());
    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel()) {
      channel.confirmSelect();
      channel.basicPublish("jobs", QUEUE, true, new BasicProperties(), body);
      channel.waitForConfirmsOrDie(10_000);
    }
  }

  private static byte[] pointer(UUID id, String type) {
    return "{\"jobId\":\"%s\",\"type\":\"%s\"}"
        .formatted(id, type)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aPointerThatIsDeliveredTwiceRunsItsJobOnce() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Queue<UUID> ran = new ConcurrentLinkedQueue<>();
    try (JobWorker worker =
        runtime.startWorker(
            TestJobs.handlers()
                .with(
                    TestJobs.ORDER,
                    (order, context) -> {
                      ran.add(context.jobId());
                      if (order.name().equals("twice")) {
                        running.countDown();
                        go.await();
                      }
                      return new Receipt("");
                    }))) {
      UUID id = submit("twice");
      assertThat(running.await(30, SECONDS)).isTrue();
      publish(pointer(id, TestJobs.ORDER.type()));
      publish(pointer(id, TestJobs.ORDER.type()));
      awaitStatus(submit("after the copies"), JobStatus.COMPLETED);
      go.countDown();
      awaitStatus(id, JobStatus.COMPLETED);
      publish(pointer(id, TestJobs.ORDER.type()));
      awaitStatus(submit("after one more"), JobStatus.COMPLETED);
      assertThat(ran).containsOnlyOnce(id);
      assertThat(jobs.attempts(id)).hasSize(1);
      Fixture.awaitIdle(worker);
    }
  }

  @Test
  void aSubmitterThatLearnsOfTheCommitPublishesImmediatelyAndNotBefore() throws Exception {
    List<Runnable> afterCommit = new ArrayList<>();
    try (Fixture alone = Fixture.withRabbit();
        java.sql.Connection connection = alone.database().connect()) {
      // Nobody publishes what a submitter did not
      JobsRuntime submitter = alone.start(alone.builder().maintenance(false));
      await("the publisher is connected")
          .atMost(Fixture.PATIENCE)
          .until(
              () ->
                  submitter.health().checks().stream()
                      .anyMatch(
                          check ->
                              check.name().equals("rabbitmq")
                                  && check.message().equals("connected")));
      JobService own = submitter.jobs();
      connection.setAutoCommit(false);
      UUID id =
          own.in(connection, afterCommit::add)
              .submit(TestJobs.QUIET, new Order("mine", 1), SubmitOptions.by("t"))
              .jobId();
      connection.commit();
      assertThat(own.get(id).status()).isEqualTo(JobStatus.PENDING);
      assertThat(afterCommit).hasSize(1);
      afterCommit.get(0).run();
      Fixture.awaitStatus(own, id, JobStatus.QUEUED);
    }
  }

  @Test
  void whatIsNoPointerGoesToTheDeadLettersAndDoesNoHarm() throws Exception {
    try (JobWorker worker =
        runtime.startWorker(
            TestJobs.handlers().with(TestJobs.ORDER, (order, context) -> new Receipt("fine")))) {
      awaitStatus(submit("declares the queue"), JobStatus.COMPLETED);
      publish("garbage".getBytes(StandardCharsets.UTF_8));
      publish(new byte[0]);
      publish("{\"jobId\":\"not-a-uuid\",\"type\":\"x.y\"}".getBytes(StandardCharsets.UTF_8));
      publish(new byte[1_000_000]);
      // Forged: a job that is not there, and a job of another type
      publish(pointer(UUID.randomUUID(), TestJobs.ORDER.type()));
      UUID other =
          jobs.submit(TestJobs.QUIET, new Order("quiet", 1), SubmitOptions.by("t")).jobId();
      publish(pointer(other, TestJobs.ORDER.type()));
      awaitStatus(submit("behind them"), JobStatus.COMPLETED);
      await()
          .atMost(Fixture.PATIENCE)
          .untilAsserted(() -> assertThat(fixture.host().ready("jobs.dead-letter")).isEqualTo(4));
      assertThat(jobs.get(other).status()).isIn(JobStatus.PENDING, JobStatus.QUEUED);
      Fixture.awaitIdle(worker);
    }
  }

  @Test
  void aTypeWithoutHandlerIsParkedAndRunsWhereThereIsOne() throws Exception {
    UUID neighbour;
    try (JobWorker first =
        runtime.startWorker(
            TestJobs.handlers().with(TestJobs.ORDER, (order, context) -> new Receipt("order")))) {
      neighbour =
          jobs.submit(TestJobs.NEIGHBOUR, new Order("new type", 1), SubmitOptions.by("t")).jobId();
      awaitStatus(submit("known type"), JobStatus.COMPLETED);
      assertThat(jobs.get(neighbour).status()).isIn(JobStatus.PENDING, JobStatus.QUEUED);
      try (JobWorker second =
          runtime.startWorker(
              TestJobs.handlers()
                  .with(TestJobs.ORDER, (order, context) -> new Receipt("order"))
                  .with(TestJobs.NEIGHBOUR, (order, context) -> new Receipt("neighbour")))) {
        awaitStatus(neighbour, JobStatus.COMPLETED);
        assertThat(jobs.get(neighbour).workerId()).contains(second.id()).isNotEqualTo(first.id());
      }
    }
  }

  @Tag("thorough")
  @Test
  void aWorkerConsumesAgainAfterItsConnectionsWereClosed() {
    try (JobWorker worker =
        runtime.startWorker(
            TestJobs.handlers().with(TestJobs.ORDER, (order, context) -> new Receipt("again")))) {
      awaitStatus(submit("before"), JobStatus.COMPLETED);
      for (int i = 0; i < 3; i++) {
        fixture.host().closeConnections();
        awaitStatus(submit("after " + i), JobStatus.COMPLETED);
      }
      Fixture.awaitIdle(worker);
    }
  }

  @Test
  void aQueueThatSomebodyDeletedIsDeclaredAgain() {
    awaitStatus(
        jobs.submit(TestJobs.SHORT, new Order("first", 1), SubmitOptions.by("t")).jobId(),
        JobStatus.QUEUED);
    fixture.host().deleteQueue(TestJobs.SHORT.routingKey());
    UUID id = jobs.submit(TestJobs.SHORT, new Order("second", 1), SubmitOptions.by("t")).jobId();
    awaitStatus(id, JobStatus.QUEUED);
    // The first one may have been missed and published again by now
    assertThat(fixture.host().ready(TestJobs.SHORT.routingKey())).isBetween(1L, 3L);
  }

  @Test
  void aBusyWorkerKeepsNoPointersFromOthers() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (JobWorker first =
        runtime.startWorker(
            TestJobs.handlers()
                .with(
                    TestJobs.ORDER,
                    (order, context) -> {
                      busy.countDown();
                      go.await();
                      return new Receipt("first");
                    }),
            WorkerOptions.defaults().withConcurrency(1))) {
      UUID blocking = submit("blocking");
      assertThat(busy.await(30, SECONDS)).isTrue();
      UUID waiting = submit("waiting");
      awaitStatus(waiting, JobStatus.QUEUED);
      try (JobWorker second =
          runtime.startWorker(
              TestJobs.handlers()
                  .with(TestJobs.ORDER, (order, context) -> new Receipt("second")))) {
        awaitStatus(waiting, JobStatus.COMPLETED);
        assertThat(jobs.get(waiting).workerId()).contains(second.id());
      }
      go.countDown();
      awaitStatus(blocking, JobStatus.COMPLETED);
      assertThat(jobs.get(blocking).workerId()).contains(first.id());
    }
  }

  @Test
  void aSubmitSucceedsWhileRabbitIsAwayAndTheJobRunsWhenItIsBack() {
    try (RabbitServer rabbit = RabbitServer.launch();
        Fixture own = Fixture.withoutRabbit()) {
      JobsRuntime there = own.start(own.builder().rabbitMq(rabbit.uri()));
      JobService service = there.jobs();
      UUID before =
          service.submit(TestJobs.ORDER, new Order("a", 1), SubmitOptions.by("t")).jobId();
      Fixture.awaitStatus(service, before, JobStatus.QUEUED);
      rabbit.stop();
      long started = System.nanoTime();
      UUID during =
          service.submit(TestJobs.ORDER, new Order("b", 1), SubmitOptions.by("t")).jobId();
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
      assertThat(service.get(during).status()).isEqualTo(JobStatus.PENDING);
      rabbit.start();
      Fixture.awaitStatus(service, during, JobStatus.QUEUED);
      there.startWorker(
          TestJobs.handlers().with(TestJobs.ORDER, (order, context) -> new Receipt(order.name())));
      Job second = Fixture.awaitStatus(service, during, JobStatus.COMPLETED);
      assertThat(second.attempts()).isEqualTo(1);
      Fixture.awaitStatus(service, before, JobStatus.COMPLETED);
    }
  }

  @Test
  void workersContinueFromTheTableWhileRabbitIsAwayAndHealthSaysSo() {
    try (RabbitServer rabbit = RabbitServer.launch();
        Fixture own = Fixture.withoutRabbit()) {
      JobsRuntime there = own.start(own.builder().rabbitMq(rabbit.uri()));
      JobService service = there.jobs();
      JobWorker worker =
          there.startWorker(
              TestJobs.handlers()
                  .with(TestJobs.ORDER, (order, context) -> new Receipt(order.name())));
      await().atMost(Fixture.PATIENCE).until(() -> there.health().isHealthy());
      Fixture.awaitStatus(
          service,
          service.submit(TestJobs.ORDER, new Order("a", 1), SubmitOptions.by("t")).jobId(),
          JobStatus.COMPLETED);
      rabbit.kill();
      UUID during =
          service.submit(TestJobs.ORDER, new Order("b", 1), SubmitOptions.by("t")).jobId();
      Fixture.awaitStatus(service, during, JobStatus.COMPLETED);
      await()
          .atMost(Fixture.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(there.health().toString())
                      .contains("FAIL rabbitmq: not connected for ")
                      .contains(
                          "FAIL worker: "
                              + worker.id()
                              + ": it is not connected to RabbitMQ and takes its jobs from the"
                              + " table"));
      rabbit.start();
      await().atMost(Fixture.PATIENCE).until(() -> there.health().isHealthy());
      UUID after = service.submit(TestJobs.ORDER, new Order("c", 1), SubmitOptions.by("t")).jobId();
      Fixture.awaitStatus(service, after, JobStatus.COMPLETED);
    }
  }

  /** A message carries many pointers, and not all messages are lost. */
  @Test
  void whatABrokerHasLostIsPublishedAgain() throws Exception {
    submitMany();
    awaitMany(JobStatus.QUEUED, MANY);
    assertThat(fixture.host().purge(TestJobs.PURGED.routingKey())).isBetween(2L, MANY / 5L);
    try (java.sql.Connection connection = fixture.database().connect()) {
      DSLContext table = DSL.using(connection, SQLDialect.POSTGRES);
      Instant purged = table.fetchOne("SELECT now()").get(0, Instant.class);
      submitMany();
      await()
          .atMost(Fixture.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(
                          table
                              .fetchOne(
                                  "SELECT count(*) FROM tenon.jobs WHERE type = {0} AND publish_at <= {1}",
                                  DSL.val(TestJobs.PURGED.type()), DSL.val(purged))
                              .get(0, Integer.class))
                      .isZero());
    }
    try (JobWorker worker =
        runtime.startWorker(TestJobs.handlers().with(TestJobs.PURGED, (order, context) -> null))) {
      awaitMany(JobStatus.COMPLETED, 2 * MANY);
      Fixture.awaitIdle(worker);
    }
  }

  private static void submitMany() {
    List<UUID> unused =
        jobs
            .submitAll(
                TestJobs.PURGED,
                Collections.nCopies(MANY, new Order("x", 1)),
                SubmitOptions.by("t"))
            .stream()
            .map(Submitted::jobId)
            .toList();
  }

  private static void awaitMany(JobStatus status, long count) {
    await()
        .atMost(Fixture.PATIENCE)
        .until(
            () -> jobs.count(JobQuery.all().withType(TestJobs.PURGED).withStatus(status)) == count);
  }
}
