package dev.tenon.examples.plm.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tenon.examples.plm.DesignReleased;
import dev.tenon.examples.plm.ItemState;
import dev.tenon.examples.plm.MeshFile;
import dev.tenon.examples.plm.MeshFiles;
import dev.tenon.examples.plm.MeshFormat;
import dev.tenon.examples.plm.PartsImported;
import dev.tenon.examples.plm.PlmJobs;
import dev.tenon.examples.plm.PlmJobsModule;
import dev.tenon.examples.plm.WidgetReport;
import dev.tenon.examples.plm.ZooModel;
import dev.tenon.examples.plm.application.ItemJobs;
import dev.tenon.examples.plm.application.Request;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.definition.JobDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All ten types run for real: two workers in Java, one in Python, real servers. */
@Tag("thorough")
class AllTypesTest {

  private static final double CUBIC_MILLIMETRES_PER_CUBIC_METRE = 1e9;

  @TempDir private Path folder;

  @Test
  void eachTypeDoesItsWork() throws Exception {
    ZooServer.Behavior unfriendly = new ZooServer.Behavior(1, 1, 3, 2);
    try (TestStage test = new TestStage(folder, unfriendly)) {
      Stage stage = test.stage();
      stage.startJavaWorker();
      stage.startJavaWorker();
      stage.startPythonWorker();
      stage.awaitReady();
      UUID designId = test.addSamples(1_000);

      List<UUID> ids = Scenario.submitOneOfEach(stage.plm(), designId, stage.pages().uri());

      Map<String, Job> jobs =
          test.awaitEnds(ids).stream().collect(Collectors.toMap(Job::type, Function.identity()));
      assertThat(jobs.keySet())
          .containsExactlyInAnyOrderElementsOf(
              new PlmJobsModule().definitions().stream().map(JobDefinition::type).toList());
      assertThat(jobs.values())
          .allSatisfy(job -> assertThat(job.status()).as("%s", job).isEqualTo(JobStatus.COMPLETED));
      PlmJobs plmJobs = new PlmJobs(stage.runtime().jobs());
      checkMails(stage);
      checkDatabase(stage);
      checkZoo(stage, plmJobs, jobs.get("cad.zoo.generate"));
      MeshFiles converted =
          plmJobs
              .cadConversion()
              .find(id(jobs, "cad.conversion.process"))
              .orElseThrow()
              .result()
              .orElse(null);
      checkFiles(stage, converted, Scenario.BRACKET_VOLUME, MeshFormat.GLB, MeshFormat.STL);
      MeshFiles made =
          plmJobs
              .parametricPart()
              .find(id(jobs, "cad.parametric.generate"))
              .orElseThrow()
              .result()
              .orElse(null);
      checkFiles(stage, made, Scenario.PLATE_VOLUME, MeshFormat.STL);
      WidgetReport widgets =
          plmJobs
              .widgetBatch()
              .find(id(jobs, "widget.process.batch"))
              .orElseThrow()
              .result()
              .orElse(null);
      assertThat(widgets.made()).isEqualTo(55);
      assertThat(widgets.boxes()).isEqualTo(5);
      assertThat(widgets.value()).isEqualByComparingTo("218.50");
      assertThat(
              plmJobs
                  .designRelease()
                  .find(id(jobs, "design.release"))
                  .orElseThrow()
                  .result()
                  .orElseThrow())
          .isEqualTo(new DesignReleased(ItemState.RELEASED, "the approver"));
      assertThat(
              plmJobs
                  .partImport()
                  .find(id(jobs, "part.import"))
                  .orElseThrow()
                  .result()
                  .orElseThrow())
          .isEqualTo(new PartsImported(2_000, 0));
      // The cleanup belongs to no item, and the release to another one
      assertThat(new ItemJobs(stage.runtime().jobs()).of(Scenario.ITEM)).hasSize(8);
    }
  }

  @Test
  void anIgesFileBecomesTheSameSolid() throws Exception {
    try (TestStage test = new TestStage(folder, new ZooServer.Behavior(0, 0, 1, 2))) {
      Stage stage = test.stage();
      stage.startPythonWorker();
      stage.awaitReady();
      UUID id =
          stage
              .plm()
              .convert(
                  new Request(Scenario.ITEM, "ada"), Scenario.conversion("incoming/bracket.iges"));

      assertThat(test.awaitEnd(id).status()).isEqualTo(JobStatus.COMPLETED);

      MeshFiles converted =
          new PlmJobs(stage.runtime().jobs())
              .cadConversion()
              .find(id)
              .orElseThrow()
              .result()
              .orElse(null);
      checkFiles(stage, converted, Scenario.BRACKET_VOLUME, MeshFormat.GLB, MeshFormat.STL);
    }
  }

  private static UUID id(Map<String, Job> jobs, String type) {
    return jobs.get(type).id();
  }

  private static void checkMails(Stage stage) throws Exception {
    // Each of two people gets each of two mails; the release is a question and an answer
    assertThat(stage.mails())
        .extracting(Stage.Mail::subject)
        .containsExactlyInAnyOrder(
            Scenario.ITEM + " is IN_REVIEW",
            Scenario.ITEM + " is IN_REVIEW",
            "A part in your work instructions has changed",
            "A part in your work instructions has changed",
            "May " + Scenario.RELEASED_ITEM + " be made?",
            Scenario.RELEASED_ITEM + " is RELEASED");
  }

  private static void checkDatabase(Stage stage) throws Exception {
    assertThat(
            number(
                stage,
                """
                SELECT count(*) FROM plm.items clone JOIN plm.designs ON id = design_id
                JOIN plm.items original ON original.design_id = cloned_from
                  AND original.number = clone.number AND original.mass_grams = clone.mass_grams
                WHERE complete
                """))
        .isEqualTo(1_000);
    assertThat(number(stage, "SELECT count(*) FROM plm.cache_entries WHERE expires_at < now()"))
        .isZero();
    assertThat(number(stage, "SELECT count(*) FROM plm.cache_entries")).isEqualTo(2_500);
    assertThat(number(stage, "SELECT count(*) FROM plm.decisions WHERE state = 'RELEASED'"))
        .isEqualTo(1);
    assertThat(number(stage, "SELECT count(*) FROM plm.parts WHERE number LIKE 'P-%'"))
        .isEqualTo(2_000);
    assertThat(number(stage, "SELECT count(*) FROM plm.alerts WHERE revision = 'B'")).isEqualTo(2);
  }

  private static long number(Stage stage, String sql) throws Exception {
    try (Connection connection = stage.database().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void checkZoo(Stage stage, PlmJobs jobs, Job job) throws Exception {
    ZooModel model = jobs.zooGenerate().find(job.id()).orElseThrow().result().orElseThrow();
    Mesh box = Mesh.readStl(stage.files().resolve(model.path()));
    assertThat(box.isClosed()).isTrue();
    assertThat(box.volume()).isCloseTo(20 * 30 * 10, within(0.01));
    assertThat(stage.zoo().seen()).isEqualTo(new ZooServer.Seen(1, 1, 1));
    // The refusal has put the job off, which costs no attempt; the failure has cost one
    assertThat(job.attempts()).isEqualTo(2);
  }

  private static void checkFiles(
      Stage stage, MeshFiles result, double volume, MeshFormat... formats) throws Exception {
    assertThat(result.files()).extracting(MeshFile::format).containsExactly(formats);
    for (MeshFile file : result.files()) {
      Path path = stage.files().resolve(file.path());
      byte[] content = Files.readAllBytes(path);
      assertThat(content.length).isEqualTo((int) file.bytes());
      assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)))
          .isEqualTo(file.sha256());
      Mesh mesh = file.format() == MeshFormat.GLB ? GlbReader.read(path) : Mesh.readStl(path);
      // glTF measures in metres
      double scale = file.format() == MeshFormat.GLB ? CUBIC_MILLIMETRES_PER_CUBIC_METRE : 1;
      assertThat(mesh.triangles()).isEqualTo(result.triangles());
      assertThat(mesh.isClosed()).as("%s is closed", path).isTrue();
      assertThat(mesh.volume() * scale).isCloseTo(volume, within(volume / 100));
      assertThat(result.volume()).isCloseTo(volume, within(volume / 100));
    }
  }
}
