package dev.tenon.jobs.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.tenon.jobs.Actor;
import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobService.CancelResult;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whoever may publish to RabbitMQ can at worst ask for a claim that the table refuses: forged
 * messages run, cancel and hold up nothing, and do not flood the log.
 */
class ForgedMessagesTest {

  private static final String QUEUE = TestJobs.ORDER.routingKey();

  private static Fixture fixture;
  private static JobService jobs;
  private static JobsRuntime runtime;

  private final Queue<UUID> ran = new ConcurrentLinkedQueue<>();
  private final Map<UUID, String> stopped = new ConcurrentHashMap<>();
  private final CountDownLatch go = new CountDownLatch(1);
  private JobWorker worker;
  private Connection connection;
  private Channel channel;

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

  @BeforeEach
  void open() throws Exception {
    worker =
        runtime.startWorker(
            TestJobs.handlers()
                .with(
                    TestJobs.ORDER,
                    (order, context) -> {
                      ran.add(context.jobId());
                      if (order.name().equals("long")) {
                        try {
                          go.await();
                        } catch (InterruptedException e) {
                          stopped.put(context.jobId(), "interrupted");
                        }
                        context.checkCancelled();
                      }
                      return new Receipt("");
                    }));
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(fixture.host().uri());
    connection = factory.newConnection();
    channel = connection.createChannel();
    channel.confirmSelect();
    await().atMost(Fixture.PATIENCE).until(() -> fixture.host().queues().containsKey(QUEUE));
  }

  @AfterEach
  void close() throws Exception {
    connection.abort();
    go.countDown();
    worker.close();
  }

  private static UUID submit(String name) {
    return jobs.submit(TestJobs.ORDER, new Order(name, 1), SubmitOptions.by("tester")).jobId();
  }

  private UUID submitAndAwaitStart(String name) {
    UUID id = submit(name);
    await().atMost(Fixture.PATIENCE).until(() -> ran.contains(id));
    return id;
  }

  private void mustWork() {
    Fixture.awaitStatus(jobs, submit("behind them"), JobStatus.COMPLETED);
  }

  private void publish(String exchange, String key, BasicProperties properties, byte[] body)
      throws Exception {
    channel.basicPublish(exchange, key, properties, body);
  }

  private void forgeCancel(String body) throws Exception {
    publish(
        "jobs.control",
        "",
        new BasicProperties.Builder().type("cancel").build(),
        body.getBytes(UTF_8));
  }

  private void forgePointer(String body) throws Exception {
    publish("jobs", QUEUE, new BasicProperties(), body.getBytes(UTF_8));
  }

  private static String pointer(UUID id, String type) {
    return "{\"jobId\":\"%s\",\"type\":\"%s\"}".formatted(id, type);
  }

  @Test
  void aForgedControlMessageCancelsNoRunningJob() throws Exception {
    UUID left = submitAndAwaitStart("long");
    UUID cancelled = submitAndAwaitStart("long");
    for (int i = 0; i < 5_000; i++) {
      forgeCancel(left.toString());
      forgeCancel(UUID.randomUUID().toString());
    }
    channel.waitForConfirmsOrDie(30_000);
    // From a process that runs no worker, so that the signal has to travel, behind the forged ones
    JobsRuntime elsewhere = fixture.start(fixture.builder().maintenance(false));
    assertThat(elsewhere.jobs().cancel(cancelled, Actor.of("ann")))
        .isEqualTo(CancelResult.REQUESTED);
    Fixture.awaitStatus(jobs, cancelled, JobStatus.CANCELLED);
    assertThat(stopped).containsOnlyKeys(cancelled);
    assertThat(jobs.get(left).status()).isEqualTo(JobStatus.RUNNING);
    go.countDown();
    Fixture.awaitStatus(jobs, left, JobStatus.COMPLETED);
    assertThat(jobs.attempts(left)).hasSize(1);
  }

  @Test
  void controlMessagesThatNameNoJobAreDroppedAndFillNoLog() throws Exception {
    try (CapturedLog log = CapturedLog.of("dev.tenon.jobs")) {
      for (int i = 0; i < 300; i++) {
        forgeCancel("not-an-id\nWARN forged line " + i);
        forgeCancel("");
        publish("jobs.control", "", new BasicProperties(), new byte[100_000]);
        publish(
            "jobs.control",
            "",
            new BasicProperties.Builder().type("shut\ndown").build(),
            UUID.randomUUID().toString().getBytes(UTF_8));
      }
      channel.waitForConfirmsOrDie(30_000);
      UUID real = submitAndAwaitStart("long");
      JobsRuntime elsewhere = fixture.start(fixture.builder().maintenance(false));
      assertThat(elsewhere.jobs().cancel(real, Actor.of("ann"))).isEqualTo(CancelResult.REQUESTED);
      Fixture.awaitStatus(jobs, real, JobStatus.CANCELLED);
      assertThat(log.warnings()).filteredOn(line -> line.contains("asks to cancel")).hasSize(1);
      assertThat(log.lines()).noneMatch(line -> line.contains("\n"));
    }
  }

  @Test
  void aForgedPointerRunsNothingThatTheTableDoesNotOffer() throws Exception {
    UUID done = submit("short");
    Fixture.awaitStatus(jobs, done, JobStatus.COMPLETED);
    UUID delayed =
        jobs.submit(
                TestJobs.ORDER,
                new Order("later", 1),
                SubmitOptions.by("tester").withDelay(Duration.ofHours(1)))
            .jobId();
    UUID running = submitAndAwaitStart("long");
    UUID othersJob =
        jobs.submit(TestJobs.QUIET, new Order("quiet", 1), SubmitOptions.by("t")).jobId();
    UUID unwanted =
        jobs.submit(
                TestJobs.ORDER,
                new Order("unwanted", 1),
                SubmitOptions.by("tester").withDelay(Duration.ofHours(1)))
            .jobId();
    jobs.cancel(unwanted, Actor.of("ann"));
    List<UUID> forged = List.of(UUID.randomUUID(), done, delayed, running, othersJob, unwanted);
    for (UUID id : forged) {
      for (String type : List.of(TestJobs.ORDER.type(), "made.up", TestJobs.QUIET.type())) {
        forgePointer(pointer(id, type));
      }
    }
    channel.waitForConfirmsOrDie(30_000);
    mustWork();
    Predicate<UUID> runs = ran::contains;
    assertThat(List.of(delayed, othersJob, unwanted)).noneMatch(runs);
    assertThat(ran).containsOnlyOnce(done, running);
    assertThat(jobs.get(delayed).status()).isEqualTo(JobStatus.PENDING);
    assertThat(jobs.get(running).status()).isEqualTo(JobStatus.RUNNING);
    assertThat(jobs.get(othersJob).status()).isIn(JobStatus.PENDING, JobStatus.QUEUED);
    assertThat(jobs.get(unwanted).status()).isEqualTo(JobStatus.CANCELLED);
    go.countDown();
    Fixture.awaitStatus(jobs, running, JobStatus.COMPLETED);
  }

  @Tag("thorough")
  @Test
  void garbageIsRefusedWithOneLineAMinute() throws Exception {
    long before = deadLetters();
    try (CapturedLog log = CapturedLog.of("dev.tenon.jobs")) {
      List<String> garbage =
          List.of(
              "garbage\nWARN forged line",
              "",
              "null",
              "[]",
              "{\"jobId\":\"not-an-id\",\"type\":\"x\"}",
              "{\"jobId\":7,\"type\":\"x\"}",
              "{\"jobId\":\"" + UUID.randomUUID() + "\",\"type\":null}",
              "{\"a\":".repeat(700),
              "x".repeat(1_000_000));
      for (String body : garbage) {
        forgePointer(body);
      }
      IntStream.range(0, 300).forEach(i -> forgeUnchecked("garbage " + i));
      channel.waitForConfirmsOrDie(30_000);
      await().atMost(Fixture.PATIENCE).until(() -> deadLetters() == before + garbage.size() + 300);
      mustWork();
      assertThat(log.warnings()).filteredOn(line -> line.contains("is not a pointer")).hasSize(1);
      assertThat(log.lines()).noneMatch(line -> line.contains("\n"));
    }
    assertThat(runtime.health().toString()).contains("309 messages were not pointers");
  }

  @Test
  void aPointerOfAnotherInstallationIsRefusedAndOneOfNobodyIsNot() throws Exception {
    UUID mine =
        jobs.submit(
                TestJobs.ORDER,
                new Order("mine", 1),
                SubmitOptions.by("tester").withDelay(Duration.ofHours(1)))
            .jobId();
    try (CapturedLog log = CapturedLog.of("dev.tenon.jobs")) {
      for (Object owner : List.of(UUID.randomUUID().toString(), "x\ny", 7, Map.of("a", "b"))) {
        for (int i = 0; i < 50; i++) {
          publish(
              "jobs",
              QUEUE,
              new BasicProperties.Builder().headers(Map.of("tenon-installation", owner)).build(),
              pointer(mine, TestJobs.ORDER.type()).getBytes(UTF_8));
        }
      }
      channel.waitForConfirmsOrDie(30_000);
      mustWork();
      assertThat(log.warnings())
          .filteredOn(line -> line.contains("another schema"))
          .singleElement()
          .asString()
          .contains("Worker " + worker.id() + " has refused 1 pointers from queue '" + QUEUE + "'");
      assertThat(log.lines()).noneMatch(line -> line.contains("\n"));
      await("all are refused")
          .atMost(Fixture.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(runtime.health().toString())
                      .contains("200 pointers of another schema arrived, the last one "));
    }
  }

  @Tag("thorough")
  @Test
  void twoApplicationsWithOnePrefixRunTheirOwnJobsAndSayThatTheyShareIt() throws Exception {
    try (Fixture other = Fixture.withoutRabbit()) {
      JobsRuntime theirs = other.start(other.builder().rabbitMq(fixture.host().uri()));
      Queue<UUID> ranThere = new ConcurrentLinkedQueue<>();
      theirs.startWorker(
          TestJobs.handlers()
              .with(
                  TestJobs.ORDER,
                  (order, context) -> {
                    ranThere.add(context.jobId());
                    return new Receipt("");
                  }));
      List<UUID> here = IntStream.range(0, 40).mapToObj(i -> submit("short")).toList();
      List<UUID> there =
          IntStream.range(0, 40)
              .mapToObj(
                  i ->
                      theirs
                          .jobs()
                          .submit(TestJobs.ORDER, new Order("o", 1), SubmitOptions.by("t"))
                          .jobId())
              .toList();
      here.forEach(id -> awaitCompleted(jobs, id));
      there.forEach(id -> awaitCompleted(theirs.jobs(), id));
      assertThat(ranThere).containsExactlyInAnyOrderElementsOf(there);
      await()
          .atMost(Fixture.PATIENCE)
          .until(() -> runtime.health().toString().contains("pointers of another schema arrived"));
    }
  }

  /** Workers that have seen foreign pointers find their jobs in the table, seconds later. */
  private static void awaitCompleted(JobService service, UUID id) {
    await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> service.get(id).status() == JobStatus.COMPLETED);
  }

  @Test
  void aTypeWithANewlineStartsNoLineOfTheLog() throws Exception {
    UUID newer =
        jobs.submit(TestJobs.NEIGHBOUR, new Order("new type", 1), SubmitOptions.by("t")).jobId();
    try (CapturedLog log = CapturedLog.of("dev.tenon.jobs")) {
      for (int i = 0; i < 50; i++) {
        forgePointer(pointer(newer, "made.up\\nWARN forged\\u2028line " + "y".repeat(2_000)));
      }
      channel.waitForConfirmsOrDie(30_000);
      mustWork();
      assertThat(log.lines()).noneMatch(line -> line.contains("\n") || line.contains("\u2028"));
      assertThat(log.lines()).allMatch(line -> line.length() < 1_000);
      assertThat(log.warnings()).hasSizeLessThan(5);
    }
  }

  private void forgeUnchecked(String body) {
    try {
      forgePointer(body);
    } catch (Exception e) {
      throw new AssertionError("The message could not be published.", e);
    }
  }

  private static long deadLetters() {
    RabbitVirtualHost.Depth depth = fixture.host().queues().get("jobs.dead-letter");
    return depth == null ? 0 : depth.ready();
  }
}
