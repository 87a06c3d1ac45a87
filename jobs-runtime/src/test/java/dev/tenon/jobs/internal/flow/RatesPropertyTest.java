package dev.tenon.jobs.internal.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
  }

  @AfterContainer
  static void close() {
    store.close();
  }

  /**
   * What happens next.
   *
   * @param pause how long nothing happens before it
   * @param units how many would start, if there were room
   * @param takesAll whether as many start as there is room for
   */
  record Step(Duration pause, long units, boolean takesAll) {}

  /** A number of units that started at a time. */
  record Start(Instant at, long units) {}

  @Provide
  Arbitrary<List<Rate>> rates() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 40),
            Arbitraries.of(1, 3, 10),
            Arbitraries.integers().between(1, 200),
            Arbitraries.of(60, 900, 3_600, 86_400))
        .as(
            (small, second, large, later) ->
                List.of(StoredRates.rate(small, second), StoredRates.rate(large, later)));
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Duration> pauses =
        Arbitraries.frequencyOf(
            Tuple.of(6, millis(0, 400)),
            Tuple.of(3, millis(0, 15_000)),
            Tuple.of(1, millis(0, 100_000_000)));
    return Combinators.combine(
            pauses, Arbitraries.longs().between(1, 50), Arbitraries.of(true, false))
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
    List<Start> starts = new ArrayList<>();
    Instant now = BEGIN;
    for (Step step : steps) {
      now = now.plus(step.pause());
      long room = room(stored, now);
      assertThat(room)
          .as("room at %s after %s", now, starts)
          .isBetween(room(rates, starts, now, true), room(rates, starts, now, false));
      long units = step.takesAll() ? room : Math.min(room, step.units());
      if (units > 0) {
        record(stored, now, units);
        starts.add(new Start(now, units));
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
                      .mapToLong(Start::units)
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
              .mapToLong(Start::units)
              .sum();
      assertThat(inWindow)
          .as("starts in the window of %s that ends at %s", rate, last.at())
          .isLessThanOrEqualTo(rate.amount());
    }
  }

  private static long room(String rates, Instant now) {
    Object room =
        store
            .database
            .dsl()
            .fetchValue(
                "SELECT (tenon.rate_rooms('t', true, ARRAY['k'], {0}, {1}))[1]",
                DSL.val(rates),
                DSL.val(now));
    return ((Number) Objects.requireNonNull(room)).longValue();
  }

  private static void record(String rates, Instant now, long units) {
    store
        .database
        .dsl()
        .execute(
            "SELECT tenon.record_starts('t', true, ARRAY['k'], ARRAY[{0}]::bigint[], {1}, {2})",
            DSL.val(units),
            DSL.val(rates),
            DSL.val(now));
  }

  /** More than is let start is noticed: the reference itself is right. */
  @Example
  void aStartTooManyIsNoticed() {
    Rate rate = Rate.parse("2/s");
    List<Start> starts =
        List.of(new Start(BEGIN, 1), new Start(BEGIN.plusMillis(500), 1), new Start(BEGIN.plusMillis(999), 1));

    assertThatThrownBy(() -> keep(rate, starts))
        .isInstanceOf(AssertionError.class);
  }

  /** What the database says of the next start is when there is room, and not before. */
  @Example
  void theTimeOfTheNextStartIsWhenThereIsRoom() {
    store.execute("TRUNCATE tenon.limited_starts");
    Instant now =
        ((OffsetDateTime)
                Objects.requireNonNull(
                    store.database.dsl().fetchValue("SELECT clock_timestamp()")))
            .toInstant();
    String rates = StoredRates.text(List.of(Rate.parse("5/30m"), Rate.parse("8/h")));
    for (int minutes : List.of(50, 40, 25, 20, 15, 10, 5)) {
      record(rates, now.minus(Duration.ofMinutes(minutes)), 1);
    }

    for (long units : List.of(1L, 2L, 5L, 99L)) {
      store
          .database
          .dsl()
          .fetch(
              "SELECT amount, seconds, opens_at FROM tenon.rate_openings('t', true, 'k', {0}, {1})",
              DSL.val(rates),
              DSL.val(units))
          .forEach(
              row -> {
                Rate rate = StoredRates.rate(row.get(0, Long.class), row.get(1, Integer.class));
                long needed = Math.min(units, rate.amount());
                Instant opens = row.get(2, Instant.class);
                String one = StoredRates.text(List.of(rate));
                if (opens == null) {
                  assertThat(room(one, now)).isGreaterThanOrEqualTo(needed);
                } else {
                  assertThat(room(one, opens)).isGreaterThanOrEqualTo(needed);
                  assertThat(room(one, opens.minusMillis(1))).isLessThan(needed);
                }
              });
    }
  }
}
