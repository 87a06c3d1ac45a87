package dev.tenon.jobs;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.RetryOrder;
import dev.tenon.jobs.definition.BatchRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.OrderRule;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.definition.UniqueRule;
import dev.tenon.jobs.definition.ValueDefinition;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Job types for tests, written as the processor would, and a way to bind them to lambdas. */
public final class TestJobs {

  private TestJobs() {}

  /** A payload. */
  public record Order(String name, int quantity) {}

  /** A result. */
  public record Receipt(String text) {}

  public static final JobDefinition<Order, Receipt> ORDER =
      TestCodecs.builder("test.order.place", Order.class, Receipt.class)
          .timeout(Duration.ofSeconds(30))
          .retryPolicy(
              RetryPolicy.of(3, Duration.ofMillis(50), Duration.ofMillis(100))
                  .withNoRetryOn(UncheckedIOException.class))
          .payloadValidator(
              (order, violations) -> {
                if (order.name() == null) {
                  violations.add("name", "is required");
                }
                if (order.quantity() < 1) {
                  violations.add("quantity", "must be at least 1");
                }
              })
          .resultValidator(
              (receipt, violations) -> {
                if (receipt.text() == null) {
                  violations.add("text", "is required");
                }
              })
          .build();

  public static final JobDefinition<Order, Void> QUIET =
      TestCodecs.builder("test.order.note", Order.class, Void.class)
          .timeout(Duration.ofSeconds(30))
          .retryPolicy(RetryPolicy.of(1))
          .build();

  /** A type whose attempts time out soon. */
  public static final JobDefinition<Order, Receipt> SHORT =
      TestCodecs.builder("test.order.hurry", Order.class, Receipt.class)
          .timeout(Duration.ofMillis(300))
          .retryPolicy(RetryPolicy.of(2, Duration.ofMillis(50)))
          .build();

  /** A type whose attempts may take long. */
  public static final JobDefinition<Order, Receipt> LONG =
      TestCodecs.builder("test.order.long", Order.class, Receipt.class)
          .timeout(Duration.ofMinutes(10))
          .retryPolicy(RetryPolicy.of(1))
          .build();

  /** A type whose jobs are deleted as soon as they have ended. */
  public static final JobDefinition<Order, Void> FORGOTTEN =
      TestCodecs.builder("test.order.forget", Order.class, Void.class)
          .retention(Duration.ZERO)
          .build();

  /** A type whose queue is purged. */
  public static final JobDefinition<Order, Void> PURGED =
      TestCodecs.builder("test.order.purge", Order.class, Void.class).build();

  /** A type that a worker which is not Java handles. */
  public static final JobDefinition<Order, Receipt> EXTERNAL =
      TestCodecs.builder("test.order.elsewhere", Order.class, Receipt.class).external(true).build();

  /** A type of which three jobs run at a time. */
  public static final JobDefinition<Order, Receipt> LIMITED =
      TestCodecs.builder("test.order.limited", Order.class, Receipt.class)
          .retryPolicy(RetryPolicy.of(3, Duration.ofMillis(50)))
          .limits(JobLimits.NONE.withMaxConcurrent(3))
          .build();

  /** A type of which six jobs run at a time, and two with the same name. */
  public static final JobDefinition<Order, Receipt> KEYED =
      TestCodecs.builder("test.order.keyed", Order.class, Receipt.class)
          .retryPolicy(RetryPolicy.of(3, Duration.ofMillis(50)))
          .limits(JobLimits.NONE.withMaxConcurrent(6).withMaxConcurrentPerKey(2))
          .limitBy("name", Order::name)
          .build();

  /** A type whose jobs with the same name run one after another. */
  public static final JobDefinition<Order, Receipt> ORDERED =
      TestCodecs.builder("test.order.lined", Order.class, Receipt.class)
          .retryPolicy(RetryPolicy.of(3, Duration.ofMillis(50)))
          .order(OrderRule.by("name", Order::name))
          .build();

  /** The same, but later jobs pass those that wait for their next attempt. */
  public static final JobDefinition<Order, Receipt> PASSING =
      TestCodecs.builder("test.order.passing", Order.class, Receipt.class)
          .retryPolicy(RetryPolicy.of(3, Duration.ofMillis(50)))
          .order(OrderRule.<Order>by("name", Order::name).withRetries(RetryOrder.PASS))
          .build();

  /** A type of which ten jobs start in a second. */
  public static final JobDefinition<Order, Receipt> SLOW =
      TestCodecs.builder("test.order.slow", Order.class, Receipt.class)
          .limits(JobLimits.NONE.withRates(List.of(Rate.parse("10/s"))))
          .build();

  /** A type of which three jobs run at a time, and whose attempts time out soon. */
  public static final JobDefinition<Order, Receipt> RAGGED =
      TestCodecs.builder("test.order.ragged", Order.class, Receipt.class)
          .timeout(Duration.ofMillis(1_500))
          .retryPolicy(RetryPolicy.of(2, Duration.ofMillis(50)))
          .limits(JobLimits.NONE.withMaxConcurrent(3))
          .build();

  /** A type with a limit and a rate in all, and for each name. */
  public static final JobDefinition<Order, Receipt> STRICT =
      TestCodecs.builder("test.order.strict", Order.class, Receipt.class)
          .limits(
              JobLimits.NONE
                  .withMaxConcurrent(10)
                  .withRates(List.of(Rate.parse("20/s"), Rate.parse("60/5s")))
                  .withMaxConcurrentPerKey(2)
                  .withRatesPerKey(List.of(Rate.parse("10/s"))))
          .limitBy("name", Order::name)
          .build();

  /** A type with two rates, whose names take turns. */
  public static final JobDefinition<Order, Receipt> RATED =
      TestCodecs.builder("test.order.rated", Order.class, Receipt.class)
          .limits(JobLimits.NONE.withRates(List.of(Rate.parse("20/s"), Rate.parse("90/5s"))))
          .limitBy("name", Order::name)
          .build();

  /** A type of which twenty jobs with the same name start in four seconds. */
  public static final JobDefinition<Order, Receipt> PACED =
      TestCodecs.builder("test.order.paced", Order.class, Receipt.class)
          .limits(JobLimits.NONE.withRatesPerKey(List.of(Rate.parse("20/4s"))))
          .limitBy("name", Order::name)
          .build();

  /** A limited type that a worker which is not Java handles. */
  public static final JobDefinition<Order, Receipt> EXTERNAL_LIMITED =
      TestCodecs.builder("test.order.elsewhere.limited", Order.class, Receipt.class)
          .external(true)
          .limits(JobLimits.NONE.withMaxConcurrent(4).withMaxConcurrentPerKey(2))
          .limitBy("name", Order::name)
          .build();

  /** A type of which one job with a name is kept until it has ended. */
  public static final JobDefinition<Order, Receipt> ONCE =
      TestCodecs.builder("test.order.once", Order.class, Receipt.class)
          .unique(UniqueRule.by("name", Order::name))
          .build();

  /** As {@link #ONCE}, but a job that waits gets the new payload. */
  public static final JobDefinition<Order, Receipt> REPLACED =
      TestCodecs.builder("test.order.replaced", Order.class, Receipt.class)
          .unique(
              UniqueRule.by("name", Order::name)
                  .withDuplicatePolicy(DuplicatePolicy.REPLACE_PAYLOAD))
          .build();

  /** As {@link #ONCE}, but a job that waits gets the new payload and the new time. */
  public static final JobDefinition<Order, Receipt> MOVED =
      TestCodecs.builder("test.order.moved", Order.class, Receipt.class)
          .unique(
              UniqueRule.by("name", Order::name).withDuplicatePolicy(DuplicatePolicy.REPLACE_TIME))
          .build();

  /** A value that a job emits. */
  public record Part(int number, String text, String secret) {}

  /** The values that jobs of {@link #EMITTING} emit. */
  public static final ValueDefinition<Part> PARTS =
      ValueDefinition.builder(Part.class, TestCodecs.of(Part.class))
          .validator(
              (part, violations) -> {
                if (part.number() < 0) {
                  violations.add("number", "must be at least 0");
                }
              })
          .sensitive("/secret")
          .build();

  /** A type whose jobs emit values. */
  public static final JobDefinition<Order, Receipt> EMITTING =
      TestCodecs.builder("test.order.told", Order.class, Receipt.class)
          .retryPolicy(RetryPolicy.of(3, Duration.ofMillis(50)))
          .emitted(PARTS)
          .build();

  /** A type that shares its queue with {@link #ORDER}. */
  public static final JobDefinition<Order, Receipt> NEIGHBOUR =
      TestCodecs.builder("test.order.neighbour", Order.class, Receipt.class)
          .routingKey(ORDER.routingKey())
          .build();

  /** Handlers of some of the types. */
  public static Handlers handlers() {
    return new Handlers();
  }

  /** A module of these types. */
  public static ModuleDefinition moduleOf(List<JobDefinition<?, ?>> definitions) {
    return new ModuleDefinition() {
      @Override
      public String name() {
        return "TestJobs";
      }

      @Override
      public List<JobDefinition<?, ?>> definitions() {
        return definitions;
      }

      @Override
      public List<ModuleDefinition> includes() {
        return List.of();
      }

      @Override
      public Optional<JobDefinition<?, ?>> find(String type) {
        return definitions.stream()
            .<JobDefinition<?, ?>>map(definition -> definition)
            .filter(definition -> definition.type().equals(type))
            .findFirst();
      }
    };
  }

  /** Binds types to lambdas. */
  public static final class Handlers implements JobHandlers {

    private final List<JobBinding<?, ?>> bindings = new ArrayList<>();

    public <P, R> Handlers with(JobDefinition<P, R> definition, JobHandler<P, R> handler) {
      bindings.add(new JobBinding<>(definition, handler));
      return this;
    }

    /** Binds a type to a lambda that emits values. */
    public <P, R, E> Handlers emitting(
        JobDefinition<P, R> definition, EmittingJobHandler<P, R, E> handler) {
      return with(definition, handler);
    }

    /** Binds a type to a lambda that takes batches. */
    public <P, R> Handlers with(
        JobDefinition<P, R> definition, BatchRule<P> rule, BatchJobHandler<P, R> handler) {
      bindings.add(new JobBinding<>(definition, handler, rule));
      return this;
    }

    /** Binds a type to a lambda that has steps. */
    public <P, R> Handlers with(
        JobDefinition<P, R> definition, StepsDefinition steps, JobHandler<P, R> handler) {
      bindings.add(new JobBinding<>(definition, handler, steps));
      return this;
    }

    @Override
    public ModuleDefinition module() {
      List<JobDefinition<?, ?>> definitions = new ArrayList<>();
      bindings.forEach(binding -> definitions.add(binding.definition()));
      definitions.sort(Comparator.comparing(JobDefinition::type));
      return moduleOf(definitions);
    }

    @Override
    public List<JobBinding<?, ?>> bindings() {
      return List.copyOf(bindings);
    }
  }
}
