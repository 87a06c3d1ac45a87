package dev.tenon.jobs.internal.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.internal.rollout.MigrationLocks.Work;
import dev.tenon.jobs.internal.schema.MigrationScript;
import dev.tenon.jobs.operate.JobRollouts.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigrationLocksTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CATALOG | ALTER TABLE jobs ADD COLUMN note text",
        "CATALOG | ALTER TABLE jobs ADD COLUMN note text NOT NULL DEFAULT ''",
        "REWRITE | ALTER TABLE jobs ADD COLUMN id uuid DEFAULT gen_random_uuid()",
        "REWRITE | ALTER TABLE jobs ADD COLUMN double integer GENERATED ALWAYS AS (a * 2) STORED",
        "CATALOG | ALTER TABLE IF EXISTS jobs DROP COLUMN note",
        "CATALOG | ALTER TABLE jobs ALTER COLUMN note SET DEFAULT 1",
        "CATALOG | ALTER TABLE jobs ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
        "CATALOG | DROP TRIGGER IF EXISTS t ON jobs",
        "CATALOG | CREATE CONSTRAINT TRIGGER t AFTER INSERT ON jobs DEFERRABLE",
        "SCAN | ALTER TABLE jobs ADD CONSTRAINT c CHECK (a > 0)",
        "SCAN | ALTER TABLE jobs VALIDATE CONSTRAINT c",
        "SCAN | ALTER TABLE jobs ALTER COLUMN note SET NOT NULL",
        "SCAN | CREATE UNIQUE INDEX jobs_by_note ON jobs (note)",
        "REWRITE | ALTER TABLE jobs ALTER COLUMN a TYPE bigint",
        "REWRITE | UPDATE jobs SET a = 1",
        "REWRITE | LOCK TABLE jobs IN SHARE MODE",
      })
  void eachStatementLocksItsTable(Work work, String statement) {
    assertThat(MigrationLocks.of("-- Why\n" + statement + ";"))
        .containsExactly(Map.entry("jobs", work));
  }

  @Test
  void tablesThatTheScriptCreatesAndBodiesOfFunctionsDoNotCount() {
    assertThat(
            MigrationLocks.of(
                """
                CREATE TABLE notes (id uuid);
                CREATE INDEX notes_by_id ON notes (id);
                CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS $$
                  UPDATE jobs SET a = 1;
                $$;
                """))
        .isEmpty();
  }

  @Test
  void theMostWorkOnATableCounts() {
    assertThat(
            MigrationLocks.of(
                "UPDATE jobs SET a = 1; ALTER TABLE jobs ADD COLUMN b text; CREATE INDEX i ON jobs"
                    + " (b);"))
        .containsExactly(Map.entry("jobs", Work.REWRITE));
  }

  @Test
  void tenonsOwnTriggersTakeShortLocks() throws IOException {
    try (InputStream script =
        Objects.requireNonNull(
            MigrationScript.class.getResourceAsStream("migrations/R__9_triggers.sql"))) {
      assertThat(MigrationLocks.of(new String(script.readAllBytes(), StandardCharsets.UTF_8)))
          .containsOnly(
              Map.entry("workflow_changes", Work.CATALOG), Map.entry("new_in_lines", Work.CATALOG));
    }
  }

  @Test
  void aLongLockIsAFindingWithAnEstimate() {
    List<Finding> found =
        SchemaRules.ofMigrations(
            List.of(
                new MigrationScript.Step(
                    2,
                    "notes",
                    "CREATE INDEX i ON live_jobs (b); ALTER TABLE workers ADD COLUMN c text; UPDATE"
                        + " gone SET a = 1;",
                    "V2__notes.sql",
                    0)),
            Map.of("live_jobs", 10_000L * 1024 * 1024, "workers", 8192L));

    assertThat(found)
        .extracting(Finding::message)
        .containsExactly(
            "A migration locks live_jobs while it reads all of it (10,000 MB): about 200 s.",
            "A migration locks workers (1 MB) for a moment, as soon as nobody uses it.");
    assertThat(found).extracting(each -> each.verdict().code()).containsExactly("after", "go");
  }
}
