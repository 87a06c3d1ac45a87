package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.runtime.SqlSubmitFixture.INVALID;
import static dev.tenon.jobs.runtime.SqlSubmitFixture.by;
import static dev.tenon.jobs.runtime.SqlSubmitFixture.json;
import static dev.tenon.jobs.runtime.SqlSubmitFixture.newName;
import static dev.tenon.jobs.runtime.SqlSubmitFixture.refused;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.BOUNDED;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.COSTING;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.COSTING_LATER;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.COSTING_REPLACED;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.DROPPING;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.LIMITED;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.UNIQUE_AND_BOUNDED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.TestJobs.Order;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bounds on waiting jobs, and costs that rates count, for jobs that SQL submits. */
@Tag("servers")
class SqlSubmitLimitsTest {

  private static SqlSubmitFixture fixture;
  private static JobService jobs;
  private static SqlSubmitter sql;

  @BeforeAll
  static void start() throws SQLException {
    fixture = new SqlSubmitFixture();
    jobs = fixture.runtime.jobs();
    sql = fixture.sql;
  }

  @AfterAll
  static void stop() throws SQLException {
    fixture.close();
  }

  // ---------------------------------------------------------------- Bounds

  @Test
  void aFullBacklogRefuses() throws Exception {
    String name = newName();
    sql.submit(BOUNDED.type(), json(name, 1), "");
    refused(
        () -> sql.submitAll(BOUNDED.type(), Collections.nCopies(2, json(name, 1)), ""),
        "53400",
        "2 job(s) of type 'test.sql.bounded' were not submitted: 1 jobs of '%s' wait, and the bound is 2. Submit them again later, or find out why the workers are slower than the submitters."
            .formatted(name));
    refused(
        () -> sql.submitAll(BOUNDED.type(), Collections.nCopies(3, json(newName(), 1)), ""),
        "53400",
        "and the bound is 2. Submit fewer at a time.");
    sql.submit(BOUNDED.type(), json(name, 1), "");
    sql.submit(BOUNDED.type(), json(newName(), 1), "");
    for (int i = 0; i < 5; i++) {
      sql.submit(DROPPING.type(), json(name, i), "");
    }
  }

  @Test
  void aJobThatStandsForAnotherNeedsNoRoom() throws Exception {
    String name = newName();
    UUID first = sql.submit(UNIQUE_AND_BOUNDED.type(), json(name, 1), "").jobId();
    assertThat(sql.submit(UNIQUE_AND_BOUNDED.type(), json(name, 1), "").jobId()).isEqualTo(first);
    refused(
        () -> sql.submit(UNIQUE_AND_BOUNDED.type(), json(newName(), 1), ""),
        "53400",
        "1 job(s) of type 'test.sql.both' were not submitted: 1 jobs wait, and the bound is 1.");
  }

  // ---------------------------------------------------------------- Costs

  @Test
  void aJobHasTheCostThatItsPayloadSays() throws Exception {
    List<String> payloads =
        List.of(
            json("a", 0), json("a", 100), "{\"name\":\"a\"}", "{\"name\":\"a\",\"quantity\":null}");
    List<String> costs = new ArrayList<>();
    for (SqlSubmitter.Stands each : sql.submitAll(COSTING.type(), payloads, "")) {
      costs.add(costs(each.jobId()));
    }
    assertThat(costs).containsExactly("0 0", "100 100", "0 0", "0 0");
    assertThat(costs(sql.submit(LIMITED.type(), json("a", 5), "").jobId())).isEqualTo("none none");
  }

  @Test
  void aReplacedJobHasTheNewCost() throws Exception {
    String name = newName();
    UUID id = sql.submit(COSTING_REPLACED.type(), json(name, 10), "delay => '1 hour'").jobId();
    assertThat(costs(id)).isEqualTo("10 10");
    assertThat(sql.submit(COSTING_REPLACED.type(), json(name, 20), ""))
        .isEqualTo(new SqlSubmitter.Stands(id, false));
    assertThat(costs(id)).isEqualTo("20 20");
    // Of several with one key, the last one counts
    sql.submitAll(COSTING_REPLACED.type(), List.of(json(name, 30), json(name, 40)), "");
    assertThat(costs(id)).isEqualTo("40 40");
    jobs.submit(COSTING_REPLACED, new Order(name, 50), by());
    assertThat(costs(id)).isEqualTo("50 50");
  }

  @Test
  void costsAreRefusedThatNoRateAllows() {
    refused(
        () -> sql.submit(COSTING.type(), json("a", -1), ""),
        INVALID,
        "The property 'quantity' of the payload is -1; it must be at least 0, because it is the"
            + " cost of a job of type 'test.sql.costing'.");
    for (String tooMuch : List.of("101", "9".repeat(40))) {
      refused(
          () ->
              sql.submit(COSTING.type(), "{\"name\":\"a\",\"quantity\":%s}".formatted(tooMuch), ""),
          INVALID,
          "The property 'quantity' of the payload is %s; it must be at most what the rate 100 quantity/m of type 'test.sql.costing' lets start at a time."
              .formatted(tooMuch));
    }
    refused(
        () -> sql.submit(COSTING.type(), "{\"name\":\"a\",\"quantity\":1.5}", ""),
        INVALID,
        "The property 'quantity' of the payload must be a whole number without fraction and"
            + " exponent, because jobs of type 'test.sql.costing' cost what is in it.");
    refused(
        () -> sql.submit(COSTING_LATER.type(), json("a", 1), "version => 1"),
        INVALID,
        "version is 1, but the keys of jobs of type 'test.sql.costinglater' are made from payloads"
            + " of version 2. Submit that version.");
  }

  /** The cost of a job in both tables. */
  private static String costs(UUID id) throws SQLException {
    return fixture.ownerValue(
        """
        SELECT coalesce(d.cost::text, 'none') || ' ' || coalesce(l.cost::text, 'none')
        FROM tenon.job_data d JOIN tenon.live_jobs l ON l.id = d.id
        WHERE d.id = '%s'
        """
            .formatted(id));
  }
}
