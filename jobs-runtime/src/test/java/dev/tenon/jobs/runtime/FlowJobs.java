package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.StepInput;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Job types of workflows, written as the processor would. */
final class FlowJobs {

  private FlowJobs() {}

  static final StepInput.From1<Receipt, Order> OF_RECEIPT =
      StepInput.from1("ofReceipt", receipt -> List.of(new Order(receipt.text(), 1)));
  static final StepInput.From2<Receipt, Receipt, Order> OF_BOTH =
      StepInput.from2("ofBoth", (a, b) -> List.of(new Order(a.text() + "+" + b.text(), 1)));
  static final StepInput.From1<List<Receipt>, Order> OF_ALL =
      StepInput.from1(
          "ofAll",
          receipts ->
              List.of(
                  new Order(
                      receipts.stream()
                          .map(Receipt::text)
                          .collect(Collectors.joining(",", "[", "]")),
                      1)));
  static final StepInput.From1<Receipt, Order> IF_LONG =
      StepInput.from1(
          "ifLong",
          receipt ->
              receipt.text().length() > 5 ? List.of(new Order(receipt.text(), 1)) : List.of());
  static final StepInput.From1<Receipt, Order> THROWS =
      StepInput.from1(
          "throwing",
          receipt -> {
            throw new IllegalStateException("secret");
          });
  static final StepInput.From1<Receipt, Order> INVALID =
      StepInput.from1("invalid", receipt -> List.of(new Order(receipt.text(), -1)));

  /** Runs before a payload is made with {@link #HELD}. */
  static final AtomicReference<Runnable> BEFORE = new AtomicReference<>(() -> {});

  static final StepInput.From1<Receipt, Order> HELD =
      StepInput.from1(
          "held",
          receipt -> {
            BEFORE.get().run();
            return List.of(new Order(receipt.text(), 1));
          });

  /** As many orders as the text has characters. */
  static final StepInput.EachFrom<Receipt, Order> EACH_CHARACTER =
      StepInput.eachFrom(
          "eachCharacter",
          receipt ->
              receipt
                  .text()
                  .chars()
                  .mapToObj(character -> new Order(Character.toString(character), 1))
                  .toList());

  static final StepInput.Draft<Order, StepInput.From1<Receipt, Order>> WITH_DRAFT =
      StepInput.draftFrom1(
          "withDraft",
          (draft, receipt) ->
              List.of(new Order(draft.name() + ":" + receipt.text(), draft.quantity())));

  static final JobDefinition<Order, Receipt> STEP = type("test.flow.step", 1);
  static final JobDefinition<Order, Receipt> OTHER = type("test.flow.other", 2);
  static final JobDefinition<Order, Receipt> EVENT = type("test.flow.event", 1);

  private static JobDefinition<Order, Receipt> type(String name, int maxAttempts) {
    return TestCodecs.builder(name, Order.class, Receipt.class)
        .retryPolicy(RetryPolicy.of(maxAttempts, Duration.ofMillis(10)))
        .payloadValidator(
            (order, violations) -> {
              if (order.quantity() < 0) {
                violations.add("quantity", "must be at least 0");
              }
            })
        .input(OF_RECEIPT)
        .input(OF_BOTH)
        .input(OF_ALL)
        .input(IF_LONG)
        .input(THROWS)
        .input(HELD)
        .input(INVALID)
        .input(EACH_CHARACTER)
        .input(WITH_DRAFT)
        .build();
  }

  static TypedJobs<Order, Receipt> step(JobService jobs) {
    return new TypedJobs<>(STEP, jobs, jobs);
  }

  static TypedJobs<Order, Receipt> other(JobService jobs) {
    return new TypedJobs<>(OTHER, jobs, jobs);
  }

  static TypedJobs<Order, Receipt> event(JobService jobs) {
    return new TypedJobs<>(EVENT, jobs, jobs);
  }

  static List<Order> orders(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> new Order(prefix + i, 1)).toList();
  }
}
