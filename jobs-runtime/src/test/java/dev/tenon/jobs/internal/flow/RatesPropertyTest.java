package dev.tenon.jobs.internal.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.internal.operate.WaitStore;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.internal.values.StoredRates;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * The rule for rates in the database, compared with a reference that keeps all starts: in no window
 * do more start than the amount, and room comes back a fiftieth of the window late at most.
 */
@Tag("servers")
class RatesPropertyTest {

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private static StoreFixture store;

  @BeforeContainer
  static void open() {
    store = StoreFixture.withPool();
    // Only other functions call these, which have set it
    for (String function :
        List.of(
            "rate_rooms(text, boolean, text[], text, timestamptz)",
            "record_starts(text, boolean, text[], bigint[], bigint[], text, timestamptz)")) {
      store.execute("ALTER FUNCTION tenon." + function + " SET search_path = tenon");
    }
  }

  @AfterContainer
  static void close() {
    store.close();
  }

  /**
   * What happens next.
   *
   * @param pause how long nothing happens before it
   * @param jobs how many would start, if there were room
   * @param cost what each of them costs
   * @param takesAll whether as many start as there is room for
   */
  record Step(Duration pause, long jobs, long cost, boolean takesAll) {}

  /** A number of jobs that started at a time, and what they cost together. */
  record Start(Instant at, long jobs, long costs) {

    long units(Rate rate) {
      return rate.component().isPresent() ? costs : jobs;
    }
  }

  @Provide
  Arbitrary<List<Rate>> rates() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 40),
            Arbitraries.of(1, 3, 10),
            Arbitraries.integers().between(1, 200),
            Arbitraries.of(60, 900, 3_600, 86_400),
            Arbitraries.integers().between(20, 2_000))
        .as(
            (small, second, large, later, costs) ->
                List.of(
                    rate(small, second),
                    rate(large, later),
                    rate(costs, later).counting("tokens")));
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Duration> pauses =
        Arbitraries.frequencyOf(
            Tuple.of(6, millis(0, 400)),
            Tuple.of(3, millis(0, 15_000)),
            Tuple.of(1, millis(0, 100_000_000)));
    return Combinators.combine(
            pauses,
            Arbitraries.longs().between(1, 50),
            Arbitraries.longs().between(0, 20),
            Arbitraries.of(true, false))
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(60);
  }

  private static Arbitrary<Duration> millis(long least, long most) {
    return Arbitraries.longs().between(least, most).map(Duration::ofMillis);
  }

  @Property(tries = 40)
  void noWindowHasMoreStartsThanTheAmount(
      @ForAll("rates") List<Rate> rates, @ForAll("steps") List<Step> steps) {
    run(rates, steps);
  }

  private static void run(List<Rate> rates, List<Step> steps) {
    store.execute("TRUNCATE tenon.limited_starts");
    String stored = StoredRates.text(rates);
    List<Rate> ofJobs = rates.stream().filter(rate -> rate.component().isEmpty()).toList();
    List<Rate> ofCosts = rates.stream().filter(rate -> rate.component().isPresent()).toList();
    List<Start> starts = new ArrayList<>();
    Instant now = BEGIN;
    for (Step step : steps) {
      now = now.plus(step.pause());
      long room = room("jobs", stored, now);
      long costRoom = room("costs", stored, now);
      assertThat(room)
          .as("room at %s after %s", now, starts)
          .isBetween(room(ofJobs, starts, now, true), room(ofJobs, starts, now, false));
      assertThat(costRoom)
          .as("room for costs at %s after %s", now, starts)
          .isBetween(room(ofCosts, starts, now, true), room(ofCosts, starts, now, false));
      long jobs = step.takesAll() ? room : Math.min(room, step.jobs());
      if (step.cost() > 0) {
        jobs = Math.min(jobs, costRoom / step.cost());
      }
      if (jobs > 0) {
        record(stored, now, jobs, jobs * step.cost());
        starts.add(new Start(now, jobs, jobs * step.cost()));
      }
    }
    rates.forEach(rate -> keep(rate, starts));
  }

  /** The room by all starts, or by those that count if they come back a fiftieth late. */
  private static long room(List<Rate> rates, List<Start> starts, Instant now, boolean isLate) {
    return rates.stream()
        .mapToLong(
            rate -> {
              Duration counts =
                  isLate ? rate.window().plus(rate.window().dividedBy(50)) : rate.window();
              return rate.amount()
                  - starts.stream()
                      .filter(start -> start.at().isAfter(now.minus(counts)))
                      .mapToLong(start -> start.units(rate))
                      .sum();
            })
        .min()
        .orElseThrow();
  }

  private static void keep(Rate rate, List<Start> starts) {
    for (Start last : starts) {
      long inWindow =
          starts.stream()
              .filter(start -> !start.at().isAfter(last.at()))
              .filter(start -> start.at().isAfter(last.at().minus(rate.window())))
              .mapToLong(start -> start.units(rate))
              .sum();
      assertThat(inWindow)
          .as("what started in the window of %s that ends at %s", rate, last.at())
          .isLessThanOrEqualTo(rate.amount());
    }
  }

  private static long room(String of, String rates, Instant now) {
    Object room =
        store
            .database
            .dsl()
            .fetchValue(
                "SELECT ((tenon.rate_rooms('t', true, ARRAY['k'], {0}, {1}))." + of + ")[1]",
                DSL.val(rates),
                DSL.val(now));
    return ((Number) Objects.requireNonNull(room)).longValue();
  }

  private static void record(String rates, Instant now, long jobs, long costs) {
    store
        .database
        .dsl()
        .execute(
            "SELECT tenon.record_starts("
                + "'t', true, ARRAY['k'], ARRAY[{0}]::bigint[], ARRAY[{1}]::bigint[], {2}, {3})",
            DSL.val(jobs), DSL.val(costs), DSL.val(rates), DSL.val(now));
  }

  private static Rate rate(long amount, int seconds) {
    return Rate.of(amount, Duration.ofSeconds(seconds));
  }

  /** More than is let start is noticed: the reference itself is right. */
  @Example
  void aStartTooManyIsNoticed() {
    Rate rate = Rate.parse("2/s");
    List<Start> starts =
        List.of(
            new Start(BEGIN, 1, 0),
            new Start(BEGIN.plusMillis(500), 1, 0),
            new Start(BEGIN.plusMillis(999), 1, 0));

    assertThatThrownBy(() -> keep(rate, starts)).isInstanceOf(AssertionError.class);
  }

  /** What the database says of the next start is when there is room, and not before. */
  @Example
  void theTimeOfTheNextStartIsWhenThereIsRoom() {
    store.execute("TRUNCATE tenon.limited_starts");
    Instant now =
        ((OffsetDateTime)
                Objects.requireNonNull(store.database.dsl().fetchValue("SELECT clock_timestamp()")))
            .toInstant();
    String rates =
        StoredRates.text(
            List.of(Rate.parse("5/30m"), Rate.parse("8/h"), Rate.parse("25 tokens/h")));
    for (int minutes : List.of(50, 40, 25, 20, 15, 10, 5)) {
      record(rates, now.minus(Duration.ofMinutes(minutes)), 1, 3);
    }

    for (long cost : List.of(0L, 1L, 2L, 5L, 99L)) {
      List<CountedStart> starts = new WaitStore(store.database).countedStarts("t", "k");
      store
          .database
          .dsl()
          .fetch(
              "SELECT amount, seconds, of_costs, opens_at"
                  + " FROM tenon.rate_openings('t', true, 'k', {0}, {1})",
              DSL.val(rates), DSL.val(cost))
          .forEach(
              row -> {
                Rate rate = rate(row.get(0, Long.class), row.get(1, Integer.class));
                boolean ofCosts = row.get(2, Boolean.class);
                long needed = ofCosts ? Math.min(Math.max(1, cost), rate.amount()) : 1;
                Instant opens = row.get(3, Instant.class);
                String of = ofCosts ? "costs" : "jobs";
                Rate counting = ofCosts ? rate.counting("tokens") : rate;
                String one = StoredRates.text(List.of(counting));
                assertThat(CountedStart.opening(counting, cost, starts, now))
                    .isEqualTo(Optional.ofNullable(opens));
                if (opens == null) {
                  assertThat(room(of, one, now)).isGreaterThanOrEqualTo(needed);
                } else {
                  assertThat(room(of, one, opens)).isGreaterThanOrEqualTo(needed);
                  assertThat(room(of, one, opens.minusMillis(1))).isLessThan(needed);
                }
              });
    }
  }
}
