package dev.tenon.jobs.runtime;

import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.annotation.WhenFull;
import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.KeyForm;
import dev.tenon.jobs.definition.OrderRule;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.definition.UniqueRule;
import java.time.Duration;
import java.util.List;

/** The job types that tests submit from SQL, one for each kind of rule. */
final class SqlSubmitTypes {

  private SqlSubmitTypes() {}

  static final JobDefinition<Order, Receipt> PLAIN =
      TestCodecs.builder("test.sql.plain", Order.class, Receipt.class)
          .retention(Duration.ofDays(3))
          .retentionOfFailed(Duration.ofDays(30))
          .build();
  static final JobDefinition<Order, Receipt> EXTERNAL =
      TestCodecs.builder("test.sql.external", Order.class, Receipt.class)
          .external(true)
          .priority(JobPriority.HIGH)
          .build();
  static final JobDefinition<Order, Receipt> LATER =
      TestCodecs.builder("test.sql.later", Order.class, Receipt.class)
          .startWithin(Duration.ofHours(2))
          .version(3)
          .upcaster(2, payload -> new Order("old", 1))
          .build();
  static final JobDefinition<Order, Receipt> LIMITED =
      withKey(TestCodecs.builder("test.sql.limited", Order.class, Receipt.class))
          .limits(JobLimits.NONE.withMaxConcurrentPerKey(1))
          .limitBy("name", Order::name)
          .build();
  static final JobDefinition<Order, Receipt> ORDERED =
      withKey(TestCodecs.builder("test.sql.ordered", Order.class, Receipt.class))
          .order(OrderRule.by("quantity", Order::quantity))
          .build();
  static final JobDefinition<Order, Receipt> IN_ONE_LINE =
      TestCodecs.builder("test.sql.line", Order.class, Receipt.class)
          .order(OrderRule.ofAll())
          .build();
  static final JobDefinition<Order, Receipt> BOUNDED =
      withKey(TestCodecs.builder("test.sql.bounded", Order.class, Receipt.class))
          .backlog(BacklogRule.<Order>of(2).by("name", Order::name))
          .build();
  static final JobDefinition<Order, Receipt> DROPPING =
      TestCodecs.builder("test.sql.dropping", Order.class, Receipt.class)
          .backlog(BacklogRule.<Order>of(2).withWhenFull(WhenFull.DROP_OLDEST))
          .build();
  static final JobDefinition<Order, Receipt> KEPT = unique("kept", rule());
  static final JobDefinition<Order, Receipt> HASHED =
      unique("hashed", rule().withHashedKey().withScope(UniqueScope.UNLESS_FAILED));
  static final JobDefinition<Order, Receipt> REPLACED =
      unique("replaced", rule().withDuplicatePolicy(DuplicatePolicy.REPLACE_PAYLOAD));
  static final JobDefinition<Order, Receipt> MOVED =
      unique(
          "moved",
          rule()
              .withDuplicatePolicy(DuplicatePolicy.REPLACE_TIME)
              .withScope(UniqueScope.UNTIL_STARTED)
              .withPeriod(Duration.ofHours(1)));
  static final JobDefinition<Order, Receipt> UNIQUE_AND_BOUNDED =
      withKey(TestCodecs.builder("test.sql.both", Order.class, Receipt.class))
          .unique(UniqueRule.by("name", Order::name))
          .backlog(BacklogRule.of(1))
          .build();

  /** No form is declared for the component, as for one that has another form in JSON. */
  static final JobDefinition<Order, Receipt> ONLY_IN_JAVA =
      TestCodecs.builder("test.sql.java", Order.class, Receipt.class)
          .unique(UniqueRule.by("name", Order::name))
          .build();

  static final JobDefinition<Order, Receipt> BY_ID =
      TestCodecs.builder("test.sql.id", Order.class, Receipt.class)
          .keyProperty("name", "name", KeyForm.UUID)
          .unique(UniqueRule.by("name", Order::name))
          .build();

  static final JobDefinition<Order, Receipt> COSTING =
      costing(TestCodecs.builder("test.sql.costing", Order.class, Receipt.class)).build();
  static final JobDefinition<Order, Receipt> COSTING_REPLACED =
      costing(TestCodecs.builder("test.sql.costingreplaced", Order.class, Receipt.class))
          .unique(
              UniqueRule.by("name", Order::name)
                  .withDuplicatePolicy(DuplicatePolicy.REPLACE_PAYLOAD))
          .build();
  static final JobDefinition<Order, Receipt> COSTING_LATER =
      costing(TestCodecs.builder("test.sql.costinglater", Order.class, Receipt.class))
          .version(2)
          .upcaster(1, payload -> new Order("old", 1))
          .build();

  static final JobDefinition<Order, Receipt> RENAMED =
      TestCodecs.builder("test.sql.renamed", Order.class, Receipt.class)
          .aliases("test.sql.before")
          .build();

  static final List<JobDefinition<?, ?>> ALL =
      List.of(
          PLAIN,
          EXTERNAL,
          LATER,
          LIMITED,
          ORDERED,
          IN_ONE_LINE,
          BOUNDED,
          DROPPING,
          KEPT,
          HASHED,
          REPLACED,
          MOVED,
          UNIQUE_AND_BOUNDED,
          ONLY_IN_JAVA,
          BY_ID,
          COSTING,
          COSTING_REPLACED,
          COSTING_LATER,
          RENAMED);

  private static UniqueRule<Order> rule() {
    return UniqueRule.by("name", Order::name).and("quantity", Order::quantity);
  }

  private static JobDefinition<Order, Receipt> unique(String name, UniqueRule<Order> rule) {
    return withKey(TestCodecs.builder("test.sql." + name, Order.class, Receipt.class))
        .unique(rule)
        .build();
  }

  /** The quantity is the cost; of the two rates that count it, the second one is the smaller. */
  private static JobDefinition.Builder<Order, Receipt> costing(
      JobDefinition.Builder<Order, Receipt> builder) {
    return withKey(builder)
        .limits(
            JobLimits.NONE
                .withRates(Rate.parseList("500 quantity/m, 7/s"))
                .withRatesPerKey(Rate.parseList("100 quantity/m")))
        .limitBy("name", Order::name)
        .cost("quantity", Order::quantity);
  }

  private static JobDefinition.Builder<Order, Receipt> withKey(
      JobDefinition.Builder<Order, Receipt> builder) {
    return builder
        .keyProperty("name", "name", KeyForm.STRING)
        .keyProperty("quantity", "quantity", KeyForm.WHOLE_NUMBER);
  }
}
