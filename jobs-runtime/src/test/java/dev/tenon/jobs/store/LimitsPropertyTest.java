package dev.tenon.jobs.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.store.LimitsRun.Kind;
import dev.tenon.jobs.store.LimitsRun.Step;
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
        "claim_limited",
        "j.status = 'running'",
        "j.status IN ('running', 'failed')",
        Kind.SUBMIT,
        Kind.CLAIM,
        Kind.FAIL);
  }

  @Example
  void aKeyThatIsFreeAsSoonAsItsJobStartsIsFound() {
    isFound(
        "unique_key_after",
        "WHEN p_status = 'running' THEN p_job.unique_scope = 'until_started'",
        "WHEN p_status = 'running' THEN true",
        Kind.SUBMIT_UNIQUE,
        Kind.CLAIM);
  }

  @Example
  void aKeyThatIsNotFreeWhenItsJobStartsIsFound() {
    isFound(
        "unique_key_after",
        "WHEN p_status = 'running' THEN p_job.unique_scope = 'until_started'",
        "WHEN p_status = 'running' THEN false",
        Kind.SUBMIT_UNIQUE,
        Kind.CLAIM);
  }

  @Example
  void aKeyThatOutlivesTheEndOfItsJobIsFound() {
    isFoundWithTrigger(
        "BEFORE UPDATE",
        """
        IF NEW.status IN ('completed', 'failed', 'cancelled') THEN
          NEW.unique_key := OLD.unique_key;
        END IF;
        """,
        Kind.SUBMIT_UNIQUE,
        Kind.CLAIM,
        Kind.COMPLETE,
        Kind.FAIL,
        Kind.CANCEL);
  }

  @Example
  void aRunningJobThatIsReplacedIsFound() {
    isFoundWithTrigger(
        "BEFORE INSERT",
        "UPDATE by_test.jobs SET payload = NEW.payload WHERE unique_key = NEW.unique_key AND status = 'running';",
        Kind.SUBMIT_UNIQUE,
        Kind.CLAIM);
  }

  @Example
  void aPayloadThatIsNotReplacedIsFound() {
    isFoundWithTrigger("BEFORE UPDATE", "NEW.payload := OLD.payload;", Kind.SUBMIT_UNIQUE);
  }

  @Example
  void aTimeThatIsNotReplacedIsFound() {
    isFoundWithTrigger(
        "BEFORE UPDATE",
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
    store.execute(
        "CREATE TRIGGER mistake "
            + when
            + " ON tenon.jobs FOR EACH ROW EXECUTE FUNCTION mistake()");
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
