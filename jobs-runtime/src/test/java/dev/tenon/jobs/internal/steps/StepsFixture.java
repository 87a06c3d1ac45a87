package dev.tenon.jobs.internal.steps;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.definition.WaitDefinition;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.values.HiddenValues;
import dev.tenon.jobs.internal.values.SensitiveValues;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.options.SizeLimits;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.UUID;

/** A job whose attempts are made one after the other, with records in memory. */
final class StepsFixture {

  static final UUID JOB = UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057");

  static final JobDefinition<Order, Receipt> TYPE = type(1);

  static final ValueDefinition<Receipt> RECEIPT =
      ValueDefinition.<Receipt>builder(Receipt.class, TestCodecs.of(Receipt.class))
          .validator(
              (receipt, violations) -> {
                if (receipt.text().isEmpty()) {
                  violations.add("text", "must not be empty");
                }
              })
          .build();

  static final ValueDefinition<Receipt> SECRET =
      ValueDefinition.<Receipt>builder(Receipt.class, TestCodecs.of(Receipt.class))
          .sensitive("/text")
          .build();

  static final StepDefinition<Receipt> CHARGE = StepDefinition.of("charge", RECEIPT);

  static final StepDefinition<Void> RESERVE = StepDefinition.of("reserve").inTransaction();

  static final SignalDefinition<Receipt> PAID = SignalDefinition.of("order.paid", 2, RECEIPT);

  static final WaitDefinition<Receipt> PAYMENT = WaitDefinition.ofSignals("payment", PAID);

  static final WaitDefinition<Void> NIGHT = WaitDefinition.ofTime("night");

  final MemoryRecords records = new MemoryRecords();
  TestHost host = new TestHost();
  SizeLimits limits = SizeLimits.defaults();
  private long lease;

  static JobDefinition<Order, Receipt> type(int version) {
    return TestCodecs.builder("test.order.fulfil", Order.class, Receipt.class)
        .version(version)
        .retryPolicy(RetryPolicy.of(3).withNoRetryOn(UncheckedIOException.class))
        .timeout(Duration.ofSeconds(30))
        .build();
  }

  /** The steps of the next attempt. */
  AttemptSteps attempt() {
    return attempt(TYPE);
  }

  AttemptSteps attempt(JobDefinition<?, ?> type) {
    lease++;
    host = new TestHost();
    return new AttemptSteps(
        new ClaimedJob(
            new Lease(JOB, lease, "w"),
            type.type(),
            1,
            1,
            3,
            0,
            "",
            null,
            "tester",
            false,
            null,
            null,
            Headers.none(),
            Duration.ZERO),
        type,
        ValueStorage.unencrypted(limits),
        new HiddenValues(SensitiveValues.NONE),
        records,
        host);
  }
}
