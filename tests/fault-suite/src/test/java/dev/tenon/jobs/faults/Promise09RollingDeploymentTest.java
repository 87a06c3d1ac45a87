package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.faults.FaultJobs.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 9: workers that do not know a type park its jobs. A worker one version behind works with
 * the newer schema.
 */
@Tag("thorough")
@SharesServers
class Promise09RollingDeploymentTest {

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
    site.runtime();
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void olderWorkersParkANewType() {
    Node older = site.start(site.worker("older", 4)).awaitReady();
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      ids.add(site.submit(FaultJobs.NEWER, Action.WORK, 1, SubmitOptions.defaults()));
      ids.add(site.submit(Action.WORK, 1));
    }
    older.awaitLogged("does not know the type", Site.PATIENCE);
    Node newer =
        site.start(site.worker("newer", 4).types(FaultJobs.WORK, FaultJobs.NEWER)).awaitReady();
    ids.forEach(id -> site.awaitStatus(id, JobStatus.COMPLETED));
    assertThat(
            site.number(
                "SELECT count(*) FROM tenon.jobs WHERE type = 'fault.newer' AND worker_id <> '"
                    + newer.workerId()
                    + "'"))
        .isZero();
    BooksReport report = site.settle(Site.PATIENCE).mustBalance();
    assertThat(report.completed()).isEqualTo(60);
    assertThat(report.attempts()).as("parking costs no attempt").isEqualTo(60);
  }

  @Test
  void anOlderWorkerWorksWithTheNewerSchema() {
    for (String table : List.of("live_jobs", "job_data", "ended_jobs", "earlier_attempts")) {
      site.execute(
          "ALTER TABLE tenon.%s ADD COLUMN of_the_future text DEFAULT 'x'".formatted(table));
    }
    site.execute("CREATE TABLE tenon.of_the_future (id integer)");
    site.execute(
        """
        INSERT INTO tenon.schema_history
          (installed_rank, version, description, type, script, checksum, installed_by,
           execution_time, success)
        SELECT max(installed_rank) + 1, '9999', 'of the future', 'SQL', 'V9999__future.sql', 1,
          current_user, 1, true
        FROM tenon.schema_history
        """);
    site.start(site.worker("older", 4)).awaitReady();
    List<UUID> ids = site.submitAll(20, Action.FAIL_ONCE, 1);
    ids.forEach(id -> site.awaitStatus(id, JobStatus.COMPLETED));
    site.settle(Site.PATIENCE).mustBalance();
  }
}
