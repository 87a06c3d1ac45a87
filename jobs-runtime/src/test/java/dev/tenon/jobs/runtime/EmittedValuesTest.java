package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.EmittedValue;
import dev.tenon.jobs.EmittingContext;
import dev.tenon.jobs.EncryptionKeyException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobEvent;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobVersionException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Part;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.options.EncryptionKeys;
import dev.tenon.jobs.options.SizeLimits;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One process follows what the jobs of another one emit. */
class EmittedValuesTest {

  private static final int MANY = 1_200;

  private final BlockingQueue<Boolean> released = new LinkedBlockingQueue<>();
  private Fixture fixture;

  @BeforeEach
  void open() {
    fixture = Fixture.withoutRabbit();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private JobService start(JobsRuntimeBuilder builder) {
    JobsRuntime runtime = fixture.start(builder);
    runtime.startWorker(TestJobs.handlers().emitting(TestJobs.EMITTING, this::emit));
    return fixture.start(fixture.builder().maintenance(false)).jobs();
  }

  private JobService start() {
    return start(fixture.builder());
  }

  private Receipt emit(Order order, EmittingContext<Part> context) throws Exception {
    switch (order.name()) {
      case "held" -> {
        context.emit(part(1));
        context.log().info("one is out");
        boolean unused = released.take();
        context.emit(part(2));
      }
      case "many" -> {
        for (int i = 0; i < MANY; i++) {
          context.emit(part(i));
        }
      }
      case "unsteady" -> {
        context.emit(part(10 * context.attempt()));
        if (context.attempt() == 1) {
          throw new IllegalStateException("the first attempt");
        }
        if (released.poll() != null) {
          throw context.snooze(Duration.ofMillis(1));
        }
        context.emit(part(10 * context.attempt() + 1));
      }
      case "large" -> context.emit(new Part(1, "x".repeat(order.quantity()), ""));
      case "invalid" -> context.emit(part(-1));
      default -> throw new IllegalArgumentException(order.name());
    }
    return new Receipt(order.name());
  }

  private static Part part(int number) {
    return new Part(number, "part " + number, "secret " + number);
  }

  private static UUID submit(JobService jobs, String name, int quantity) {
    return jobs.submit(TestJobs.EMITTING, new Order(name, quantity), SubmitOptions.by("t")).jobId();
  }

  private static Collector<EmittedValue<Part>> follow(JobService jobs, UUID id) {
    return Collector.of(jobs.emitted(TestJobs.EMITTING, TestJobs.PARTS, id));
  }

  private static List<Part> parts(Collector<EmittedValue<Part>> collector) {
    return collector.items().stream().map(EmittedValue::value).toList();
  }

  @Test
  void valuesComeInTheirOrderAndAnybodyContinuesAfterAnyOfThem() {
    JobService jobs = start();
    UUID id = submit(jobs, "held", 1);
    Collector<EmittedValue<Part>> follower = follow(jobs, id);
    await("the first value").until(() -> parts(follower).equals(List.of(part(1))));
    assertThat(follower.isComplete()).isFalse();
    released.add(true);
    await("the end").until(follower::isComplete);
    assertThat(parts(follower)).containsExactly(part(1), part(2));
    assertThat(follower.items())
        .allMatch(value -> value.attempt() == 1)
        .extracting(EmittedValue::run)
        .containsOnly(follower.items().get(0).run());
    assertThat(follower.items().get(0).toString()).doesNotContain("part 1");

    Collector<EmittedValue<Part>> after =
        Collector.of(
            jobs.emitted(TestJobs.EMITTING, TestJobs.PARTS, id, follower.items().get(0).id()));
    await("the end").until(after::isComplete);
    assertThat(parts(after)).containsExactly(part(2));

    Collector<JobEvent> events = Collector.of(jobs.events(id));
    await("the end").until(events::isComplete);
    assertThat(events.items())
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly("Emitted", "Logged", "Emitted", "Progressed", "StatusChanged");
    JobLogEntry first = ((JobEvent.Emitted) events.items().get(0)).entry();
    assertThat(first.emitted()).contains("{\"number\":1,\"text\":\"part 1\",\"secret\":\"••••\"}");
    assertThat(first.toString()).doesNotContain("secret 1");
    assertThat(first.run()).hasValue(follower.items().get(0).run());
    assertThat(jobs.logs(id))
        .extracting(entry -> entry.emitted().orElse(entry.message()))
        .containsExactly(
            first.emitted().orElseThrow(),
            "one is out",
            "{\"number\":2,\"text\":\"part 2\",\"secret\":\"••••\"}");
  }

  @Test
  void allAreThereWhenTheJobHasEnded() {
    JobService jobs = start();
    UUID id = submit(jobs, "many", 1);
    Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
    Collector<EmittedValue<Part>> oneByOne =
        Collector.of(jobs.emitted(TestJobs.EMITTING, TestJobs.PARTS, id), 1);
    await("the end").until(oneByOne::isComplete);
    assertThat(oneByOne.items())
        .extracting(value -> value.value().number())
        .containsExactlyElementsOf(numbers(MANY));
  }

  private static List<Integer> numbers(int count) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  @Test
  void eachRunOfTheHandlerHasItsOwnValues() {
    JobService jobs = start();
    // The second attempt is put off once, which does not count
    released.add(true);
    UUID id = submit(jobs, "unsteady", 1);
    Collector<EmittedValue<Part>> follower = follow(jobs, id);
    await("the end").until(follower::isComplete);
    assertThat(follower.items())
        .extracting(value -> value.attempt() + ": " + value.value().number())
        .containsExactly("1: 10", "2: 20", "2: 20", "2: 21");
    List<Long> runs = follower.items().stream().map(EmittedValue::run).toList();
    assertThat(runs.get(0)).isLessThan(runs.get(1));
    assertThat(runs.get(1)).isLessThan(runs.get(2));
    assertThat(runs.get(3)).isEqualTo(runs.get(2));
  }

  @Test
  void whatIsOverALimitOrNotValidFailsTheJob() {
    SizeLimits limits = SizeLimits.defaults().withEmittedBytes(200).withEmittedValues(MANY - 1);
    JobService jobs = start(fixture.builder().sizeLimits(limits));
    Job large = Fixture.awaitStatus(jobs, submit(jobs, "large", 300), JobStatus.FAILED);
    assertThat(large.error().orElseThrow().message())
        .contains(
            "An emitted value has 334 bytes as JSON; the limit is 200. Emit smaller parts, or raise SizeLimits.emittedBytes.");
    assertThat(large.attempts()).isEqualTo(1);
    Job many = Fixture.awaitStatus(jobs, submit(jobs, "many", 1), JobStatus.FAILED);
    assertThat(many.error().orElseThrow().message())
        .contains(
            "The attempt has emitted 1,199 values, which is the limit. Emit fewer and larger ones, or raise SizeLimits.emittedValues.");
    assertThat(many.attempts()).isEqualTo(1);
    Job invalid = Fixture.awaitStatus(jobs, submit(jobs, "invalid", 1), JobStatus.FAILED);
    assertThat(invalid.error().orElseThrow().message())
        .contains(
            "The value that a job of type 'test.order.told' emits is not valid: number must be at least 0.");
    Collector<EmittedValue<Part>> follower = follow(jobs, invalid.id());
    await("the end").until(follower::isComplete);
    assertThat(follower.items()).isEmpty();
  }

  @Test
  void sensitivePartsAreEncryptedAndOnlyWhoHasTheKeyReadsThem() throws Exception {
    EncryptionKeys keys = EncryptionKeys.of("a", new SecretKeySpec(new byte[32], "AES"));
    JobsRuntime runtime = fixture.start(fixture.builder().encryptionKeys(keys));
    runtime.startWorker(TestJobs.handlers().emitting(TestJobs.EMITTING, this::emit));
    released.add(true);
    UUID id = submit(runtime.jobs(), "held", 1);
    Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);
    assertThat(stored(id)).hasSize(2).allMatch(json -> !json.contains("secret 1"));
    Collector<EmittedValue<Part>> follower = follow(runtime.jobs(), id);
    await("the end").until(follower::isComplete);
    assertThat(parts(follower)).containsExactly(part(1), part(2));

    Collector<EmittedValue<Part>> without =
        follow(fixture.start(fixture.builder().maintenance(false)).jobs(), id);
    await("it cannot").until(without::hasEnded);
    assertThat(without.failure()).isInstanceOf(EncryptionKeyException.class);
    assertThat(without.items()).isEmpty();
  }

  private List<String> stored(UUID id) throws SQLException {
    try (var connection = fixture.database().connect();
        var statement =
            connection.prepareStatement(
                "SELECT data::text FROM tenon.job_logs WHERE job_id = ? AND number IS NOT NULL")) {
      statement.setObject(1, id);
      List<String> found = new ArrayList<>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getString(1));
        }
      }
      return found;
    }
  }

  /** A value of the next version. */
  record Piece(String number) {}

  @Test
  void valuesOfAnEarlierVersionGoThroughTheUpcasterAndThoseOfALaterOneAreRefused() {
    JobService jobs = start();
    released.add(true);
    UUID id = submit(jobs, "held", 1);
    Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
    ValueDefinition<Piece> pieces =
        ValueDefinition.builder(Piece.class, TestCodecs.of(Piece.class))
            .upcaster(
                1, Part.class, TestCodecs.of(Part.class), old -> new Piece("no. " + old.number()))
            .sensitive("/secret")
            .build();
    JobDefinition<Order, Receipt> newer =
        TestCodecs.builder(TestJobs.EMITTING.type(), Order.class, Receipt.class)
            .version(2)
            .emitted(pieces)
            .build();
    assertThat(newer.upcastVersions()).containsExactly(1);
    Collector<EmittedValue<Piece>> follower = Collector.of(jobs.emitted(newer, pieces, id));
    await("the end").until(follower::hasEnded);
    assertThat(follower.failure()).isNull();
    assertThat(follower.items())
        .extracting(value -> value.value().number())
        .containsExactly("no. 1", "no. 2");

    fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .emitting(
                    TestCodecs.builder("test.order.newer", Order.class, Receipt.class)
                        .retryPolicy(RetryPolicy.of(1))
                        .version(2)
                        .upcaster(1, Order.class, TestCodecs.of(Order.class), order -> order)
                        .emitted(pieces)
                        .build(),
                    (Order order, EmittingContext<Piece> context) -> {
                      context.emit(new Piece("7"));
                      return new Receipt("7");
                    }));
    JobDefinition<Order, Receipt> older =
        TestCodecs.builder("test.order.newer", Order.class, Receipt.class)
            .emitted(TestJobs.PARTS)
            .build();
    UUID later = jobs.submit(older, new Order("x", 1), SubmitOptions.by("t")).jobId();
    Collector<EmittedValue<Part>> refused =
        Collector.of(jobs.emitted(older, TestJobs.PARTS, later));
    await("it is refused").until(refused::hasEnded);
    assertThat(refused.failure())
        .isInstanceOf(JobVersionException.class)
        .hasMessageContaining("has version 2, and this program knows versions up to 1");
  }

  @Test
  void aWrongPositionIsRefusedImmediately() {
    JobService jobs = fixture.start().jobs();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> jobs.emitted(TestJobs.EMITTING, TestJobs.PARTS, UUID.randomUUID(), "nonsense"))
        .withMessage(
            "The position is not the id of an event. Pass the id() of a JobEvent of the same job, unchanged.");
  }
}
