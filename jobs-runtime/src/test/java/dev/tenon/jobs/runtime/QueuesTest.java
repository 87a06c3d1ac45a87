package dev.tenon.jobs.runtime;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.tenon.jobs.Actor;
import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobService.CancelResult;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.internal.broker.PointerPublisher;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.RabbitMqOptions.QueueKind;
import dev.tenon.jobs.testservers.RabbitServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Queues, names and messages that RabbitMQ does not take concern nothing but themselves. */
@Tag("servers")
class QueuesTest {

  private static final String QUEUE = TestJobs.ORDER.routingKey();
  private static final String OTHER = TestJobs.LONG.routingKey();

  private Fixture fixture;

  @BeforeEach
  void open() {
    fixture = Fixture.withRabbit();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private Connection connect() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(fixture.host().uri());
    return factory.newConnection();
  }

  private void declare(String queue, Map<String, Object> arguments) throws Exception {
    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      channel.queueDeclare(queue, true, false, false, arguments);
    }
  }

  private static TestJobs.Handlers handlers() {
    return TestJobs.handlers()
        .with(TestJobs.ORDER, (order, context) -> new Receipt("order"))
        .with(TestJobs.LONG, (order, context) -> new Receipt("long"));
  }

  private static UUID submitOrder(JobService jobs) {
    return jobs.submit(TestJobs.ORDER, new Order("o", 1), SubmitOptions.by("t")).jobId();
  }

  private static UUID submitLong(JobService jobs) {
    return jobs.submit(TestJobs.LONG, new Order("l", 1), SubmitOptions.by("t")).jobId();
  }

  @Test
  void aQueueWithOtherArgumentsConcernsNoOtherQueueAndItsJobsRunFromTheTable() throws Exception {
    declare(QUEUE, Map.of("x-max-length", 7));
    declare("jobs.dead-letter", Map.of());
    try (CapturedLog log = CapturedLog.of("dev.tenon.jobs")) {
      JobsRuntime runtime = fixture.start();
      JobService jobs = runtime.jobs();
      String workerId = runtime.startWorker(handlers()).id();
      // What is submitted before there is a connection is not published by the process
      await()
          .atMost(Fixture.PATIENCE)
          .until(() -> runtime.health().toString().contains("rabbitmq: connected, but: "));
      UUID order = submitOrder(jobs);
      Fixture.awaitStatus(jobs, submitLong(jobs), JobStatus.COMPLETED);
      Fixture.awaitStatus(jobs, order, JobStatus.COMPLETED);
      assertThat(fixture.host().queues()).containsKeys(OTHER, QUEUE);
      String explanation = "Queue '" + QUEUE + "' exists with other arguments: its ";
      await()
          .atMost(Fixture.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(runtime.health().toString())
                      .contains(
                          "FAIL rabbitmq: connected, but: Queue 'jobs.dead-letter' exists with")
                      .contains("; " + explanation)
                      .containsPattern("FAIL worker: " + workerId + ": .*" + explanation));
      assertThat(log.warnings())
          .filteredOn(line -> line.startsWith(explanation))
          .hasSize(2)
          .anyMatch(line -> line.contains("tenon-publisher continues with other queues"))
          .anyMatch(line -> line.contains("Worker " + workerId + " continues with other queues"));

      fixture.host().deleteQueue(QUEUE);
      fixture.host().deleteQueue("jobs.dead-letter");
      await().atMost(Fixture.PATIENCE).until(() -> runtime.health().isHealthy());
      UUID afterwards = submitOrder(jobs);
      Fixture.awaitStatus(jobs, afterwards, JobStatus.COMPLETED);
      assertThat(log.lines())
          .noneMatch(line -> line.contains("lost its connection"))
          .contains("Worker " + workerId + " can use queue '" + QUEUE + "' now.");
    }
  }

  @Test
  void aProcessThatOnlySubmitsSaysWhyItCannotPublish() throws Exception {
    declare(QUEUE, Map.of());
    try (CapturedLog log = CapturedLog.of("dev.tenon.jobs")) {
      JobsRuntime runtime = fixture.start();
      UUID order = submitOrder(runtime.jobs());
      UUID other = submitLong(runtime.jobs());
      Fixture.awaitStatus(runtime.jobs(), other, JobStatus.QUEUED);
      await()
          .atMost(Fixture.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(log.warnings())
                      .anyMatch(
                          line -> line.startsWith("Queue '" + QUEUE + "' exists with other")));
      assertThat(runtime.health().toString())
          .contains("FAIL rabbitmq: connected, but: Queue '" + QUEUE + "' exists with other");
      assertThat(runtime.jobs().get(order).status()).isEqualTo(JobStatus.PENDING);
      assertThat(log.lines()).noneMatch(line -> line.contains("lost its connection"));
    }
  }

  @Test
  void aQueueOfAnotherKindIsUsedByThoseWhoWantThatKindAndTheJobsOfAllRun() {
    JobsRuntime classic = fixture.start();
    UUID first = submitOrder(classic.jobs());
    Fixture.awaitStatus(classic.jobs(), first, JobStatus.QUEUED);
    JobsRuntime quorum =
        fixture.start(
            fixture
                .builder()
                .rabbitMq(
                    RabbitMqOptions.of(fixture.host().uri()).withQueueKind(QueueKind.QUORUM)));
    // No worker consumes the queue, and the pointer in it stays there
    quorum.startWorker(handlers());
    Fixture.awaitStatus(quorum.jobs(), first, JobStatus.COMPLETED);
    Fixture.awaitStatus(quorum.jobs(), submitOrder(quorum.jobs()), JobStatus.COMPLETED);
    Fixture.awaitStatus(quorum.jobs(), submitOrder(classic.jobs()), JobStatus.COMPLETED);
    assertThat(quorum.health().toString())
        .contains("its x-queue-type is 'classic', and Tenon wants 'quorum'");
  }

  @Test
  void aQuorumQueueThatWasDeclaredToAnOlderRabbitIsUsedAsItIs() throws Exception {
    declare(QUEUE, Map.of("x-queue-type", "quorum", "x-dead-letter-exchange", "jobs.dead-letter"));
    try (CapturedLog log = CapturedLog.of("dev.tenon.jobs")) {
      JobsRuntime runtime =
          fixture.start(
              fixture
                  .builder()
                  .rabbitMq(
                      RabbitMqOptions.of(fixture.host().uri()).withQueueKind(QueueKind.QUORUM)));
      runtime.startWorker(handlers());
      await().atMost(Fixture.PATIENCE).until(() -> runtime.health().isHealthy());
      for (int i = 0; i < 3; i++) {
        Fixture.awaitStatus(runtime.jobs(), submitOrder(runtime.jobs()), JobStatus.COMPLETED);
      }
      assertThat(runtime.health().isHealthy()).isTrue();
      assertThat(log.lines()).noneMatch(line -> line.contains("exists with other arguments"));
    }
  }

  @Test
  void aQueueThatBelongsToAnotherConnectionConcernsNoOtherQueue() throws Exception {
    try (Connection owner = connect();
        Channel channel = owner.createChannel()) {
      channel.queueDeclare(QUEUE, false, true, true, Map.of());
      JobsRuntime runtime = fixture.start();
      runtime.startWorker(handlers());
      UUID order = submitOrder(runtime.jobs());
      Fixture.awaitStatus(runtime.jobs(), submitLong(runtime.jobs()), JobStatus.COMPLETED);
      Fixture.awaitStatus(runtime.jobs(), order, JobStatus.COMPLETED);
      assertThat(runtime.health().toString())
          .contains("RabbitMQ refuses queue '" + QUEUE + "': \"RESOURCE_LOCKED");
    }
  }

  @Test
  void namesThatRabbitDoesNotTakeAreRefusedAtTheStart() {
    assertThatThrownBy(() -> RabbitMqOptions.of("amqp://h").withNamePrefix("é".repeat(65)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The namePrefix has 130 bytes; at most 128");
    assertThatThrownBy(() -> RabbitMqOptions.of("amqp://h").withNamePrefix("amq.shop."))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The namePrefix begins with 'amq.'");
    var type =
        dev.tenon.jobs.TestCodecs.builder("test.routed", Order.class, Receipt.class)
            .routingKey("k".repeat(200))
            .build();
    var long_ = TestJobs.handlers().with(type, (order, context) -> new Receipt(""));
    String message =
        "The queue of job type 'test.routed' would have a name of 260 bytes: the name prefix '"
            + "p".repeat(60)
            + "' followed by the routing key '"
            + "k".repeat(200)
            + "'. RabbitMQ accepts at most 255 bytes; choose a shorter namePrefix or routingKey.";
    RabbitMqOptions options =
        RabbitMqOptions.of(fixture.host().uri()).withNamePrefix("p".repeat(60));
    assertThatThrownBy(() -> fixture.builder().rabbitMq(options).modules(long_.module()).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    JobsRuntime runtime = fixture.start(fixture.builder().rabbitMq(options));
    assertThatThrownBy(() -> runtime.startWorker(long_))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void aJobThatNoMessageCanCarryHoldsUpNoOther() throws Exception {
    JobsRuntime runtime = fixture.start();
    JobService jobs = runtime.jobs();
    UUID longKey = parked(jobs, "routing_key = repeat('k', 300)");
    UUID longType = parked(jobs, "type = repeat('t', 300)");
    UUID hugeType = parked(jobs, "type = repeat('t', 5000)");
    UUID oddType = parked(jobs, "type = E'a\\nb'");
    Fixture.awaitStatus(jobs, longType, JobStatus.QUEUED);
    Fixture.awaitStatus(jobs, oddType, JobStatus.QUEUED);
    UUID last = parked(jobs, "priority = 0");
    Fixture.awaitStatus(jobs, last, JobStatus.QUEUED);
    assertThat(jobs.get(longKey).status()).isEqualTo(JobStatus.PENDING);
    assertThat(jobs.get(hugeType).status()).isEqualTo(JobStatus.PENDING);
    assertThat(runtime.health().isHealthy()).isTrue();
  }

  /** A job that is changed by somebody else and then is due for the relay. */
  private UUID parked(JobService jobs, String change) throws Exception {
    UUID id =
        jobs.submit(
                TestJobs.ORDER,
                new Order("o", 1),
                SubmitOptions.by("t").withDelay(Duration.ofHours(1)))
            .jobId();
    try (var connection = fixture.database().connect()) {
      DSL.using(connection, SQLDialect.POSTGRES)
          .execute(
              "UPDATE by_test.jobs SET run_at = now(), publish_at = now() - interval '1 minute', "
                  + change
                  + " WHERE id = ?",
              id);
    }
    return id;
  }

  @Tag("thorough")
  @Test
  void cancellingWaitsForNoPublish() throws Exception {
    try (RabbitServer rabbit = RabbitServer.launch();
        Fixture own = Fixture.withoutRabbit()) {
      CountDownLatch started = new CountDownLatch(1);
      JobsRuntime working = own.start(own.builder().maintenance(false));
      working.startWorker(
          TestJobs.handlers()
              .with(
                  TestJobs.ORDER,
                  (order, context) -> {
                    started.countDown();
                    new CountDownLatch(1).await();
                    return new Receipt("");
                  }));
      JobsRuntime elsewhere = own.start(own.builder().rabbitMq(rabbit.uri()));
      Fixture.awaitStatus(elsewhere.jobs(), submitLong(elsewhere.jobs()), JobStatus.QUEUED);
      UUID running = submitOrder(elsewhere.jobs());
      assertThat(started.await(30, SECONDS)).isTrue();
      rabbit.freeze();
      try {
        // The publisher waits up to 10 s for their confirms
        for (int i = 0; i < 20; i++) {
          UUID unused = submitLong(elsewhere.jobs());
        }
        await().atMost(Fixture.PATIENCE).until(QueuesTest::publishes);
        assertThat(elsewhere.jobs().cancel(running, Actor.of("ann")))
            .isEqualTo(CancelResult.REQUESTED);
        assertThat(publishes()).as("the publisher still waits").isTrue();
      } finally {
        rabbit.thaw();
      }
    }
  }

  private static boolean publishes() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(each -> each.getKey().getName().equals("tenon-dispatcher"))
        .flatMap(each -> Arrays.stream(each.getValue()))
        .anyMatch(
            frame ->
                frame.getClassName().equals(PointerPublisher.class.getName())
                    && frame.getMethodName().equals("publish"));
  }
}
