package orders;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.Awaits;
import dev.tenon.jobs.annotation.InDoubt;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.ResumesFrom;
import dev.tenon.jobs.annotation.Sleeps;
import dev.tenon.jobs.annotation.Step;
import dev.tenon.jobs.annotation.StepKey;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.durable.StepContext;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import orders.FulfilOrder.Line;

@JobType("order.fulfil")
@Awaits(PaymentSettled.class)
@Awaits(
    name = "decision",
    value = {Decision.Approved.class, Decision.Rejected.class},
    aliases = "approval")
@Sleeps("beforeReminder")
@ResumesFrom(FulfilOrderHandler.Position.class)
class FulfilOrderHandler extends Reserves<FulfilOrder>
    implements JobHandler<FulfilOrder, Fulfilment>, Packs<UUID, Line> {

  /** How far it has got. */
  record Position(int line) {}

  /** A way to send something. */
  enum Way {
    AIR,
    SEA
  }

  @Override
  public Fulfilment execute(FulfilOrder order, JobContext context) throws Exception {
    var steps = FulfilOrderSteps.of(this, context);
    Receipt receipt = steps.charge(order);
    int reserved = steps.reserve(order);
    PaymentSettled paid = steps.awaitPaymentSettled(Duration.ofDays(3)).orElseThrow();
    for (int i = steps.cursor().map(Position::line).orElse(0); i < order.lines().size(); i++) {
      Line line = order.lines().get(i);
      steps.pack(line.id(), line);
      steps.weigh(i, line);
      steps.saveCursor(new Position(i + 1));
    }
    steps.send(Way.AIR, receipt.number(), steps.tokenForApproved());
    Decision decision = steps.awaitDecision();
    steps.sleepBeforeReminder(Duration.ofDays(reserved));
    return new Fulfilment(decision instanceof Decision.Approved ? paid.at() : Instant.EPOCH);
  }

  @Step(repeatable = false, maxAttempts = 3, retryDelays = {"10s", "1m"})
  Receipt charge(FulfilOrder order, StepContext step) throws IOException {
    return new Receipt(step.idempotencyKey(), BigDecimal.TEN, order.orderId().toString());
  }

  @InDoubt("charge")
  Resolution<Receipt> findCharge(FulfilOrder order) {
    return order.lines().isEmpty() ? Resolution.notDone() : Resolution.askPerson("Paid?");
  }

  @Override
  public void pack(UUID id, Line line) throws IOException, TimeoutException {
    if (line.count() == 0) {
      throw new TimeoutException(id.toString());
    }
  }

  /** Has a name of its own, and a result that is not a record. */
  @Step("weigh-line")
  List<@NotBlank String> weigh(@StepKey long executor, Line handler) throws URISyntaxException {
    return List.of(executor + " of " + handler.id());
  }

  @Step(repeatable = false)
  void send(StepContext context, @StepKey Way step, String... notes) {}

  @InDoubt("send")
  Resolution<Void> findSent(Way way, String[] notes, StepContext step) {
    return notes.length == 0 ? Resolution.done() : Resolution.notDone();
  }

  @Step(maxAttempts = 2)
  Optional<@Valid Receipt> refund(String key) {
    return Optional.empty();
  }
}
