package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.definition.UniqueRule;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.JobMonitor.Masked;
import dev.tenon.jobs.operate.JobMonitor.Sensitive;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people get to see of sensitive values. */
class SensitiveTest {

  private static final SubmitOptions LATER = SubmitOptions.by("t").withDelay(Duration.ofDays(1));
  private static final String IBAN = "DE02120300000000202051";

  record Account(String owner, String iban, long balance) {}

  record Transfer(Account from, List<Account> to, String note) {}

  private static final JobDefinition<Transfer, Account> TRANSFER =
      transfer("transfer.send")
          .sensitivePayload("/from/iban", "/to/iban", "/to/balance", "/note")
          .sensitiveResult("/iban")
          .build();

  private Fixture fixture;

  private static JobDefinition.Builder<Transfer, Account> transfer(String type) {
    return TestCodecs.builder(type, Transfer.class, Account.class)
        .retryPolicy(RetryPolicy.of(1))
        .timeout(Duration.ofSeconds(30));
  }

  private static Transfer transfer() {
    return new Transfer(
        new Account("Ann", IBAN, 7), List.of(new Account("Bob", "another IBAN", 123456)), "hello");
  }

  private static JobDefinition.Builder<Order, Void> order(String type) {
    return TestCodecs.builder(type, Order.class, Void.class);
  }

  @BeforeEach
  void open() {
    fixture = Fixture.withoutRabbit();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  /** A runtime that knows these types. */
  private JobsRuntime start(JobDefinition<?, ?>... definitions) {
    return fixture.start(fixture.builder().modules(TestJobs.moduleOf(List.of(definitions))));
  }

  /** What a process sees that knows no types. */
  private Masked seenElsewhere(UUID id) {
    JobsRuntime other = fixture.start(fixture.builder().modules().maintenance(false));
    return other.monitor().masked(other.jobs().get(id));
  }

  @Test
  void aProcessThatDoesNotKnowTheTypeMasksItsValues() {
    JobsRuntime runtime = start(TRANSFER);
    UUID id = runtime.jobs().submit(TRANSFER, transfer(), LATER).jobId();

    assertThat(seenElsewhere(id).payload())
        .isEqualTo(
            "{\"from\":{\"owner\":\"Ann\",\"iban\":\"••••\",\"balance\":7},"
                + "\"to\":[{\"owner\":\"Bob\",\"iban\":\"••••\",\"balance\":\"••••\"}],\"note\":\"••••\"}");
    assertThat(seenElsewhere(id).result()).isEmpty();
    assertThat(runtime.jobs().get(id).payload()).contains(IBAN);
  }

  @Test
  void resultsAreMaskedToo() {
    JobsRuntime runtime = start();
    var unused =
        runtime.startWorker(
            TestJobs.handlers().with(TRANSFER, (transfer, context) -> transfer.from()));
    UUID id = runtime.jobs().submit(TRANSFER, transfer(), SubmitOptions.by("t")).jobId();
    Job job = Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);

    assertThat(runtime.monitor().masked(job).result())
        .contains("{\"owner\":\"Ann\",\"iban\":\"••••\",\"balance\":7}");
    assertThat(runtime.jobs().find(TRANSFER, id).orElseThrow().result())
        .contains(transfer().from());
  }

  @Test
  void everythingIsMaskedOfATypeThatHasNotSaidWhatIsSensitive() throws Exception {
    JobsRuntime runtime = start();
    JobDefinition<Order, Void> unknown = order("order.unknown").build();
    UUID id = runtime.jobs().submit(unknown, new Order("x", 1), LATER).jobId();

    assertThat(seenElsewhere(id).payload()).isEqualTo("\"••••\"");

    // As a claim leaves it, until a process that declares the type starts
    execute("INSERT INTO tenon.job_types (type) VALUES ('order.unknown')");
    assertThat(seenElsewhere(id).payload()).isEqualTo("\"••••\"");

    start(unknown);
    assertThat(seenElsewhere(id).payload()).isEqualTo("{\"name\":\"x\",\"quantity\":1}");
  }

  @Test
  void whatAnEarlierVersionHasSaidHoldsForItsJobs() {
    JobDefinition<Order, Void> first = order("order.pay").sensitivePayload("/name").build();
    JobDefinition<Order, Void> second =
        order("order.pay").version(2).sensitivePayload("/quantity").build();
    UUID old = start(first).jobs().submit(first, new Order("x", 1), LATER).jobId();
    UUID now = start(second).jobs().submit(second, new Order("x", 1), LATER).jobId();
    start(order("order.pay").version(3).build());

    assertThat(seenElsewhere(old).payload()).isEqualTo("{\"name\":\"••••\",\"quantity\":1}");
    assertThat(seenElsewhere(now).payload()).isEqualTo("{\"name\":\"x\",\"quantity\":\"••••\"}");
  }

  @Test
  void whatEachVersionHasSaidCanBeRead() {
    start(TRANSFER);
    start(transfer("transfer.send").version(2).sensitiveResult("/iban").build());
    JobMonitor monitor = fixture.start(fixture.builder().modules().maintenance(false)).monitor();

    assertThat(monitor.sensitive("transfer.send"))
        .extracting(Sensitive::version, Sensitive::payload, Sensitive::result)
        .containsExactly(
            tuple(1, TRANSFER.sensitivePayload(), TRANSFER.sensitiveResult()),
            tuple(2, SensitivePaths.NONE, TRANSFER.sensitiveResult()));
    assertThat(monitor.sensitive("transfer.unknown")).isEmpty();
  }

  @Test
  void ofAVersionThatHasSaidNothingEverythingIsMaskedIfAnotherIsSensitive() {
    JobDefinition<Order, Void> first = order("order.pay").build();
    JobsRuntime runtime = start(order("order.pay").version(2).sensitivePayload("/name").build());
    UUID id = runtime.jobs().submit(first, new Order("x", 1), LATER).jobId();

    assertThat(seenElsewhere(id).payload()).isEqualTo("\"••••\"");
  }

  @Test
  void theSameVersionMaySaySomethingElse() {
    JobDefinition<Order, Void> sensitive = order("order.pay").sensitivePayload("/name").build();
    UUID id = start(sensitive).jobs().submit(sensitive, new Order("x", 1), LATER).jobId();
    start(order("order.pay").build());

    assertThat(seenElsewhere(id).payload()).isEqualTo("{\"name\":\"x\",\"quantity\":1}");
  }

  @Test
  void jobsOfAnOldNameAreMaskedByBothNames() {
    JobDefinition<Order, Void> before = order("order.pay").sensitivePayload("/name").build();
    UUID id = start(before).jobs().submit(before, new Order("x", 1), LATER).jobId();
    start(order("order.settle").aliases("order.pay").sensitivePayload("/quantity").build());

    assertThat(seenElsewhere(id).payload()).isEqualTo("{\"name\":\"••••\",\"quantity\":\"••••\"}");
  }

  @Test
  void whatAHandlerQuotesIsHidden() {
    JobsRuntime runtime = start();
    UUID id = runtime.jobs().submit(TRANSFER, transfer(), SubmitOptions.by("t")).jobId();
    Job job;
    try (CapturedLog log = CapturedLog.of("dev.tenon.jobs")) {
      var unused =
          runtime.startWorker(
              TestJobs.handlers()
                  .with(
                      TRANSFER,
                      (transfer, context) -> {
                        Account to = transfer.to().get(0);
                        context.progress(10, "to " + to.iban());
                        context
                            .log()
                            .info(
                                "from " + transfer.from().iban() + ", " + transfer.note(),
                                Map.of("balance", to.balance(), to.iban(), "x", "of", 7));
                        throw new PermanentJobException(
                            "No " + transfer.from().iban(),
                            new IllegalStateException("balance is " + to.balance()));
                      }));
      job = Fixture.awaitStatus(runtime.jobs(), id, JobStatus.FAILED);
      assertThat(log.lines()).isNotEmpty().noneMatch(line -> line.contains(IBAN));
    }

    assertThat(job.progressMessage()).contains("to ••••");
    assertThat(job.error().orElseThrow().message()).contains("No ••••");
    JobAttempt attempt = runtime.jobs().attempts(id).get(0);
    assertThat(attempt.stack().orElseThrow())
        .contains("PermanentJobException: No ••••")
        .contains("IllegalStateException: balance is ••••")
        .contains("SensitiveTest");
    JobLogEntry line = runtime.jobs().logs(id).iterator().next();
    // A short value is in too many texts by chance
    assertThat(line.message()).isEqualTo("from ••••, hello");
    assertThat(line.data().orElseThrow())
        .contains("\"balance\":\"••••\"", "\"••••\":\"x\"", "\"of\":7");
  }

  @Test
  void whatAnUpcasterHasMovedIsHiddenToo() {
    JobDefinition<Order, Void> first = order("transfer.send").sensitivePayload("/name").build();
    UUID id = start(first).jobs().submit(first, new Order(IBAN, 1), SubmitOptions.by("t")).jobId();
    JobDefinition<Transfer, Account> second =
        transfer("transfer.send")
            .version(2)
            .upcaster(1, json -> transfer())
            .sensitivePayload("/from/iban")
            .build();
    JobsRuntime runtime = start(second);
    var unused =
        runtime.startWorker(
            TestJobs.handlers()
                .with(
                    second,
                    (transfer, context) -> {
                      throw new PermanentJobException("No " + transfer.from().iban() + " of Ann");
                    }));

    assertThat(
            Fixture.awaitStatus(runtime.jobs(), id, JobStatus.FAILED)
                .error()
                .orElseThrow()
                .message())
        .contains("No •••• of Ann");
  }

  @Test
  void whatAnUpcasterQuotesIsHidden() {
    JobDefinition<Order, Void> first = order("transfer.send").sensitivePayload("/name").build();
    UUID id = start(first).jobs().submit(first, new Order(IBAN, 1), SubmitOptions.by("t")).jobId();
    JobDefinition<Transfer, Account> second =
        transfer("transfer.send")
            .version(2)
            .upcaster(
                1,
                json -> {
                  throw new IllegalArgumentException("Cannot read " + json);
                })
            .sensitivePayload("/from/iban")
            .build();
    JobsRuntime runtime = start(second);
    var unused =
        runtime.startWorker(
            TestJobs.handlers().with(second, (transfer, context) -> transfer.from()));

    assertThat(
            Fixture.awaitStatus(runtime.jobs(), id, JobStatus.FAILED)
                .error()
                .orElseThrow()
                .message())
        .contains("Cannot read {\"name\":\"••••\",\"quantity\":1}");
    assertThat(runtime.jobs().attempts(id).get(0).stack().orElseThrow()).doesNotContain(IBAN);
  }

  @Test
  void theKeyOfAUniqueJobIsAHash() throws Exception {
    JobDefinition<Order, Void> unique =
        order("order.pay")
            .unique(UniqueRule.by("name", Order::name).withHashedKey())
            .sensitivePayload("/name")
            .build();
    JobsRuntime runtime = start(unique);
    UUID id = runtime.jobs().submit(unique, new Order("x", 1), LATER).jobId();

    assertThat(runtime.jobs().submit(unique, new Order("x", 2), LATER).jobId()).isEqualTo(id);
    assertThat(runtime.jobs().submit(unique, new Order("y", 2), LATER).jobId()).isNotEqualTo(id);
    try (Connection connection = fixture.database().connect();
        ResultSet rows =
            connection.createStatement().executeQuery("SELECT unique_key FROM tenon.jobs")) {
      int found = 0;
      while (rows.next()) {
        assertThat(rows.getString(1)).matches("sha256:[0-9a-f]{64}");
        found++;
      }
      assertThat(found).isEqualTo(2);
    }
  }

  private void execute(String statement) throws Exception {
    try (Connection connection = fixture.database().connect()) {
      connection.createStatement().execute(statement);
    }
  }
}
