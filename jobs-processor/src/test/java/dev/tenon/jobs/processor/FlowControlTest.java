package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.annotation.RetryOrder;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.annotation.WhenFull;
import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.definition.CronSchedule;
import dev.tenon.jobs.definition.FixedDelaySchedule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.OrderRule;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.definition.UniqueRule;
import java.lang.reflect.Constructor;
import java.math.BigDecimal;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits, unique and ordered jobs, and schedules in the definitions of the {@code flow} corpus. */
class FlowControlTest {

  private static URLClassLoader loader;
  private static ModuleDefinition module;

  @BeforeAll
  static void compile(@TempDir Path directory) {
    loader =
        Compilation.in(directory)
            .sources(Golden.RESOURCES.resolve("good/flow"))
            .run()
            .clean()
            .load();
    module = ServiceLoader.load(ModuleDefinition.class, loader).findFirst().orElseThrow();
  }

  @AfterAll
  static void close() throws Exception {
    loader.close();
  }

  @SuppressWarnings("unchecked")
  private static JobDefinition<Object, Object> definition(String type) {
    return (JobDefinition<Object, Object>) module.find(type).orElseThrow();
  }

  private static Object make(String name, @Nullable Object... components) throws Exception {
    for (Constructor<?> constructor : loader.loadClass("flow." + name).getDeclaredConstructors()) {
      if (constructor.getParameterCount() == components.length) {
        constructor.setAccessible(true);
        return constructor.newInstance(components);
      }
    }
    throw new AssertionError(name + " has no such constructor.");
  }

  private static Object kind(String name) throws Exception {
    for (Object kind : loader.loadClass("flow.PartChanged$Kind").getEnumConstants()) {
      if (((Enum<?>) kind).name().equals(name)) {
        return kind;
      }
    }
    throw new AssertionError("There is no kind " + name);
  }

  @Test
  void limitsAreThoseThatAreDeclared() {
    assertThat(definition("widget.batch").limits())
        .isEqualTo(
            JobLimits.NONE
                .withMaxConcurrent(50)
                .withRates(List.of(Rate.parse("10/s"), Rate.parse("10000/d")))
                .withMaxConcurrentPerKey(5)
                .withRatesPerKey(List.of(Rate.parse("60/m"))));
    assertThat(definition("cache.cleanup").limits())
        .isEqualTo(JobLimits.NONE.withMaxConcurrent(1).withRates(List.of(Rate.parse("10/m"))));
    assertThat(definition("report.odd").limits())
        .isEqualTo(JobLimits.NONE.withMaxConcurrentPerKey(1));
    assertThat(definition("part.changed").limits()).isEqualTo(JobLimits.NONE);
    assertThat(definition("part.changed").isLimited()).isTrue();
    assertThat(definition("report.daily").isLimited()).isFalse();
  }

  @Test
  void costsAreTheValuesOfTheComponent() throws Exception {
    JobDefinition<Object, Object> question = definition("question.ask");

    assertThat(question.limits())
        .isEqualTo(
            JobLimits.NONE
                .withRates(List.of(Rate.parse("500/m"), Rate.parse("200000 tokens/m")))
                .withRatesPerKey(List.of(Rate.parse("1000000 tokens/d"))));
    assertThat(question.cost().orElseThrow().component()).isEqualTo("tokens");
    assertThat(question.cost().orElseThrow().of(make("Question", "t", Optional.of(7L))))
        .isEqualTo(7);
    assertThat(question.cost().orElseThrow().of(make("Question", "t", Optional.empty()))).isZero();
    assertThat(definition("widget.batch").cost()).isEmpty();
  }

  @Test
  void failedJobsHaveARetentionOfTheirOwn() {
    assertThat(definition("widget.batch").retention()).isEqualTo(Duration.ofDays(1));
    assertThat(definition("widget.batch").retentionOfFailed()).isEqualTo(Duration.ofDays(30));
    assertThat(definition("part.changed").retentionOfFailed()).isEqualTo(Duration.ofDays(7));
  }

  @Test
  void theLatestStartIsThatOfTheType() {
    assertThat(definition("widget.batch").startWithin()).contains(Duration.ofMinutes(10));
    assertThat(definition("part.changed").startWithin()).isEmpty();
  }

  @Test
  void keysAreTheValuesOfTheComponent() throws Exception {
    UUID tenant = UUID.randomUUID();

    assertThat(key("widget.batch", make("WidgetBatch", tenant, 1))).isEqualTo(tenant.toString());
    assertThat(key("widget.batch", make("WidgetBatch", null, 1))).isEmpty();
    assertThat(key("part.changed", part(Optional.of(7), "PRICE"))).isEqualTo("7");
    assertThat(key("part.changed", part(Optional.empty(), "PRICE"))).isEmpty();
    assertThat(key("report.odd", make("Reports$Odd", true, 1, Optional.empty()))).isEqualTo("true");
    assertThat(definition("cache.cleanup").limitKey()).isEmpty();
  }

  @Test
  void linesAreThoseThatAreDeclared() throws Exception {
    UUID account = UUID.randomUUID();
    OrderRule<Object> rule = definition("account.event").order().orElseThrow();

    assertThat(rule.component()).contains("accountId");
    assertThat(rule.retries()).isEqualTo(RetryOrder.PASS);
    assertThat(rule.key(make("AccountEvent", Optional.of(account), "eu", "opened")))
        .isEqualTo(account.toString());
    assertThat(rule.key(make("AccountEvent", Optional.empty(), "eu", "opened"))).isEmpty();
    assertThat(definition("ledger.entry").order().orElseThrow().component()).isEmpty();
    assertThat(definition("ledger.entry").order().orElseThrow().retries())
        .isEqualTo(RetryOrder.HOLD);
    assertThat(definition("part.changed").order()).isEmpty();
  }

  @Test
  void boundsAreThoseThatAreDeclared() throws Exception {
    UUID tenant = UUID.randomUUID();
    BacklogRule<Object> rule = definition("widget.batch").backlog().orElseThrow();

    assertThat(rule.max()).isEqualTo(10_000);
    assertThat(rule.component()).contains("tenantId");
    assertThat(rule.whenFull()).isEqualTo(WhenFull.DROP_OLDEST);
    assertThat(rule.key(make("WidgetBatch", tenant, 1))).isEqualTo(tenant.toString());
    assertThat(rule.key(make("WidgetBatch", null, 1))).isEmpty();
    BacklogRule<Object> ofAll = definition("ledger.entry").backlog().orElseThrow();
    assertThat(ofAll.max()).isEqualTo(1_000);
    assertThat(ofAll.component()).isEmpty();
    assertThat(ofAll.whenFull()).isEqualTo(WhenFull.REFUSE);
    assertThat(ofAll.key(make("LedgerEntry", 7L))).isEmpty();
    assertThat(definition("part.changed").backlog()).isEmpty();
  }

  private static String key(String type, Object payload) {
    return definition(type).limitKey().orElseThrow().of(payload);
  }

  private static Object part(Optional<Integer> plant, String kind) throws Exception {
    return make(
        "PartChanged", "p1", plant, LocalDate.of(2026, 11, 26), kind(kind), new BigDecimal("1.50"));
  }

  @Test
  void uniqueValuesAreThoseOfTheComponents() throws Exception {
    UniqueRule<Object> rule = definition("part.changed").unique().orElseThrow();

    assertThat(rule.components()).containsExactly("partId", "plant", "day", "kind", "price");
    assertThat(rule.values(part(Optional.of(7), "PRICE")))
        .containsExactly("p1", "7", "2026-11-26", "PRICE", "1.50");
    assertThat(rule.values(part(Optional.empty(), "OTHER")))
        .containsExactly("p1", null, "2026-11-26", "OTHER", "1.50");
    assertThat(rule.scope()).isEqualTo(UniqueScope.UNTIL_STARTED);
    assertThat(rule.period()).contains(Duration.ofMinutes(10));
    assertThat(rule.onDuplicate()).isEqualTo(DuplicatePolicy.REPLACE_TIME);
  }

  @Test
  void componentsMayHaveTheNamesOfMethods() throws Exception {
    UniqueRule<Object> rule = definition("report.odd").unique().orElseThrow();

    assertThat(rule.values(make("Reports$Odd", false, 3, Optional.of("text"))))
        .containsExactly("false", "3", "text");
    assertThat(rule.scope()).isEqualTo(UniqueScope.UNTIL_ENDED);
    assertThat(rule.period()).isEmpty();
    assertThat(rule.onDuplicate()).isEqualTo(DuplicatePolicy.REPLACE_PAYLOAD);
    assertThat(definition("report.daily").unique()).isEmpty();
  }

  @Test
  void schedulesHavePayloadsOfTheirOwnAndEnd() throws Exception {
    CronSchedule<Object> nightly = cronSchedule("report.made");
    FixedDelaySchedule<Object> steady =
        (FixedDelaySchedule<Object>) definition("report.made").schedules().get(1);

    assertThat(nightly.cron()).isEqualTo("30 0 3 * * *");
    assertThat(nightly.payload()).isEqualTo(make("Reports$Made", 1));
    assertThat(nightly.until()).contains(Instant.parse("2026-12-31T23:00:00Z"));
    assertThat(steady.payload()).isEqualTo(make("Reports$Made", 7));
    assertThat(steady.until()).contains(Instant.parse("2027-01-01T00:00:00Z"));
    assertThat(cronSchedule("report.daily").until()).isEmpty();
  }

  private static CronSchedule<Object> cronSchedule(String type) {
    return (CronSchedule<Object>) definition(type).schedules().get(0);
  }

  @Test
  void schedulesMakePayloads() throws Exception {
    CronSchedule<Object> cleanup = cronSchedule("cache.cleanup");
    CronSchedule<Object> daily = cronSchedule("report.daily");
    CronSchedule<Object> hourly = cronSchedule("report.hourly");

    assertThat(cleanup.payload()).isEqualTo(make("CacheCleanup"));
    assertThat(cleanup.cron()).isEqualTo("30 3 * * MON-FRI");
    assertThat(cleanup.zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(cleanup.overlap()).isEqualTo(OverlapPolicy.QUEUE_ONE);
    assertThat(cleanup.catchUp()).isEqualTo(Duration.ofHours(6));
    assertThat(daily.payload()).isEqualTo(make("Reports$Daily", "daily", LocalDate.of(2026, 1, 2)));
    assertThat(List.of(daily.cron(), daily.zone(), daily.overlap(), daily.catchUp()))
        .containsExactly("@daily", ZoneId.of("UTC"), OverlapPolicy.SKIP, Duration.ofHours(1));
    assertThat(hourly.payload()).isEqualTo(make("Reports$Hourly", "hourly"));
    assertThat(hourly.overlap()).isEqualTo(OverlapPolicy.CANCEL_RUNNING);
    assertThat(hourly.jitter()).isEqualTo(Duration.ofSeconds(90));
    assertThat(daily.jitter()).isZero();
    assertThat(definition("widget.batch").schedules()).isEmpty();
    FixedDelaySchedule<Object> steady =
        (FixedDelaySchedule<Object>) definition("report.steady").schedules().get(0);
    assertThat(steady.delay()).isEqualTo(Duration.ofSeconds(90));
    assertThat(steady.payload()).isEqualTo(make("Reports$Steady"));
  }
}
