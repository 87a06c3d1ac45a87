package dev.tenon.examples.plm.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tenon.examples.plm.MeshFiles;
import dev.tenon.examples.plm.MeshFormat;
import dev.tenon.examples.plm.PlmJobs;
import dev.tenon.examples.plm.application.ItemJobs;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.workflow.WorkflowState;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A workflow over processes: a clone in Java, its conversions in Python, and a mail from Java. */
@Tag("thorough")
class ReviewTest {

  @TempDir private Path folder;

  @Test
  void theModelsOfACloneAreConvertedAndThenTheReviewersAreNotified() throws Exception {
    try (TestStage test = new TestStage(folder, new ZooServer.Behavior(0, 0, 1, 2))) {
      Stage stage = test.stage();
      UUID designId = start(test);

      UUID id = Scenario.submitReview(stage.plm(), designId);

      WorkflowState review = settled(stage, id);
      assertThat(review.outcome()).contains(JobStatus.COMPLETED);
      List<Job> jobs = ended(stage);
      assertThat(jobs).allMatch(job -> job.status() == JobStatus.COMPLETED);
      Job clone = ofType(jobs, "design.clone").get(0);
      List<Job> conversions = ofType(jobs, "cad.conversion.process");
      Job mail = ofType(jobs, "notification.workflow.transition").get(0);
      assertThat(conversions)
          .hasSize(2)
          .allMatch(
              conversion ->
                  !conversion.startedAt().orElseThrow().isBefore(clone.finishedAt().orElseThrow()))
          .allMatch(
              conversion ->
                  !mail.startedAt().orElseThrow().isBefore(conversion.finishedAt().orElseThrow()));
      PlmJobs plmJobs = new PlmJobs(stage.runtime().jobs());
      for (Job conversion : conversions) {
        MeshFiles files =
            plmJobs.cadConversion().find(conversion.id()).orElseThrow().result().orElseThrow();
        assertThat(files.files())
            .extracting(file -> file.format())
            .containsExactlyInAnyOrder(MeshFormat.values());
        assertThat(files.volume())
            .isCloseTo(Scenario.BRACKET_VOLUME, within(Scenario.BRACKET_VOLUME / 100));
      }
      assertThat(stage.mails())
          .extracting(Stage.Mail::subject)
          .hasSize(2)
          .containsOnly(Scenario.REVIEWED_ITEM + " is IN_REVIEW");
    }
  }

  @Test
  void theReviewersAreNotifiedThoughAConversionHasFailed() throws Exception {
    try (TestStage test = new TestStage(folder, new ZooServer.Behavior(0, 0, 1, 2))) {
      Stage stage = test.stage();
      UUID designId = start(test);
      try (Connection connection = stage.database().getConnection();
          PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE plm.items SET model = 'incoming/lost.step' WHERE model LIKE '%.iges'")) {
        update.executeUpdate();
      }

      UUID id = Scenario.submitReview(stage.plm(), designId);

      assertThat(settled(stage, id).outcome()).contains(JobStatus.FAILED);
      List<Job> jobs = ended(stage);
      assertThat(ofType(jobs, "cad.conversion.process"))
          .extracting(Job::status)
          .containsExactlyInAnyOrder(JobStatus.COMPLETED, JobStatus.FAILED);
      assertThat(ofType(jobs, "notification.workflow.transition"))
          .extracting(Job::status)
          .containsExactly(JobStatus.COMPLETED);
    }
  }

  private static UUID start(TestStage test) throws Exception {
    test.stage().startJavaWorker();
    test.stage().startPythonWorker();
    test.stage().awaitReady();
    return test.addSamples(500);
  }

  private static WorkflowState settled(Stage stage, UUID id) {
    return Awaitility.await("the end of the review")
        .atMost(TestStage.PATIENCE)
        .until(
            () -> stage.runtime().jobs().workflows().find(id).orElseThrow(),
            state -> state.outcome().isPresent());
  }

  /** The jobs of the item, once all of them have ended. */
  private static List<Job> ended(Stage stage) {
    ItemJobs itemJobs = new ItemJobs(stage.runtime().jobs());
    return Awaitility.await("the end of all jobs")
        .atMost(TestStage.PATIENCE)
        .until(
            () -> itemJobs.of(Scenario.REVIEWED_ITEM),
            jobs -> jobs.stream().allMatch(job -> job.status().isTerminal()));
  }

  private static List<Job> ofType(List<Job> jobs, String type) {
    return jobs.stream()
        .filter(job -> job.type().equals(type))
        .sorted(Comparator.comparing(Job::id))
        .toList();
  }
}
