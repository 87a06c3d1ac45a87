package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.flow.LimitKeyStore;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class WaitingChangesTest {

  @Test
  void aJobThatIsPublishedOnceMoreIsNotParkedAnyMore() {
    try (StoreFixture store = new StoreFixture()) {
      NewJob job = StoreFixture.job(StoreFixture.TYPE, 1, "{}");
      new SubmitStore(store.database).insert(List.of(job));
      store.execute("UPDATE by_test.jobs SET parked_at = now(), publish_at = '9999-12-31'");
      JobTables.Live j = store.database.tables().live;
      int changed =
          WaitingChanges.prioritise(
              store.database.dsl(),
              store.database.tables(),
              List.of(job.id()),
              JobPriority.HIGH,
              OptionalInt.empty());
      assertThat(changed).isEqualTo(1);
      assertThat(
              store
                  .database
                  .dsl()
                  .fetchCount(j, j.parkedAt.isNull().and(j.publishAt.le(DSL.currentInstant()))))
          .isEqualTo(1);
    }
  }

  @Test
  void whatWasParkedAndPublishedAgainGetsTheKeyOfItsNewLimits() {
    try (StoreFixture store = new StoreFixture()) {
      NewJob job = StoreFixture.job(StoreFixture.TYPE, 1, "{}");
      new SubmitStore(store.database).insert(List.of(job));
      store.execute(
          "UPDATE by_test.jobs SET external_policy = '{}', parked_at = now(), status = 'queued'");
      store.limit(1, 0);
      assertThat(new LimitKeyStore(store.database).adjust(10)).isEqualTo(1);
      JobTables.Live j = store.database.tables().live;
      assertThat(
              store
                  .database
                  .dsl()
                  .fetchCount(j, j.limitKey.eq("").and(j.parkedAt.isNull()).and(j.lease.eq(1L))))
          .isEqualTo(1);
    }
  }
}
