package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.Awaits;
import dev.tenon.jobs.annotation.InDoubt;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.ResumesFrom;
import dev.tenon.jobs.annotation.Sensitive;
import dev.tenon.jobs.annotation.Sleeps;
import dev.tenon.jobs.annotation.Step;
import dev.tenon.jobs.annotation.StepKey;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.durable.StepContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An order whose handler has steps of all kinds.
 *
 * @param lines what is ordered
 * @param reserves whether a step in a transaction runs
 */
@JobType(value = "order.fulfil", result = OrderFulfil.Fulfilment.class, retryDelays = "1m")
public record OrderFulfil(List<String> lines, boolean reserves) {

  /** What ends the wait for a decision. */
  public sealed interface Decision permits OrderPaid, OrderStopped {}

  /**
   * A payment.
   *
   * @param number its number
   */
  public record Receipt(@Sensitive String number) {}

  /**
   * What came of it.
   *
   * @param receipt the number of the receipt
   * @param cents what was paid
   */
  public record Fulfilment(String receipt, int cents) {}

  /**
   * How many lines were packed.
   *
   * @param lines the number
   */
  public record Packed(@Sensitive int lines) {}

  /** Fulfils orders, and notes what it does. */
  @JobType("order.fulfil")
  @Awaits(
      name = "decision",
      value = {OrderPaid.class, OrderStopped.class})
  @Sleeps("beforePacking")
  @ResumesFrom(Packed.class)
  public static class Handler implements JobHandler<OrderFulfil, Fulfilment> {

    /** What the steps have done, in that order. */
    final List<String> done = new CopyOnWriteArrayList<>();

    /** The tokens that were made, in that order. */
    final List<String> tokens = new CopyOnWriteArrayList<>();

    /** The line whose packing fails; null if none does. */
    @Nullable String broken;

    /** What a charge in doubt has become. */
    Resolution<Receipt> resolution = Resolution.notDone();

    /** Called while it finds out what a charge in doubt has become. */
    Runnable whileFinding = () -> {};

    /** How long it sleeps before packing. */
    Duration sleep = Duration.ofHours(12);

    /** Whether charging fails after it is done. */
    boolean losesReceipt;

    @Override
    public Fulfilment execute(OrderFulfil order, JobContext context) throws Exception {
      var steps = OrderFulfilSteps.of(this, context);
      Receipt receipt = steps.charge(order);
      if (order.reserves()) {
        steps.reserve(order);
      }
      tokens.add(steps.tokenForOrderPaid());
      Decision decision = steps.awaitDecision(Duration.ofDays(3)).orElse(null);
      if (!(decision instanceof OrderPaid paid)) {
        return new Fulfilment(receipt.number(), 0);
      }
      steps.sleepBeforePacking(sleep);
      int packed = steps.cursor().map(Packed::lines).orElse(0);
      for (String line : order.lines()) {
        steps.pack(line);
        packed++;
        steps.saveCursor(new Packed(packed));
      }
      return new Fulfilment(receipt.number(), paid.cents());
    }

    @Step(repeatable = false)
    Receipt charge(OrderFulfil order, StepContext step) {
      done.add("charge");
      if (losesReceipt) {
        losesReceipt = false;
        throw new IllegalStateException("No answer");
      }
      return new Receipt("R" + order.lines().size());
    }

    @InDoubt("charge")
    Resolution<Receipt> findCharge(OrderFulfil order, StepContext step) {
      done.add("find charge");
      whileFinding.run();
      return resolution;
    }

    @Step
    void reserve(Connection transaction, OrderFulfil order) throws SQLException {
      done.add("reserve");
      try (PreparedStatement insert =
          transaction.prepareStatement("INSERT INTO reserved (lines) VALUES (?)")) {
        insert.setInt(1, order.lines().size());
        insert.executeUpdate();
      }
    }

    @Step
    void pack(@StepKey String line) {
      if (line.equals(broken)) {
        broken = null;
        throw new IllegalStateException("It is broken");
      }
      done.add("pack " + line);
    }
  }
}
