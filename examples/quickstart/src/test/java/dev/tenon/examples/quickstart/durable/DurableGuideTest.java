package dev.tenon.examples.quickstart.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.examples.quickstart.guide.TestJobs;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.SentSignal;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalRefusedException;
import dev.tenon.jobs.testing.TenonExtension;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs the handlers that the page on durable handlers shows. */
class DurableGuideTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Instant AT = Instant.parse("2026-11-30T14:07:54Z");
  private static final BigDecimal AMOUNT = new BigDecimal("12.50");

  @RegisterExtension final TenonExtension tenon = TenonExtension.create();

  private final FlakyPayments payments = new FlakyPayments();
  private final List<UUID> packed = Collections.synchronizedList(new ArrayList<>());
  private TestJobs jobs;

  /** Charges once for each key, and may lose its answer. */
  private static final class FlakyPayments implements Payments {
    private final Map<String, Receipt> receipts = new HashMap<>();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile int lostAnswers;

    @Override
    public synchronized Receipt charge(String idempotencyKey, UUID customerId, BigDecimal amount)
        throws IOException {
      int call = calls.incrementAndGet();
      receipts.put(idempotencyKey, new Receipt("R-" + call, "4111 1111 1111 1111"));
      if (call <= lostAnswers) {
        throw new IOException("The payment service does not answer");
      }
      return receipts.get(idempotencyKey);
    }

    @Override
    public synchronized Optional<Receipt> find(String idempotencyKey) {
      return Optional.ofNullable(receipts.get(idempotencyKey));
    }
  }

  @BeforeEach
  void start() throws SQLException {
    execute(
        "CREATE TABLE reservations (line_id uuid PRIMARY KEY, sku text, pieces int, receipt text)");
    execute("CREATE TABLE price_lists (file text PRIMARY KEY)");
    jobs = new TestJobs(tenon.jobs());
    tenon.startWorker(
        DurableHandlers.of(
            new FulfilOrderHandler(payments, line -> packed.add(line.id())),
            new TrialRemindHandler((id, to, link) -> {}),
            new PriceListImportHandler(Collections.nCopies(1_000, "line"), line -> {})));
  }

  /** The bank calls this, perhaps twice for one event. */
  private SentSignal settle(UUID jobId, String eventId, BigDecimal amount, Instant at) {
    return jobs.paymentSettled()
        .send(jobId, new PaymentSettled(amount, at), SignalOptions.by("bank").withId(eventId));
  }

  /** The same, if the bank only knows the number of the order. */
  private SentSignal settle(String orderNumber, String eventId, BigDecimal amount, Instant at) {
    return jobs.paymentSettled()
        .sendToItem(
            orderNumber, new PaymentSettled(amount, at), SignalOptions.by("bank").withId(eventId));
  }

  /** The page behind the link in the mail. */
  private SentSignal stay(String token, String plan) {
    return jobs.trialConverted()
        .sendByToken(token, new TrialConverted(plan), SignalOptions.by("mail link"));
  }

  @Test
  void anOrderIsChargedOnceAndWaitsForItsPayment() throws SQLException {
    payments.lostAnswers = 1;
    FulfilOrder order = order();
    UUID id = submit(order);
    awaitWait(id);

    assertThat(tenon.jobs().get(id).status()).isEqualTo(JobStatus.PENDING);
    assertThat(settle(id, "event-17", AMOUNT, AT).isNew()).isTrue();
    Job job = tenon.awaitEnd(id, PATIENCE);

    assertThat(job.status()).as("%s", job).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.fulfilOrder().find(id).orElseThrow().result())
        .contains(new Fulfilment("R-1", AT));
    assertThat(payments.calls).as("the lost answer was found").hasValue(1);
    assertThat(packed).containsExactlyElementsOf(lineIds(order));
    assertThat(number("SELECT count(*) FROM reservations")).isEqualTo(2);
    assertThat(tenon.jobs().attempts(id))
        .extracting(JobAttempt::outcome)
        .containsExactly(
            JobAttempt.Outcome.FAILED, JobAttempt.Outcome.SUSPENDED, JobAttempt.Outcome.COMPLETED);
    assertThat(tenon.jobs().steps().ofJob(id))
        .extracting(JobStep::name)
        .containsExactly("charge", "reserve", "paymentSettled", "pack", "pack");
  }

  @Test
  void aSignalMayComeFirstAndTwice() {
    FulfilOrder order = order();
    UUID id =
        jobs.fulfilOrder()
            .submit(
                order, SubmitOptions.by("shop").withItemId("17").withDelay(Duration.ofSeconds(1)))
            .jobId();

    assertThat(settle("17", "event-17", AMOUNT, AT).jobIds()).containsExactly(id);
    assertThat(settle("17", "event-17", AMOUNT, AT).isNew()).isFalse();

    assertThat(tenon.awaitEnd(id, PATIENCE).status()).isEqualTo(JobStatus.COMPLETED);
    assertThatThrownBy(() -> settle(id, "event-18", AMOUNT, AT))
        .isInstanceOf(SignalRefusedException.class);
  }

  @Test
  void aTokenThatNobodyHasIsRefused() {
    assertThatThrownBy(() -> stay("guessed", "basic"))
        .isInstanceOfSatisfying(
            SignalRefusedException.class,
            e -> assertThat(e.reason()).isEqualTo(SignalRefusedException.Reason.UNKNOWN_TOKEN));
  }

  @Test
  void aListIsImportedAndPublishedOnce() throws SQLException {
    UUID id =
        jobs.priceListImport()
            .submit(new PriceListImport("prices.csv"), SubmitOptions.by("shop"))
            .jobId();

    assertThat(tenon.awaitEnd(id, PATIENCE).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.priceListImport().find(id).orElseThrow().result()).contains(1_000L);
    assertThat(number("SELECT count(*) FROM price_lists")).isEqualTo(1);
    assertThat(tenon.jobs().steps().cursorOfJob(id)).contains("{\"line\":1000}");
  }

  private UUID submit(FulfilOrder order) {
    return jobs.fulfilOrder().submit(order, SubmitOptions.by("shop")).jobId();
  }

  private void awaitWait(UUID id) {
    Awaitility.await("the wait of " + id)
        .atMost(PATIENCE)
        .until(
            () -> tenon.jobs().whyWaiting(id),
            why -> why.filter(WaitReason.ForSignal.class::isInstance).isPresent());
  }

  private static FulfilOrder order() {
    return new FulfilOrder(
        UUID.randomUUID(),
        AMOUNT,
        List.of(
            new FulfilOrder.Line(UUID.randomUUID(), "GW-12", 2),
            new FulfilOrder.Line(UUID.randomUUID(), "GW-40", 1)));
  }

  private static List<UUID> lineIds(FulfilOrder order) {
    return order.lines().stream().map(FulfilOrder.Line::id).toList();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = tenon.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = tenon.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
