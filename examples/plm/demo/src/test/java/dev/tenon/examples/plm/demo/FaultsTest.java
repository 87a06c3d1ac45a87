package dev.tenon.examples.plm.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.examples.plm.DesignCloned;
import dev.tenon.examples.plm.PartsImported;
import dev.tenon.examples.plm.PlmJobs;
import dev.tenon.examples.plm.application.Request;
import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.WaitReason;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers are killed while they work, and jobs are cancelled while they run. The tag leaves it out
 * of the second round of tests, on another JDK.
 */
@Tag("thorough")
@Tag("servers")
class FaultsTest {

  private static final Request REQUEST = new Request(Scenario.ITEM, "ada");
  private static final ZooServer.Behavior FRIENDLY = new ZooServer.Behavior(0, 0, 3, 2);
  private static final int ITEMS = 20_000;
  private static final int SMALL_CHUNK = 5;
  private static final int CONVERSIONS = 6;

  @TempDir private Path folder;

  private final List<UUID> jobs = new ArrayList<>();

  @BeforeEach
  void forgetJobs() {
    jobs.clear();
  }

  @Test
  void killedWorkersLoseNothing() throws Exception {
    try (TestStage test = new TestStage(folder, FRIENDLY)) {
      Stage stage = test.stage();
      List<ChildProcess> javaWorkers = List.of(stage.startJavaWorker(), stage.startJavaWorker());
      ChildProcess pythonWorker = stage.startPythonWorker();
      stage.awaitReady();
      UUID designId = test.addSamples(ITEMS);
      UUID clone = stage.plm().cloneDesign(REQUEST, designId, "Gearbox 2", SMALL_CHUNK);
      jobs.add(clone);
      for (int i = 0; i < CONVERSIONS; i++) {
        jobs.add(stage.plm().convert(REQUEST, Scenario.conversion("incoming/bracket.step")));
      }
      UUID firstConversion = jobs.get(1);
      Job running = test.awaitProgress(clone, 5);
      assertThat(running.status()).isEqualTo(JobStatus.RUNNING);
      workerOf(running, javaWorkers).kill();
      test.awaitProgress(firstConversion, 1);
      pythonWorker.kill();
      int unfinished = unfinished(stage);
      // What is submitted meanwhile waits for Python, and runs in the worker that is left
      jobs.addAll(Scenario.submitOneOfEach(stage.plm(), designId, stage.pages().uri()));

      stage.startPythonWorker();

      assertThat(unfinished)
          .as("jobs that were not finished when the workers died")
          .isGreaterThan(1);
      assertThat(test.awaitEnds(jobs))
          .allSatisfy(job -> assertThat(job.status()).as("%s", job).isEqualTo(JobStatus.COMPLETED));
      assertThat(stage.runtime().jobs().get(clone).crashes()).isEqualTo(1);
      DesignCloned result =
          new PlmJobs(stage.runtime().jobs())
              .designClone()
              .find(clone)
              .orElseThrow()
              .result()
              .orElse(null);
      assertThat(result.items()).isEqualTo(ITEMS);
      assertThat(result.copiedByLastAttempt()).as("it went on half-way").isLessThan(ITEMS);
    }
  }

  /** Each worker has said its id. */
  private static ChildProcess workerOf(Job job, List<ChildProcess> workers) {
    return workers.stream()
        .filter(worker -> worker.readyText().contains(String.valueOf(job.workerId().orElse(null))))
        .findFirst()
        .orElseThrow();
  }

  private int unfinished(Stage stage) {
    return (int)
        jobs.stream()
            .map(stage.runtime().jobs()::get)
            .filter(job -> !job.status().isTerminal())
            .count();
  }

  @Test
  void aCloneThatIsCancelledStopsHalfWay() throws Exception {
    try (TestStage test = new TestStage(folder, FRIENDLY)) {
      Stage stage = test.stage();
      stage.startJavaWorker();
      stage.awaitReady();
      UUID designId = test.addSamples(ITEMS);
      UUID clone = stage.plm().cloneDesign(REQUEST, designId, "Gearbox 2", SMALL_CHUNK);
      test.awaitProgress(clone, 2);

      stage.plm().cancel(clone, "ann");

      Job ended = test.awaitEnd(clone);
      assertThat(ended.status()).isEqualTo(JobStatus.CANCELLED);
      long copied = copiedItems(stage);
      assertThat(copied).isBetween(1L, ITEMS - 1L);

      stage.runtime().jobs().retry(clone, Actor.of("ann"));

      assertThat(test.awaitEnd(clone).status()).isEqualTo(JobStatus.COMPLETED);
      assertThat(copiedItems(stage)).isEqualTo(ITEMS);
    }
  }

  @Test
  void anImportContinuesWhereItsWorkerWasStopped() throws Exception {
    try (TestStage test = new TestStage(folder, FRIENDLY)) {
      Stage stage = test.stage();
      List<ChildProcess> workers = List.of(stage.startJavaWorker(), stage.startJavaWorker());
      stage.awaitReady();
      UUID id = Scenario.submitLongImport(stage.plm());

      workerOf(test.awaitProgress(id, 5), workers).close();

      Job ended = test.awaitEnd(id);
      assertThat(ended.status()).as("%s", ended.error()).isEqualTo(JobStatus.COMPLETED);
      assertThat(ended.attempts()).as("no attempt was counted for the stop").isEqualTo(1);
      PartsImported result =
          new PlmJobs(stage.runtime().jobs())
              .partImport()
              .find(id)
              .orElseThrow()
              .result()
              .orElseThrow();
      assertThat(result.parts()).isEqualTo(Scenario.ALL_PARTS_COUNT);
      assertThat(result.lastAttemptFrom()).isPositive();
    }
  }

  @Test
  void aReleaseWaitsThroughTheDeathOfAllWorkers() throws Exception {
    try (TestStage test = new TestStage(folder, FRIENDLY)) {
      Stage stage = test.stage();
      ChildProcess worker = stage.startJavaWorker();
      stage.awaitReady();
      UUID designId = test.addSamples(10);
      UUID id =
          stage
              .plm()
              .release(
                  new Request(Scenario.RELEASED_ITEM, "ada"),
                  designId,
                  "cleo@plm.example",
                  "ada@plm.example",
                  stage.pages().uri());
      Awaitility.await("the mail to the approver")
          .atMost(TestStage.PATIENCE)
          .until(
              () ->
                  stage.runtime().jobs().whyWaiting(id).orElse(null)
                      instanceof WaitReason.ForSignal);
      worker.kill();

      List<String> answers =
          Awaitility.await("the click")
              .atMost(TestStage.PATIENCE)
              .until(() -> stage.approver().readMails(), done -> !done.isEmpty());
      assertThat(answers).singleElement().asString().contains("Thank you");
      stage.startJavaWorker();

      assertThat(test.awaitEnd(id).status()).isEqualTo(JobStatus.COMPLETED);
      assertThat(stage.mails())
          .extracting(Stage.Mail::subject)
          .containsExactly(
              "May " + Scenario.RELEASED_ITEM + " be made?",
              Scenario.RELEASED_ITEM + " is RELEASED");
    }
  }

  private static long copiedItems(Stage stage) throws Exception {
    try (Connection connection = stage.database().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT count(*) FROM plm.items JOIN plm.designs ON id = design_id
                WHERE cloned_from IS NOT NULL
                """)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void aServiceThatIsLimitedGetsNoMoreThanTwoJobsAtATime() throws Exception {
    try (TestStage test = new TestStage(folder, FRIENDLY)) {
      Stage stage = test.stage();
      stage.startJavaWorker();
      stage.startJavaWorker();
      stage.awaitReady();
      for (int i = 1; i <= 4; i++) {
        jobs.add(stage.plm().describe(REQUEST, "A box of 10 x 10 x " + i));
      }
      UUID impossible = stage.plm().describe(REQUEST, "Something beautiful");

      assertThat(test.awaitEnds(jobs)).extracting(Job::status).containsOnly(JobStatus.COMPLETED);
      Job failed = test.awaitEnd(impossible);
      assertThat(failed.status()).isEqualTo(JobStatus.FAILED);
      assertThat(failed.attempts()).isEqualTo(1);
      assertThat(stage.zoo().seen().mostParallel()).isLessThanOrEqualTo(2);
      assertThat(stage.zoo().seen().limited()).as("calls that the service refused").isZero();
    }
  }

  @Test
  void changesOfAPartThatFollowEachOtherAreOneAlert() throws Exception {
    try (TestStage test = new TestStage(folder, FRIENDLY)) {
      Stage stage = test.stage();
      test.addSamples(1);
      UUID first = stage.plm().changePart(REQUEST, "SEAL-1", "B");
      UUID second = stage.plm().changePart(REQUEST, "SEAL-1", "C");
      assertThat(second).isEqualTo(first);

      stage.startJavaWorker();

      assertThat(test.awaitEnd(first).status()).isEqualTo(JobStatus.COMPLETED);
      assertThat(stage.mails())
          .hasSize(2)
          .allSatisfy(mail -> assertThat(mail.text()).contains("has revision C"));
    }
  }
}
