package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.faults.FaultJobs.Action;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Promise 33: a step in doubt is listed, and not repeated unless somebody says so. */
@Tag("thorough")
@SharesServers
class Promise33InDoubtTest {

  private Site site;
  private DurableHelp help;

  @BeforeEach
  void open() {
    site = new Site();
    help = new DurableHelp(site);
    site.runtime();
  }

  @AfterEach
  void close() {
    site.close();
  }

  /**
   * A worker with one job: its first record is that of a repeatable step, the second the beginning
   * of the one that is not, and the third its end.
   */
  @ParameterizedTest
  @CsvSource({
    "BEFORE_STEP_RECORD, 2, false, 0",
    "AFTER_STEP_RECORD, 2, true, 1",
    "BEFORE_STEP_RECORD, 3, true, 1",
    "AFTER_STEP_RECORD, 3, false, 0"
  })
  void aStepIsInDoubtFromItsBeginningToItsRecord(
      CrashPoint point, int pass, boolean isInDoubt, int answers) {
    UUID id = submit(Action.WORK, 1);
    site.start(site.worker("dying", 1).maintenance(false).crash(point, pass)).awaitCrash();
    awaitRescue(id);
    assertThat(help.inDoubt()).hasSize(isInDoubt ? 1 : 0);
    site.start(site.worker("survivor", 1)).awaitReady();
    site.awaitStatus(id, JobStatus.COMPLETED);
    site.settle(Site.PATIENCE).mustBalance();
    DurableReport report = site.balanceDurable().mustBalance();
    assertThat(report.answers()).isEqualTo(answers);
    assertThat(charges(id)).isEqualTo(1);
    assertThat(help.inDoubt()).isEmpty();
  }

  @Test
  void aStepThatNobodyKnowsOfWaitsForAPerson() {
    UUID done = submit(Action.ASK, 120_000);
    UUID notDone = submit(Action.ASK, 120_000);
    Node dying = site.start(site.worker("dying", 2).maintenance(false));
    dying.awaitStarted(done);
    dying.awaitStarted(notDone);
    dying.kill();
    site.start(site.worker("survivor", 2)).awaitReady();
    await()
        .atMost(Site.PATIENCE)
        .until(() -> help.inDoubt().stream().filter(Promise33InDoubtTest::isAsked).count() == 2);
    assertThat(help.inDoubt())
        .allSatisfy(step -> assertThat(step.message()).hasValue("Was it charged?"))
        .extracting(JobStep::jobId)
        .containsExactlyInAnyOrder(done, notDone);
    // Others run meanwhile, and it is not due
    UUID other = submit(Action.WORK, 1);
    site.awaitStatus(other, JobStatus.COMPLETED);
    for (UUID id : List.of(done, notDone)) {
      Job job = site.jobs().get(id);
      assertThat(job.status()).isEqualTo(JobStatus.PENDING);
      assertThat(charges(id)).isEqualTo(1);
    }
    for (JobStep step : help.inDoubt()) {
      help.decide(
          step,
          step.jobId().equals(done) ? DurableHelp.charge(site.folder(), done) : Optional.empty());
    }
    site.awaitStatus(done, JobStatus.COMPLETED);
    assertThat(charges(done)).isEqualTo(1);
    await().atMost(Site.PATIENCE).until(() -> charges(notDone) == 2);
    assertThat(site.balanceDurable().repeatedInDoubt()).isEmpty();
  }

  private static boolean isAsked(JobStep step) {
    return step.state() == JobStep.State.IN_DOUBT;
  }

  @Test
  void aHandlerThatKillsItsProcessAfterTheCallDoesNotCallTwice() {
    UUID id = submit(Action.HALT, 0);
    Node dying = site.start(site.worker("dying", 1).maintenance(false));
    assertThat(dying.process().awaitExit(Node.PATIENCE)).isEqualTo(Node.HALTED);
    site.start(site.worker("survivor", 1)).awaitReady();
    site.awaitStatus(id, JobStatus.COMPLETED);
    assertThat(charges(id)).isEqualTo(1);
    site.settle(Site.PATIENCE).mustBalance();
    site.balanceDurable().mustBalance();
  }

  @Test
  void aBeginningThatIsNotRecordedIsCaught() {
    site.breakFunction(
        "record_steps",
        "FROM unnest(v_held) AS h (number)\n  ON CONFLICT",
        "FROM unnest(v_held) AS h (number) WHERE p_states[h.number] <> 'begun'\n  ON CONFLICT");
    UUID id = submit(Action.WORK, 1);
    site.start(site.worker("dying", 1).maintenance(false).crash(CrashPoint.BEFORE_STEP_RECORD, 3))
        .awaitCrash();
    awaitRescue(id);
    assertThat(help.inDoubt()).isEmpty();
    site.start(site.worker("survivor", 1)).awaitReady();
    site.awaitStatus(id, JobStatus.COMPLETED);
    DurableReport report = site.balanceDurable();
    assertThat(report.repeatedInDoubt()).as("%s", report).hasSize(1);
  }

  private void awaitRescue(UUID id) {
    await()
        .atMost(Site.PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> site.jobs().get(id).status() != JobStatus.RUNNING);
  }

  /** How often the world outside was called. */
  private long charges(UUID id) {
    return Ledger.read(site.folder(), "charged").stream()
        .filter(line -> line.contains(id.toString()))
        .count();
  }

  private UUID submit(Action action, int millis) {
    return site.submit(FaultJobs.DURABLE, action, millis, SubmitOptions.defaults());
  }
}
