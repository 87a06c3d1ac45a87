package dev.tenon.jobs.internal.flow;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.internal.flow.LimitsRun.Kind;
import dev.tenon.jobs.internal.flow.LimitsRun.Step;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.store.StoreFixture;
import java.time.Duration;
import java.util.List;
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
 * Limits and unique keys against the real table: whatever is done to jobs in whatever order, claims
 * never go over a limit and never leave a job that may start, and no two jobs have the same key,
 * nor is a key kept for longer than its scope. That the model finds mistakes is seen with
 * statements that have them.
 */
@Tag("servers")
class LimitsPropertyTest {

  /** In any of so many sequences, one at least is to find a mistake. */
  private static final int SEQUENCES = 100;

  private static StoreFixture store;
  private static Leadership leadership;

  @BeforeContainer
  static void open() {
    store = StoreFixture.withPool();
    leadership = new LeaderStore(store.database).acquire("test", Duration.ofHours(1)).orElseThrow();
  }

  @AfterContainer
  static void close() {
    store.close();
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return steps(
        Arbitraries.frequencyOf(
            Tuple.of(4, Arbitraries.just(Kind.SUBMIT)),
            Tuple.of(4, Arbitraries.just(Kind.SUBMIT_UNIQUE)),
            Tuple.of(6, Arbitraries.just(Kind.CLAIM)),
            Tuple.of(2, Arbitraries.just(Kind.CLAIM_ALL)),
            Tuple.of(24, Arbitraries.of(Kind.class))));
  }

  private static Arbitrary<List<Step>> steps(Arbitrary<Kind> kinds) {
    return Combinators.combine(
            kinds,
            Arbitraries.integers().between(0, 100),
            Arbitraries.integers().between(1, 6),
            Arbitraries.integers().between(0, LimitsRun.WORKERS.size() - 1),
            Arbitraries.of(JobPriority.class),
            Arbitraries.of(UniqueScope.class),
            Arbitraries.of(false, false, false, true),
            Arbitraries.of(DuplicatePolicy.class))
        .as(Step::new)
        .list()
        .ofMinSize(5)
        .ofMaxSize(60);
  }

  @Property(tries = 60)
  void theTableAgreesWithTheModel(@ForAll("steps") List<Step> steps) {
    run(steps);
  }

  private static void run(List<Step> steps) {
    LimitsRun run = new LimitsRun(store, leadership);
    for (Step step : steps) {
      run.make(step);
      run.compare(step);
    }
    run.drain();
  }

  // Mistakes, each of which is made and taken back again. They are looked for with the few kinds of
  // steps that show them, so that it does not take long.

  @Example
  void aSlotThatLeaksIsFound() {
    isFound(
        "end_attempts",
        "SELECT g.type, g.limit_key, g.id FROM gone g WHERE g.limit_key IS NOT NULL",
        "SELECT g.type, g.limit_key, g.id FROM gone g WHERE g.limit_key IS NOT NULL AND g.becomes"
            + " <> 'failed'",
        Kind.SUBMIT,
        Kind.CLAIM,
        Kind.FAIL);
  }

  @Example
  void aStartThatIsNotRecordedIsFound() {
    isFound(
        "record_starts",
        "units = s.units + excluded.units",
        "units = s.units",
        Kind.SUBMIT,
        Kind.CLAIM,
        Kind.COMPLETE);
  }

  @Example
  void aKeyThatIsFreeAsSoonAsItsJobStartsIsFound() {
    isFound(
        "keeps_unique_key",
        "WHEN p_status = 'running' THEN p_scope <> 'until_started'",
        "WHEN p_status = 'running' THEN false",
        Kind.SUBMIT_UNIQUE,
        Kind.CLAIM);
  }

  @Example
  void aKeyThatIsNotFreeWhenItsJobStartsIsFound() {
    isFound(
        "keeps_unique_key",
        "WHEN p_status = 'running' THEN p_scope <> 'until_started'",
        "WHEN p_status = 'running' THEN true",
        Kind.SUBMIT_UNIQUE,
        Kind.CLAIM);
  }

  @Example
  void aKeyThatOutlivesTheEndOfItsJobIsFound() {
    isFound(
        "keeps_unique_key",
        "WHEN p_status = 'completed' THEN p_scope NOT IN ('until_started', 'until_ended')",
        "WHEN p_status = 'completed' THEN true",
        Kind.SUBMIT_UNIQUE,
        Kind.CLAIM,
        Kind.COMPLETE);
  }

  @Example
  void aRunningJobThatIsReplacedIsFound() {
    isFoundWithTrigger(
        "BEFORE INSERT ON tenon.unique_keys",
        """
        UPDATE tenon.job_data d SET payload = '{"replaced":true}'
        FROM tenon.live_jobs j
        WHERE j.unique_key = NEW.unique_key AND j.status = 'running' AND d.id = j.id;
        """,
        Kind.SUBMIT_UNIQUE,
        Kind.CLAIM);
  }

  @Example
  void aPayloadThatIsNotReplacedIsFound() {
    isFoundWithTrigger(
        "BEFORE UPDATE ON tenon.job_data", "NEW.payload := OLD.payload;", Kind.SUBMIT_UNIQUE);
  }

  @Example
  void aTimeThatIsNotReplacedIsFound() {
    isFoundWithTrigger(
        "BEFORE UPDATE ON tenon.live_jobs",
        "NEW.run_at := OLD.run_at;",
        Kind.SUBMIT_UNIQUE,
        Kind.SUBMIT_UNIQUE_FOR_LATER);
  }

  private void isFound(String function, String piece, String mistake, Kind... kinds) {
    store.change(function, piece, mistake);
    try {
      isFound(kinds);
    } finally {
      store.change(function, mistake, piece);
    }
  }

  private void isFoundWithTrigger(String when, String mistake, Kind... kinds) {
    store.execute(
        "CREATE FUNCTION mistake() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            + mistake
            + " RETURN NEW; END $$");
    store.execute("CREATE TRIGGER mistake " + when + " FOR EACH ROW EXECUTE FUNCTION mistake()");
    try {
      isFound(kinds);
    } finally {
      store.execute("DROP FUNCTION mistake() CASCADE");
    }
  }

  private void isFound(Kind... kinds) {
    assertThatThrownBy(
            () ->
                steps(Arbitraries.of(kinds))
                    .sampleStream()
                    .limit(SEQUENCES)
                    .forEach(LimitsPropertyTest::run))
        .isInstanceOf(AssertionError.class);
  }
}
