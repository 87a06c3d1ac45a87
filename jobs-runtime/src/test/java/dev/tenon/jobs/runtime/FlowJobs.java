package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.TaskInput;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Job types of workflows, written as the processor would. */
final class FlowJobs {

  private FlowJobs() {}

  static final TaskInput.From1<Receipt, Order> OF_RECEIPT =
      TaskInput.from1("ofReceipt", receipt -> List.of(new Order(receipt.text(), 1)));
  static final TaskInput.From2<Receipt, Receipt, Order> OF_BOTH =
      TaskInput.from2("ofBoth", (a, b) -> List.of(new Order(a.text() + "+" + b.text(), 1)));
  static final TaskInput.From1<List<Receipt>, Order> OF_ALL =
      TaskInput.from1(
          "ofAll",
          receipts ->
              List.of(
                  new Order(
                      receipts.stream()
                          .map(Receipt::text)
                          .collect(Collectors.joining(",", "[", "]")),
                      1)));
  static final TaskInput.From1<Receipt, Order> IF_LONG =
      TaskInput.from1(
          "ifLong",
          receipt ->
              receipt.text().length() > 5 ? List.of(new Order(receipt.text(), 1)) : List.of());
  static final TaskInput.From1<Receipt, Order> THROWS =
      TaskInput.from1(
          "throwing",
          receipt -> {
            throw new IllegalStateException("secret");
          });
  static final TaskInput.From1<Receipt, Order> INVALID =
      TaskInput.from1("invalid", receipt -> List.of(new Order(receipt.text(), -1)));

  /** Runs before a payload is made with {@link #HELD}. */
  static final AtomicReference<Runnable> BEFORE = new AtomicReference<>(() -> {});

  static final TaskInput.From1<Receipt, Order> HELD =
      TaskInput.from1(
          "held",
          receipt -> {
            BEFORE.get().run();
            return List.of(new Order(receipt.text(), 1));
          });

  /** As many orders as the text has characters. */
  static final TaskInput.EachFrom<Receipt, Order> EACH_CHARACTER =
      TaskInput.eachFrom(
          "eachCharacter",
          receipt ->
              receipt
                  .text()
                  .chars()
                  .mapToObj(character -> new Order(Character.toString(character), 1))
                  .toList());

  static final TaskInput.Draft<Order, TaskInput.From1<Receipt, Order>> WITH_DRAFT =
      TaskInput.draftFrom1(
          "withDraft",
          (draft, receipt) ->
              List.of(new Order(draft.name() + ":" + receipt.text(), draft.quantity())));

  static final JobDefinition<Order, Receipt> TASK = type("test.flow.task", 1);
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

  static TypedJobs<Order, Receipt> task(JobService jobs) {
    return new TypedJobs<>(TASK, jobs, jobs);
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
