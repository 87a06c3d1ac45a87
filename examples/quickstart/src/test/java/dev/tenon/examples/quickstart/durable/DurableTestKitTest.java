package dev.tenon.examples.quickstart.durable;

import static dev.tenon.jobs.testing.JobAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.examples.quickstart.guide.TestJobs;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.testing.HandlerRun;
import dev.tenon.jobs.testing.HandlerTest;
import dev.tenon.jobs.testing.InMemoryJobs;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Tests of durable handlers without a database, as the page shows them. */
class DurableTestKitTest {

  private static final Receipt RECEIPT = new Receipt("R-1", "4111 1111 1111 1111");

  /** Charges, and loses its first answer. */
  private static final class LostAnswer implements Payments {
    @Override
    public Receipt charge(String idempotencyKey, UUID customerId, BigDecimal amount)
        throws IOException {
      throw new IOException("The payment service does not answer");
    }

    @Override
    public Optional<Receipt> find(String idempotencyKey) {
      return Optional.of(RECEIPT);
    }
  }

  @Test
  void aChargeInDoubtIsFound() {
    FulfilOrder order =
        new FulfilOrder(
            UUID.randomUUID(),
            new BigDecimal("12.50"),
            List.of(new FulfilOrder.Line(UUID.randomUUID(), "GW-12", 2)));
    Instant paidAt = Instant.parse("2026-11-30T14:07:54Z");
    FulfilOrderHandler handler = new FulfilOrderHandler(new LostAnswer(), line -> {});

    HandlerTest<FulfilOrder, Fulfilment> fulfil =
        HandlerTest.of(FulfilOrderJob.DEFINITION, handler);
    HandlerRun<Fulfilment> failed = fulfil.run(order);
    assertThat(failed).isRetriedIn(Duration.ofMillis(100)).hasThrown(IOException.class);

    HandlerRun<Fulfilment> waiting =
        fulfil.withAttempt(2).after(failed).withStep(FulfilOrderSteps.RESERVE, null).run(order);
    assertThat(waiting).isSuspended().hasRecorded("charge", "reserve", "paymentSettled");

    PaymentSettled settled = new PaymentSettled(order.total(), paidAt);
    HandlerRun<Fulfilment> last =
        fulfil.after(waiting).withSent(PaymentSettledSignal.DEFINITION, settled).run(order);
    assertThat(last).isCompletedWith(new Fulfilment("R-1", paidAt));
  }

  @Test
  void aTrialOfTwoWeeks() {
    List<String> links = new ArrayList<>();
    InMemoryJobs jobs =
        InMemoryJobs.of(
            DurableHandlers.of(
                DurableHandlers.fulfilOrder(),
                new TrialRemindHandler((id, to, link) -> links.add(link)),
                DurableHandlers.priceListImport()));
    TestJobs typed = new TestJobs(jobs);

    UUID id =
        typed
            .trialRemind()
            .submit(new TrialRemind("ann@example.com"), SubmitOptions.by("test"))
            .jobId();
    jobs.advance(Duration.ofDays(13));

    assertThat(links).hasSize(1);
    String token = links.get(0).substring(links.get(0).indexOf('=') + 1);
    typed
        .trialConverted()
        .sendByToken(token, new TrialConverted("basic"), SignalOptions.by("test"));
    jobs.drain();

    assertThat(typed.trialRemind().find(id).orElseThrow().result()).contains("stays with basic");
  }
}
