package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.tenon.jobs.Actor;
import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.WorkerOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The job types of a module share a queue, unless they name a routing key. */
@Tag("servers")
class SharedQueuesTest {

  private static final int TYPES = 200;
  private static final List<JobDefinition<Order, Receipt>> SHARING =
      IntStream.range(0, TYPES)
          .mapToObj(
              number ->
                  TestCodecs.sharing("test.shared.n" + number, Order.class, Receipt.class).build())
          .toList();
  private static final JobDefinition<Order, Receipt> APART =
      TestCodecs.builder("test.apart", Order.class, Receipt.class).build();
  private static final ModuleDefinition MODULE = TestJobs.moduleOf(all());
  private static final String QUEUE = "jobs.dev.tenon.jobs.TestJobs";

  private final Set<String> handled = ConcurrentHashMap.newKeySet();
  private Fixture fixture;

  private static List<JobDefinition<?, ?>> all() {
    List<JobDefinition<?, ?>> all = new ArrayList<>(SHARING);
    all.add(APART);
    return all;
  }

  @BeforeEach
  void open() {
    fixture = Fixture.withRabbit();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private JobsRuntime start() {
    return fixture.start(fixture.builder().modules(MODULE));
  }

  /** Handlers of all types, who note by whom a job was handled. */
  private JobHandlers handlers(String by) {
    TestJobs.Handlers handlers = TestJobs.handlers();
    for (JobDefinition<Order, Receipt> each : SHARING) {
      handlers.with(
          each,
          (order, context) -> {
            handled.add(order.name() + " by " + by);
            return new Receipt("r");
          });
    }
    return handlers.with(APART, (order, context) -> new Receipt("r"));
  }

  private static UUID submit(JobService jobs, JobDefinition<Order, Receipt> type) {
    return jobs.submit(type, new Order(type.type(), 1), SubmitOptions.by("t")).jobId();
  }

  private List<String> queuesOfPointers() {
    return fixture.host().queues().keySet().stream()
        .filter(queue -> queue.startsWith("jobs.") && !queue.equals("jobs.dead-letter"))
        .sorted()
        .toList();
  }

  @Test
  void hundredsOfTypesNeedOneQueueAndThoseThatNameARoutingKeyHaveTheirOwn() {
    JobsRuntime runtime = start();
    runtime.startWorker(handlers("all"));
    List<UUID> ids =
        Stream.of(SHARING.get(0), SHARING.get(TYPES - 1), APART)
            .map(type -> submit(runtime.jobs(), type))
            .toList();
    ids.forEach(id -> Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED));
    assertThat(queuesOfPointers()).containsExactly(QUEUE, APART.routingKey());
    assertThat(runtime.health().toString()).contains("rabbitmq: connected");
  }

  @Test
  void aJobWaitsForAWorkerThatWasNeverStarted() {
    JobsRuntime submitting = start();
    UUID id = submit(submitting.jobs(), SHARING.get(7));
    Fixture.awaitStatus(submitting.jobs(), id, JobStatus.QUEUED);
    assertThat(fixture.host().ready(QUEUE)).isPositive();
    start().startWorker(handlers("all"));
    Fixture.awaitStatus(submitting.jobs(), id, JobStatus.COMPLETED);
  }

  @Tag("thorough")
  @Test
  void workersOfSomeTypesGetTheirOwnJobsOnly() {
    JobsRuntime runtime = start();
    JobDefinition<Order, Receipt> heavy = SHARING.get(3);
    // One that waits before its worker has a queue
    UUID early = submit(runtime.jobs(), heavy);
    Fixture.awaitStatus(runtime.jobs(), early, JobStatus.QUEUED);
    try (CapturedLog log = CapturedLog.of("dev.tenon.jobs")) {
      runtime.startWorker(handlers("heavy").only(heavy));
      runtime.startWorker(handlers("light").without(heavy));
      Fixture.awaitStatus(runtime.jobs(), early, JobStatus.COMPLETED);
      List<UUID> ids = new ArrayList<>();
      for (JobDefinition<Order, Receipt> each : SHARING) {
        ids.add(submit(runtime.jobs(), each));
      }
      ids.forEach(id -> Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED));
      assertThat(handled).hasSize(TYPES).contains(heavy.type() + " by heavy");
      assertThat(handled.stream().filter(each -> each.endsWith(" by light"))).hasSize(TYPES - 1);
      assertThat(log.warnings()).isEmpty();
    }
    assertThat(queuesOfPointers())
        .hasSize(4)
        .contains(QUEUE, APART.routingKey())
        .filteredOn(queue -> queue.startsWith(QUEUE + ".only-"))
        .hasSize(2);
  }

  @Tag("thorough")
  @Test
  void whatNobodyTakesFromAQueueIsThrownAwayBeforeItGrowsWithoutBounds() throws Exception {
    JobsRuntime runtime = start();
    UUID id = submit(runtime.jobs(), SHARING.get(0));
    Fixture.awaitStatus(runtime.jobs(), id, JobStatus.QUEUED);
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(fixture.host().uri());
    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel()) {
      for (int i = 0; i < 10_001; i++) {
        channel.basicPublish("", QUEUE, null, "{}".getBytes(StandardCharsets.UTF_8));
      }
    }
    await().atMost(Fixture.PATIENCE).until(() -> fixture.host().ready(QUEUE) == 1);
    assertThat(runtime.jobs().get(id).status()).isEqualTo(JobStatus.QUEUED);
  }

  @Tag("thorough")
  @Test
  void aDeletedQueueIsMadeAgainWithItsBindingsAlsoByALeaderThatDoesNotKnowTheTypes() {
    fixture.start(fixture.builder().modules());
    JobsRuntime submitting = fixture.start(fixture.builder().modules(MODULE).maintenance(false));
    UUID id = submit(submitting.jobs(), SHARING.get(1));
    Fixture.awaitStatus(submitting.jobs(), id, JobStatus.QUEUED);
    long unused = fixture.host().deleteQueue(QUEUE);
    await().atMost(Fixture.PATIENCE).until(() -> queuesOfPointers().contains(QUEUE));
    await().atMost(Fixture.PATIENCE).until(() -> fixture.host().ready(QUEUE) == 1);
    assertThat(queuesOfPointers()).containsExactly(QUEUE);
  }

  @Test
  void aWorkerMakesADeletedQueueAgain() {
    JobsRuntime runtime = start();
    runtime.startWorker(handlers("all"));
    Fixture.awaitStatus(
        runtime.jobs(), submit(runtime.jobs(), SHARING.get(2)), JobStatus.COMPLETED);
    long unused = fixture.host().deleteQueue(QUEUE);
    await().atMost(Fixture.PATIENCE).until(() -> queuesOfPointers().contains(QUEUE));
    Fixture.awaitStatus(
        runtime.jobs(), submit(runtime.jobs(), SHARING.get(2)), JobStatus.COMPLETED);
    Fixture.awaitStatus(
        runtime.jobs(), submit(runtime.jobs(), SHARING.get(5)), JobStatus.COMPLETED);
  }

  @Test
  void aPausedTypeHoldsUpNoOtherOfItsQueue() {
    JobsRuntime runtime = start();
    JobService jobs = runtime.jobs();
    String paused = SHARING.get(4).type();
    jobs.types().pause(paused, Actor.of("ada", "a test"));
    runtime.startWorker(handlers("all"));
    UUID waits = submit(jobs, SHARING.get(4));
    List<UUID> others =
        IntStream.range(10, 30).mapToObj(i -> submit(jobs, SHARING.get(i))).toList();
    others.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED));
    assertThat(jobs.get(waits).status().isTerminal()).isFalse();
    jobs.types().resume(paused, Actor.of("ada"));
    Fixture.awaitStatus(jobs, waits, JobStatus.COMPLETED);
  }

  @Test
  void aPausedTypesJobsWaitInTheTableAndAreNotPublishedAgain() throws Exception {
    JobsRuntime runtime = start();
    JobService jobs = runtime.jobs();
    jobs.types().pause(SHARING.get(4).type(), Actor.of("ada", "a test"));
    UUID id = submit(jobs, SHARING.get(4));
    Fixture.awaitStatus(jobs, id, JobStatus.QUEUED);
    runtime.startWorker(handlers("all"));
    Fixture.awaitStatus(jobs, id, JobStatus.PENDING);
    try (var connection = fixture.database().connect()) {
      assertThat(
              DSL.using(connection, SQLDialect.POSTGRES)
                  .fetchValue("SELECT publish_at > now() + interval '1 year' FROM tenon.jobs"))
          .isEqualTo(true);
    }
  }

  @Test
  void aTypeThatNoLongerNamesARoutingKeyLeavesNoQueueThatGrows() {
    JobDefinition<Order, Receipt> named =
        TestCodecs.builder("test.renamed", Order.class, Receipt.class).build();
    JobDefinition<Order, Receipt> sharing =
        TestCodecs.sharing("test.renamed", Order.class, Receipt.class).build();
    JobsRuntime before =
        fixture.start(fixture.builder().modules(TestJobs.moduleOf(List.of(named))));
    Fixture.awaitStatus(before.jobs(), submit(before.jobs(), named), JobStatus.QUEUED);
    before.close();
    JobsRuntime after =
        fixture.start(fixture.builder().modules(TestJobs.moduleOf(List.of(sharing))));
    mustUnbind(after.jobs(), sharing, named.routingKey(), QUEUE);
    after.close();
    JobsRuntime again = fixture.start(fixture.builder().modules(TestJobs.moduleOf(List.of(named))));
    mustUnbind(again.jobs(), named, QUEUE, named.routingKey());
  }

  /** Messages come to the new queue, and none to the earlier one as soon as that is unbound. */
  private void mustUnbind(
      JobService jobs, JobDefinition<Order, Receipt> type, String earlier, String queue) {
    await()
        .atMost(Fixture.PATIENCE)
        .until(
            () -> {
              long before = fixture.host().ready(earlier);
              long there = fixture.host().ready(queue);
              Fixture.awaitStatus(jobs, submit(jobs, type), JobStatus.QUEUED);
              return fixture.host().ready(earlier) == before
                  && fixture.host().ready(queue) == there + 1;
            });
  }

  @Test
  void jobsThatWereParkedGetTheirTurnWhileThereArePointersForAllSlots() throws Exception {
    JobDefinition<Order, Receipt> paused = SHARING.get(4);
    JobDefinition<Order, Receipt> busy = SHARING.get(5);
    JobsRuntime runtime =
        fixture.start(fixture.builder().modules(TestJobs.moduleOf(List.of(paused, busy))));
    JobService jobs = runtime.jobs();
    jobs.types().pause(paused.type(), Actor.of("ada", "a test"));
    CountDownLatch started = new CountDownLatch(5);
    CountDownLatch mayEnd = new CountDownLatch(1);
    JobHandlers handlers =
        TestJobs.handlers()
            .with(paused, (order, context) -> new Receipt("r"))
            .with(
                busy,
                (order, context) -> {
                  started.countDown();
                  Thread.sleep(100);
                  if (started.getCount() == 0) {
                    mayEnd.await();
                  }
                  return new Receipt("r");
                });
    UUID waits = submit(jobs, paused);
    // Its pointer comes before all others
    Fixture.awaitStatus(jobs, waits, JobStatus.QUEUED);
    for (int i = 0; i < 300; i++) {
      UUID unused = submit(jobs, busy);
    }
    runtime.startWorker(handlers, WorkerOptions.defaults().withConcurrency(1));
    assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
    Fixture.awaitStatus(jobs, waits, JobStatus.PENDING);
    jobs.types().resume(paused.type(), Actor.of("ada"));
    mayEnd.countDown();
    Fixture.awaitStatus(jobs, waits, JobStatus.COMPLETED);
    assertThat(jobs.count(JobQuery.all().withType(busy.type()).withStatus(JobStatus.COMPLETED)))
        .as("it need not wait for all others")
        .isLessThan(200);
  }

  @Test
  void aNameThatRabbitDoesNotTakeIsRefusedAtTheStart() {
    RabbitMqOptions options =
        RabbitMqOptions.of(fixture.host().uri()).withNamePrefix("p".repeat(128));
    ModuleDefinition named =
        new ModuleDefinition() {
          @Override
          public String name() {
            return "Long".repeat(40);
          }

          @Override
          public List<JobDefinition<?, ?>> definitions() {
            return List.of(SHARING.get(0), SHARING.get(1));
          }

          @Override
          public List<ModuleDefinition> includes() {
            return List.of();
          }

          @Override
          public Optional<JobDefinition<?, ?>> find(String type) {
            return MODULE.find(type);
          }
        };
    assertThatThrownBy(() -> fixture.builder().rabbitMq(options).modules(named).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "The queue of job type 'test.shared.n0' would have a name of 316 bytes: the name prefix 'ppp")
        .hasMessageContaining(
            "' followed by the queue of its module 'jobs.dev.tenon.jobs.runtime.LongLong")
        .hasMessageEndingWith(
            "RabbitMQ accepts at most 255 bytes; choose a shorter namePrefix, or name a routingKey.");

    JobsRuntime runtime =
        fixture.start(
            fixture
                .builder()
                .rabbitMq(RabbitMqOptions.of(fixture.host().uri()).withNamePrefix("p".repeat(60)))
                .modules(named));
    JobHandlers ofOne = handlers("one").only(SHARING.get(0));
    JobHandlers handlers =
        new JobHandlers() {
          @Override
          public ModuleDefinition module() {
            return named;
          }

          @Override
          public List<JobBinding<?, ?>> bindings() {
            return ofOne.bindings();
          }
        };
    assertThatThrownBy(() -> runtime.startWorker(handlers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The queue of the worker would have a name of 262 bytes: ");
  }
}
