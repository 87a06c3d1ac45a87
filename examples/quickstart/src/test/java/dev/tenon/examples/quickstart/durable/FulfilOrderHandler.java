package dev.tenon.examples.quickstart.durable;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.annotation.Awaits;
import dev.tenon.jobs.annotation.InDoubt;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Step;
import dev.tenon.jobs.annotation.StepKey;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.durable.StepContext;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

/** Charges the customer, reserves the goods, waits for the money, and has the goods packed. */
@JobType("order.fulfil")
@Awaits(PaymentSettled.class)
public class FulfilOrderHandler implements JobHandler<FulfilOrder, Fulfilment> {

  private final Payments payments;
  private final Warehouse warehouse;

  FulfilOrderHandler(Payments payments, Warehouse warehouse) {
    this.payments = payments;
    this.warehouse = warehouse;
  }

  @Override
  public Fulfilment execute(FulfilOrder order, JobContext context) throws Exception {
    var steps = FulfilOrderSteps.of(this, context);
    Receipt receipt = steps.charge(order);
    steps.reserve(order, receipt);
    PaymentSettled settled =
        steps
            .awaitPaymentSettled(Duration.ofDays(3))
            .orElseThrow(() -> new PermanentJobException("No payment arrived in three days"));
    for (FulfilOrder.Line line : order.lines()) {
      steps.pack(line.id(), line);
    }
    return new Fulfilment(receipt.number(), settled.at());
  }

  @Step(repeatable = false)
  Receipt charge(FulfilOrder order, StepContext step) throws IOException {
    return payments.charge(step.idempotencyKey(), order.customerId(), order.total());
  }

  @InDoubt("charge")
  Resolution<Receipt> findCharge(FulfilOrder order, StepContext step) throws IOException {
    return payments
        .find(step.idempotencyKey())
        .map(receipt -> Resolution.done(receipt))
        .orElse(Resolution.notDone());
  }

  @Step
  void reserve(Connection transaction, FulfilOrder order, Receipt receipt) throws SQLException {
    try (PreparedStatement insert =
        transaction.prepareStatement(
            "INSERT INTO reservations (line_id, sku, pieces, receipt) VALUES (?, ?, ?, ?)")) {
      for (FulfilOrder.Line line : order.lines()) {
        insert.setObject(1, line.id());
        insert.setString(2, line.sku());
        insert.setInt(3, line.pieces());
        insert.setString(4, receipt.number());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  @Step(
      timeout = "20s",
      maxAttempts = 5,
      retryDelays = {"1s", "30s", "5m"})
  void pack(@StepKey UUID lineId, FulfilOrder.Line line) throws IOException {
    warehouse.pack(line);
  }
}
