package dev.tenon.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.util.List;
import java.util.Locale;
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
    assertThat(functionsThatSay("INSERT INTO job_attempts")).containsExactly("end_attempts");
    assertThat(functionsThatSay("finished_at = CASE")).containsExactly("end_attempts");
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

  /** A call would read the whole row, with its payload. */
  @Test
  void aPlanHasTheRuleOfKeysInPlaceOfACall() {
    String plan =
        dsl.fetch(
                "EXPLAIN VERBOSE SELECT tenon.unique_key_after(j, 'running', now()) FROM tenon.jobs j")
            .getValues(0, String.class)
            .toString();
    assertThat(plan).contains("unique_scope").doesNotContain("unique_key_after");
  }

  /** The key of a job that was started or not, once it has a status. */
  @ParameterizedTest
  @EnumSource(UniqueScope.class)
  void aKeyIsKeptUntilItsScopeAndItsPeriodAreOver(UniqueScope scope) {
    store.submit(1);
    Tables.Jobs j = store.database.tables().jobs;
    for (boolean started : List.of(false, true)) {
      for (String until : List.of("NULL", "now() - interval '1 day'", "now() + interval '1 day'")) {
        for (JobStatus status : JobStatus.values()) {
          dsl.execute(
              "UPDATE tenon.jobs SET unique_key = 'key', unique_scope = '%s', started_at = %s, unique_until = %s"
                  .formatted(
                      scope.name().toLowerCase(Locale.ROOT), started ? "now()" : "NULL", until));
          assertThat(
                  dsl.select(UniqueKeys.after(j, DSL.val(status, Tables.STATUS)))
                      .from(j)
                      .fetchSingle()
                      .value1())
              .as("%s, %s, started %s, until %s", scope, status, started, until)
              .isEqualTo(until.contains("+") || isInScope(scope, status, started) ? "key" : null);
        }
      }
    }
    dsl.execute(
        "UPDATE tenon.jobs SET unique_key = NULL, unique_scope = NULL, unique_until = NULL");
    assertThat(
            dsl.fetchValue("SELECT tenon.unique_key_after(j, 'failed', now()) FROM tenon.jobs j"))
        .isNull();
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
