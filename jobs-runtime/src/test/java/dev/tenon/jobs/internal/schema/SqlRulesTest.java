package dev.tenon.jobs.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules of the database stand once, and cost nothing where they are used. */
@Tag("servers")
class SqlRulesTest {

  private StoreFixture store;
  private DSLContext dsl;

  @BeforeEach
  void open() {
    store = new StoreFixture();
    dsl = store.database.dsl();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void oneFunctionStartsAttemptsAndOneEndsThem() {
    assertThat(functionsThatSay("status = 'running',")).containsExactly("start_attempts");
    assertThat(functionsThatSay("attempts = j.attempts + 1")).containsExactly("start_attempts");
    assertThat(functionsThatSay("INSERT INTO claims")).containsExactly("start_attempts");
    assertThat(functionsThatSay("INSERT INTO limited_runs"))
        .containsExactly("change_limit_keys", "start_attempts");
    assertThat(functionsThatSay("DELETE FROM limited_runs"))
        .containsExactly("change_limit_keys", "end_attempts");
    assertThat(functionsThatSay("DELETE FROM claims")).containsExactly("forget_claims");
  }

  @Test
  void jobsMoveBetweenTheTablesInTheLifeCycleOnly() {
    assertThat(functionsThatSay("INSERT INTO ended_jobs"))
        .containsExactly("end_attempts", "end_waiting_jobs");
    assertThat(functionsThatSay("DELETE FROM live_jobs"))
        .containsExactly("end_attempts", "end_waiting_jobs");
    assertThat(functionsThatSay("DELETE FROM ended_jobs"))
        .containsExactly("delete_jobs", "restore_jobs");
    assertThat(functionsThatSay("UPDATE ended_jobs")).isEmpty();
    assertThat(functionsThatSay("INSERT INTO earlier_attempts"))
        .containsExactly("end_attempts", "restore_jobs");
    assertThat(functionsThatSay("DELETE FROM earlier_attempts")).containsExactly("delete_jobs");
    assertThat(functionsThatSay("UPDATE earlier_attempts")).isEmpty();
  }

  @Test
  void fewFunctionsRaiseALease() {
    assertThat(functionsThatSay("lease + 1"))
        .containsExactly(
            "change_limit_keys",
            "claim",
            "park",
            "replace_jobs",
            "restore_jobs",
            "return_skipped_jobs",
            "start_attempts");
  }

  @Test
  void noFunctionRepeatsATimeThatARuleHas() {
    assertThat(functionsThatSay("9999-12-31")).containsExactly("never");
    assertThat(functionsThatSay("10 minutes")).containsExactly("urgency");
  }

  private List<String> functionsThatSay(String words) {
    return dsl.fetch(
            "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'tenon'::regnamespace"
                + " AND position(? IN p.prosrc) > 0 ORDER BY 1",
            words)
        .getValues(0, String.class);
  }

  @Test
  void aPlanHasTheRuleOfKeysInPlaceOfACall() {
    String plan =
        dsl.fetch(
                "EXPLAIN VERBOSE SELECT tenon.keeps_unique_key(j.unique_scope, j.unique_until, true, 'running', now())"
                    + " FROM tenon.live_jobs j")
            .getValues(0, String.class)
            .toString();
    assertThat(plan).contains("unique_scope").doesNotContain("keeps_unique_key");
  }

  /** The key of a job that was started or not, once it has a status. */
  @ParameterizedTest
  @EnumSource(UniqueScope.class)
  void aKeyIsKeptUntilItsScopeAndItsPeriodHaveEnded(UniqueScope scope) {
    for (boolean started : List.of(false, true)) {
      for (String until : List.of("NULL", "now() - interval '1 day'", "now() + interval '1 day'")) {
        for (JobStatus status : JobStatus.values()) {
          assertThat(
                  dsl.fetchValue(
                      "SELECT tenon.keeps_unique_key('%s', %s, %s, '%s', now())"
                          .formatted(scope.code(), until, started, status.code())))
              .as("%s, %s, started %s, until %s", scope, status, started, until)
              .isEqualTo(until.contains("+") || isInScope(scope, status, started));
        }
      }
    }
  }

  private static boolean isInScope(UniqueScope scope, JobStatus status, boolean started) {
    return switch (scope) {
      case UNTIL_STARTED -> !started && (status == JobStatus.PENDING || status == JobStatus.QUEUED);
      case UNTIL_ENDED -> !status.isTerminal();
      case UNLESS_FAILED -> status != JobStatus.FAILED && status != JobStatus.CANCELLED;
      case UNTIL_DELETED -> true;
    };
  }
}
