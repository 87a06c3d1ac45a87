package dev.tenon.jobs.internal.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.internal.store.SubmitStore;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What jobs cost decides which of them a claim starts. */
@Tag("servers")
class CostsTest {

  private StoreFixture store;

  @BeforeEach
  void open() {
    store = new StoreFixture();
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** Submits a job for each cost, in this order. */
  private void submit(String key, @Nullable Long... costs) {
    for (Long cost : costs) {
      new SubmitStore(store.database)
          .insert(List.of(StoreFixture.limitedJob(key, JobPriority.NORMAL, null).withCost(cost)));
    }
  }

  /** The keys and costs of the jobs that a claim starts. */
  private List<String> claim() {
    List<String> claimed = new ArrayList<>();
    for (ClaimedJob job : store.claimLimited("w", 100)) {
      claimed.add(
          String.valueOf(
              store
                  .database
                  .dsl()
                  .fetchValue(
                      "SELECT limit_key || ' ' || coalesce(cost::text, 'none') FROM tenon.live_jobs"
                          + " WHERE id = {0}",
                      DSL.val(job.id()))));
    }
    return claimed;
  }

  /** All windows have ended. */
  private void timePasses() {
    store.execute(
        "UPDATE tenon.limited_starts SET last_at = last_at - interval '1 day',"
            + " expires_at = expires_at - interval '1 day'");
  }

  @Test
  void asManyStartAsTheCostsLeaveRoomFor() {
    store.limit(0, "100:tokens/60", 0, "");
    submit("a", 40L, 40L, 40L, 20L);

    assertThat(claim()).containsExactly("a 40", "a 40");
    assertThat(claim()).isEmpty();
    timePasses();
    assertThat(claim()).containsExactly("a 40", "a 20");
  }

  @Test
  void aDearJobIsNotOvertakenByCheaperOnesOfItsKey() {
    store.limit(0, "", 0, "100:tokens/60");
    submit("a", 60L, 60L, 1L);
    submit("b", 30L);

    assertThat(claim()).containsExactlyInAnyOrder("a 60", "b 30");
    submit("b", 70L);
    assertThat(claim()).containsExactly("b 70");
    assertThat(claim()).isEmpty();
    timePasses();
    assertThat(claim()).containsExactly("a 60", "a 1");
  }

  @Test
  void aDearJobWhoseTurnHasComeIsNotOvertakenByOtherKeys() {
    store.limit(0, "100:tokens/60", 0, "");
    submit("a", 50L);
    submit("b", 80L);
    submit("c", 10L);

    assertThat(claim()).containsExactly("a 50");
    submit("a", 1L);
    assertThat(claim()).isEmpty();
    timePasses();
    assertThat(claim()).containsExactly("b 80", "c 10", "a 1");
  }

  @Test
  void aJobThatCostsNothingWaitsForRoomAndUsesNone() {
    store.limit(0, "100:tokens/60", 0, "");
    submit("a", 0L, 100L, 0L);

    assertThat(claim()).containsExactly("a 0", "a 100", "a 0");
    submit("a", 0L);
    assertThat(claim()).isEmpty();
    timePasses();
    assertThat(claim()).containsExactly("a 0");
  }

  @Test
  void aJobWithoutACostCountsAsOne() {
    store.limit(0, "2:tokens/60", 0, "");
    submit("a", null, null, null);

    assertThat(claim()).containsExactly("a none", "a none");
  }

  /** Operators may make rates smaller than what waiting jobs cost. */
  @Test
  void aJobThatCostsMoreThanARateStartsWhenAllOfItIsThere() {
    store.limit(0, "100:tokens/60", 0, "");
    submit("a", 10L, 500L, 10L);

    assertThat(claim()).containsExactly("a 10");
    assertThat(claim()).isEmpty();
    timePasses();
    assertThat(claim()).containsExactly("a 500");
    assertThat(claim()).isEmpty();
    timePasses();
    assertThat(claim()).containsExactly("a 10");
  }

  @Test
  void jobsAndCostsAreCountedTogether() {
    store.limit(0, "3/60 100:tokens/60", 0, "60:tokens/3600");
    submit("a", 10L, 10L, 10L, 10L);
    submit("b", 70L);

    assertThat(claim()).hasSize(3);
    assertThat(claim()).isEmpty();
  }

  @Test
  void withoutRatesOfCostsTheyDoNotMatter() {
    store.limit(5, 0);
    submit("a", 1_000_000L, 0L, 7L);

    assertThat(claim()).hasSize(3);
  }
}
