package dev.tenon.jobs.internal.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rules that both Java and the functions of the database state are the same. */
@Tag("servers")
class RulesTest {

  private final StoreFixture store = new StoreFixture();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void neverIsTheSameTime() {
    assertThat(value(DSL.field("tenon.never()", SQLDataType.INSTANT))).isEqualTo(Intervals.NEVER);
    assertThat(value(Intervals.never())).isEqualTo(Intervals.NEVER);
  }

  @Test
  void aRateLetsTheNextJobStartAtTheSameTime() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    Duration tick = Duration.ofMillis(1);
    List<Field<Integer>> startable = new ArrayList<>();
    List<Integer> rates = List.of(1, 2, 3, 7, 59, 60, 61, 89, 90, 91, 1_000, 12_345, 100_000);
    for (int rate : rates) {
      // So far ahead that the next job may start now
      Instant theoretical = now.plus(Duration.between(StartRate.nextStart(now, rate), now));
      for (Instant time : List.of(theoretical.minus(tick), theoretical.plus(tick))) {
        startable.add(
            DSL.field(
                "tenon.startable({0}, {1}, {2})",
                SQLDataType.INTEGER,
                DSL.val(time, SQLDataType.INSTANT),
                DSL.val(rate),
                DSL.val(now, SQLDataType.INSTANT)));
      }
    }

    var row = store.database.dsl().select(startable).fetchSingle();

    for (int i = 0; i < rates.size(); i++) {
      assertThat(row.get(2 * i, Integer.class))
          .as("at a rate of %d, a moment after the next start", rates.get(i))
          .isPositive();
      assertThat(row.get(2 * i + 1, Integer.class))
          .as("at a rate of %d, a moment before the next start", rates.get(i))
          .isNotPositive();
    }
  }

  @Test
  void theBurstIsTheSame() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    for (int rate : List.of(1, 59, 60, 89, 90, 100_000)) {
      assertThat(value(StartRate.burst(DSL.val(rate))))
          .isEqualTo(
              value(
                  DSL.field(
                      "tenon.startable('-infinity', {0}, {1})",
                      SQLDataType.INTEGER, DSL.val(rate), DSL.val(now, SQLDataType.INSTANT))));
    }
  }

  @Test
  void urgencyCostsNoCall() {
    assertThat(
            store
                .database
                .dsl()
                .fetch(
                    "EXPLAIN (VERBOSE, COSTS off) SELECT tenon.urgency(run_at, priority) FROM tenon.jobs")
                .getValues(0)
                .toString())
        .contains("'00:10:00'::interval")
        .doesNotContain("urgency(");
  }

  private <T> T value(Field<T> field) {
    return store.database.dsl().select(field).fetchSingle().value1();
  }
}
