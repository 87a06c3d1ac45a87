package dev.tenon.jobs.internal.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.internal.store.SubmitStore;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys with a weight get more of the turns. */
@Tag("servers")
@Tag("thorough")
class WeightsTest {

  private static final Actor OPS = Actor.of("ops", "they pay for it");

  private StoreFixture store;
  private OperatorStore operators;

  @BeforeEach
  void open() {
    store = new StoreFixture();
    operators = new OperatorStore(store.database);
    store.limit(0, 0);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void submit(String key, int count) {
    List<NewJob> jobs =
        IntStream.range(0, count)
            .mapToObj(i -> StoreFixture.limitedJob(key, JobPriority.NORMAL, null))
            .toList();
    new SubmitStore(store.database).insert(jobs);
  }

  /** The keys of the jobs that some claims start. */
  private List<String> claim(int claims, int jobs) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < claims; i++) {
      for (ClaimedJob job : store.claimLimited("w", jobs)) {
        keys.add(
            String.valueOf(
                store
                    .database
                    .dsl()
                    .fetchValue(
                        "SELECT limit_key FROM tenon.live_jobs WHERE id = {0}",
                        DSL.val(job.id()))));
      }
    }
    return keys;
  }

  private static Map<String, Long> counts(List<String> keys) {
    return keys.stream().collect(Collectors.groupingBy(key -> key, Collectors.counting()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 10, 60})
  void sharesFollowTheWeightsHoweverFewJobsAClaimTakes(int jobsPerClaim) {
    operators.weigh(StoreFixture.TYPE, "b", 3, OPS);
    for (String key : List.of("a", "b", "c")) {
      submit(key, 100);
    }

    assertThat(counts(claim(60 / jobsPerClaim, jobsPerClaim)))
        .isEqualTo(Map.of("a", 12L, "b", 36L, "c", 12L));
  }

  @Test
  void manyKeysTakeTurnsByTheirWeights() {
    for (int key = 10; key < 60; key++) {
      submit("key " + key, 20);
    }
    operators.weigh(StoreFixture.TYPE, "key 10", 5, OPS);
    operators.weigh(StoreFixture.TYPE, "key 59", 2, OPS);

    Map<String, Long> counts = counts(claim(11, 10));

    assertThat(counts).hasSize(50).containsEntry("key 10", 10L).containsEntry("key 59", 4L);
    assertThat(counts).containsEntry("key 11", 2L).containsEntry("key 58", 2L);
  }

  @Test
  void whatAKeyCannotUseIsForTheOthers() {
    operators.weigh(StoreFixture.TYPE, "a", 100, OPS);
    submit("a", 2);
    submit("b", 5);

    assertThat(claim(7, 1)).containsExactly("a", "a", "b", "b", "b", "b", "b");
  }

  @Test
  void limitsOfAKeyCountMoreThanItsWeight() {
    store.limit(0, 2);
    operators.weigh(StoreFixture.TYPE, "a", 100, OPS);
    submit("a", 10);
    submit("b", 10);

    assertThat(counts(claim(1, 10))).isEqualTo(Map.of("a", 2L, "b", 2L));
  }

  @Test
  void aWeightOfOneIsNone() {
    operators.weigh(StoreFixture.TYPE, "a", 3, OPS);
    operators.weigh(StoreFixture.TYPE, "b \"\u00e9\"", 2, OPS);
    assertThat(weights()).isEqualTo(Map.of("a", 3, "b \"\u00e9\"", 2));
    operators.weigh(StoreFixture.TYPE, "a", 1, OPS);
    operators.weigh(StoreFixture.TYPE, "c", 1, OPS);
    operators.weigh(StoreFixture.TYPE, "b \"\u00e9\"", 1, OPS);

    assertThat(weights()).isEmpty();
    assertThat(
            store
                .database
                .dsl()
                .fetchValue("SELECT count(*) FROM tenon.job_types WHERE key_weights IS NOT NULL"))
        .isEqualTo(0L);
    // What changes nothing is not in the audit
    assertThat(
            store
                .database
                .dsl()
                .fetch("SELECT outcome FROM tenon.job_audit WHERE action = 'weigh key' ORDER BY id")
                .getValues(0, String.class))
        .containsExactly("a = 3", "b \"\u00e9\" = 2", "a = 1", "b \"\u00e9\" = 1");
  }

  private Map<String, Integer> weights() {
    return operators.find(StoreFixture.TYPE).orElseThrow().keyWeights();
  }
}
