package dev.tenon.examples.plm.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.examples.plm.CadConversion;
import dev.tenon.examples.plm.ItemState;
import dev.tenon.examples.plm.MeshFormat;
import dev.tenon.examples.plm.WidgetBatch;
import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.durable.SignalRefusedException;
import dev.tenon.jobs.testing.TenonExtension;
import dev.tenon.jobs.workflow.WorkflowState;
import java.math.BigDecimal;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the application records: its own data and the job, or neither. No worker runs. */
class PlmTest {

  private static final String ITEM = "HOUSING-00001";
  private static final Request REQUEST = new Request(ITEM, "ada");

  @RegisterExtension final TenonExtension tenon = TenonExtension.create();

  private Plm plm;
  private UUID designId;

  @BeforeEach
  void makeSamples() throws SQLException {
    Setup setup = new Setup(tenon.dataSource());
    setup.migrate();
    designId = setup.addSamples(3);
    plm = new Plm(tenon.dataSource(), tenon.jobs());
  }

  @Test
  void aChangeOfStateAndItsMailAreOneTransaction() throws SQLException {
    UUID jobId = plm.changeState(REQUEST, designId, ItemState.RELEASED, List.of("ben@plm.example"));

    assertThat(number("SELECT count(*) FROM plm.items WHERE state = 'RELEASED'")).isEqualTo(1);
    Job job = tenon.jobs().get(jobId);
    assertThat(job.itemId()).contains(ITEM);
    assertThat(job.submittedBy()).isEqualTo("ada");
    assertThat(job.payload()).contains("\"from\":\"DRAFT\"", "\"to\":\"RELEASED\"");
  }

  @Test
  void aReviewIsAWorkflowInTheTransactionOfItsChange() throws SQLException {
    UUID id = plm.review(REQUEST, designId, "For review", List.of("ben@plm.example"));

    WorkflowState review = tenon.jobs().workflows().find(id).orElseThrow();
    assertThat(review.submittedBy()).isEqualTo("ada");
    assertThat(review.members()).isEqualTo(2);
    assertThat(number("SELECT count(*) FROM plm.items WHERE state = 'IN_REVIEW'")).isEqualTo(1);
    assertThat(number("SELECT count(*) FROM plm.designs WHERE NOT complete")).isEqualTo(1);
    assertThat(new ItemJobs(tenon.jobs()).of(ITEM))
        .extracting(Job::type)
        .containsExactlyInAnyOrder("design.clone", "notification.workflow.transition");
  }

  @Test
  void aReleaseIsSubmittedWithTheStateOfItsItem() throws SQLException {
    UUID jobId =
        plm.release(
            REQUEST,
            designId,
            "ben@plm.example",
            "ada@plm.example",
            URI.create("http://127.0.0.1:1"));

    assertThat(number("SELECT count(*) FROM plm.items WHERE state = 'IN_REVIEW'")).isEqualTo(1);
    assertThat(tenon.jobs().get(jobId).payload()).contains("\"approver\":\"ben@plm.example\"");
    assertThatThrownBy(() -> plm.approve("guessed", "eve"))
        .isInstanceOf(SignalRefusedException.class);
  }

  @Test
  void aReviewThatIsNotValidLeavesNothing() throws SQLException {
    assertThatThrownBy(() -> plm.review(REQUEST, designId, "For review", List.of("nobody")))
        .isInstanceOf(InvalidPayloadException.class);

    assertThat(number("SELECT count(*) FROM plm.items WHERE state <> 'DRAFT'")).isZero();
    assertThat(number("SELECT count(*) FROM plm.designs")).isEqualTo(1);
    assertThat(tenon.jobs().count(JobQuery.all())).isZero();
  }

  @Test
  void aRollbackLeavesNoJob() throws SQLException {
    execute("ALTER TABLE plm.orders ADD CHECK (ordered_by <> 'mallory')");
    WidgetBatch batch =
        new WidgetBatch("Wheels", List.of(new WidgetBatch.Item("W", 1, BigDecimal.ONE)), null);

    assertThatThrownBy(() -> plm.makeWidgets(new Request(ITEM, "mallory"), batch))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("orders_ordered_by_check");

    assertThat(tenon.jobs().count(JobQuery.all())).isZero();
    assertThat(number("SELECT count(*) FROM plm.orders")).isZero();
  }

  @Test
  void aPayloadThatIsNotValidLeavesNoOrder() throws SQLException {
    CadConversion elsewhere = new CadConversion("../secret.step", Set.of(MeshFormat.STL), null);

    assertThatThrownBy(() -> plm.convert(REQUEST, elsewhere))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessageContaining("source");

    assertThat(tenon.jobs().count(JobQuery.all())).isZero();
    assertThat(number("SELECT count(*) FROM plm.orders")).isZero();
  }

  @Test
  void aPayloadThatIsNotValidLeavesTheStateAsItWas() throws SQLException {
    assertThatThrownBy(
            () -> plm.changeState(REQUEST, designId, ItemState.RELEASED, List.of("nobody")))
        .isInstanceOf(InvalidPayloadException.class);

    assertThat(number("SELECT count(*) FROM plm.items WHERE state <> 'DRAFT'")).isZero();
    assertThat(tenon.jobs().count(JobQuery.all())).isZero();
  }

  @Test
  void whatDoesNotExistIsNamed() {
    assertThatThrownBy(() -> plm.changePart(REQUEST, "SEAL-9", "B"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("There is no part SEAL-9.");
    assertThatThrownBy(
            () ->
                plm.changeState(
                    new Request("NOTHING", "ada"),
                    designId,
                    ItemState.RELEASED,
                    List.of("ben@plm.example")))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("has no item NOTHING");
  }

  @Test
  void theJobsOfAnItemAreATable() throws SQLException {
    UUID cancelled = plm.describe(REQUEST, "A box of 1 x 2 x 3");
    plm.cancel(cancelled, "ann");
    plm.changePart(REQUEST, "SEAL-1", "B");
    plm.describe(new Request("ANOTHER", "ada"), "A box of 1 x 2 x 3");

    List<Job> jobs = new ItemJobs(tenon.jobs()).of(ITEM);

    assertThat(jobs)
        .extracting(Job::status)
        .containsExactly(JobStatus.CANCELLED, JobStatus.PENDING);
    assertThat(ItemJobs.table(jobs))
        .hasSize(3)
        .anyMatch(line -> line.matches("cad\\.zoo\\.generate +cancelled +\\.{10} +0% +0 of 4.*"))
        .anyMatch(line -> line.matches("workinstruction\\.part\\.changed +pending .*"));
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = tenon.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = tenon.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
