package dev.tenon.jobs.internal.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
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
  void urgencyCostsNoCall() {
    assertThat(
            store
                .database
                .dsl()
                .fetch(
                    "EXPLAIN (VERBOSE, COSTS off) SELECT tenon.urgency(run_at, priority) FROM"
                        + " tenon.jobs")
                .getValues(0)
                .toString())
        .contains("'00:10:00'::interval")
        .doesNotContain("urgency(");
  }

  private <T> T value(Field<T> field) {
    return store.database.dsl().select(field).fetchSingle().value1();
  }
}
