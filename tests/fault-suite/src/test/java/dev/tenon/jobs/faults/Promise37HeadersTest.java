package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Header;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 37: each attempt at a job has its headers, and so has each job of a workflow. The suite's
 * own interceptors fail a job whose handler does not see them.
 */
@Tag("thorough")
@SharesServers
class Promise37HeadersTest {

  private static final Header<Long> NUMBER = Header.ofLong("faults.number");
  private static final int WORKFLOWS = 20;

  /** No job is given up because all workers that died had it. */
  private static final int ENOUGH_CRASHES = 10;

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
    site.runtime(site.runtimeBuilder().maxCrashes(ENOUGH_CRASHES));
  }

  @AfterEach
  void close() {
    site.close();
  }

  private Node.Builder worker(String name, int slots) {
    return site.worker(name, slots).maxCrashes(ENOUGH_CRASHES);
  }

  @Test
  void workersThatDieAmidWorkflowsLoseNoHeader() {
    List<Node> dying = new ArrayList<>();
    for (CrashPoint point :
        List.of(
            CrashPoint.AMID_PREPARATION,
            CrashPoint.AFTER_NEXT_TASKS,
            CrashPoint.AMID_SETTLING,
            CrashPoint.AMID_STARTING)) {
      dying.add(site.start(worker(point.name(), 4).crash(point, 2)));
    }
    dying.forEach(Node::awaitReady);
    JobService jobs = site.jobs();
    for (long i = 0; i < WORKFLOWS; i++) {
      // Their tasks make jobs from results, and have follow-ups
      for (FaultGraphs graph : List.of(FaultGraphs.FOR_EACH, FaultGraphs.BATCH)) {
        SubmittedWorkflow unused = jobs.submit(graph.workflow(jobs).withHeader(NUMBER, i));
      }
    }
    dying.forEach(Node::awaitCrash);
    site.start(worker("survivor", 10));

    site.settle(Site.PATIENCE).mustBalance();

    assertThat(site.count(JobStatus.FAILED)).isZero();
    assertThat(
            site.values(
                """
                SELECT id || ' ' || coalesce(headers::text, 'none') FROM tenon.job_data
                WHERE headers ->> 'faults.type' IS DISTINCT FROM type OR headers ->> 'faults.number' IS NULL
                """))
        .isEmpty();
    long jobsOfEach = site.number("SELECT count(*) FROM tenon.jobs") / WORKFLOWS;
    for (long i = 0; i < WORKFLOWS; i++) {
      assertThat(jobs.count(JobQuery.all().withHeader(NUMBER, i)))
          .as("jobs with the number %s", i)
          .isEqualTo(jobsOfEach);
    }
  }

  @Test
  void aJobHasItsHeadersInEachAttemptWhereverItRuns() {
    SubmitOptions options = SubmitOptions.by("faults").withHeader(NUMBER, 7L);
    Node killed = site.start(worker("killed", 4)).awaitReady();
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ids.add(site.submit(FaultJobs.WORK, Action.STUBBORN, 3_000, options));
    }
    UUID retried = site.submit(FaultJobs.WORK, Action.FAIL_ONCE, 1, options);
    ids.forEach(killed::awaitStarted);
    killed.kill();
    site.start(worker("survivor", 4));
    ids.add(retried);

    BooksReport report = site.settle(Site.PATIENCE).mustBalance();

    assertThat(report.completed()).isEqualTo(ids.size());
    assertThat(report.executions()).isGreaterThan(ids.size());
    assertThat(site.jobs().list(JobQuery.all().withHeader(NUMBER, 7L)).items())
        .extracting(JobSummary::id)
        .containsExactlyInAnyOrderElementsOf(ids);
  }
}
