package dev.tenon.examples.plm.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.testing.TenonExtension;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import picocli.CommandLine;

/** The command line, as people use it. */
class PlmCommandTest {

  private static final String ITEM = "HOUSING-00001";

  @RegisterExtension final TenonExtension tenon = TenonExtension.create();

  private final StringWriter errors = new StringWriter();
  private CommandLine commandLine;

  @BeforeEach
  void connect() throws SQLException {
    try (Connection connection = tenon.dataSource().getConnection()) {
      commandLine =
          PlmCommand.commandLine(
              Map.of(
                  "PLM_DB_URL", connection.getMetaData().getURL(),
                  "PLM_DB_USER", connection.getMetaData().getUserName()));
    }
    commandLine.setErr(new PrintWriter(errors, true));
  }

  private String run(String... arguments) {
    StringWriter out = new StringWriter();
    commandLine.setOut(new PrintWriter(out, true));
    assertThat(commandLine.execute(arguments)).as("%s", errors).isZero();
    return out.toString().strip();
  }

  @Test
  void commandsSubmitJobsOfAnItemAndShowThem() {
    String designId = run("sample", "--items=3");
    UUID transition =
        UUID.fromString(
            run("transition", designId, ITEM, "released", "ben@plm.example", "--by=ada"));
    UUID zoo = UUID.fromString(run("describe", ITEM, "A box of 1 x 2 x 3"));

    Job job = tenon.jobs().get(transition);
    assertThat(job.submittedBy()).isEqualTo("ada");
    assertThat(job.payload()).contains("\"to\":\"RELEASED\"", "\"recipients\":[\"ben@plm.example\"]");
    assertThat(run("cancel", zoo.toString())).isEqualTo("CANCELLED");
    assertThat(tenon.jobs().get(zoo).status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(run("jobs", ITEM).lines())
        .hasSize(3)
        .anyMatch(line -> line.startsWith("notification.workflow.transition"))
        .anyMatch(line -> line.startsWith("cad.zoo.generate"));
  }

  @Test
  void aReviewIsSubmittedAsAWorkflow() {
    String designId = run("sample", "--items=3");

    UUID id =
        UUID.fromString(
            run("review", designId, ITEM, "For review", "ben@plm.example", "--by=ada"));

    assertThat(tenon.jobs().workflows().find(id).orElseThrow().submittedBy()).isEqualTo("ada");
    assertThat(run("jobs", ITEM).lines())
        .hasSize(3)
        .anyMatch(line -> line.startsWith("design.clone"))
        .anyMatch(line -> line.startsWith("notification.workflow.transition"));
  }

  @Test
  void whatDoesNotExistIsSaidInOneLine() {
    run("sample", "--items=1");

    int code = commandLine.execute("change-part", ITEM, "SEAL-9", "B");

    assertThat(code).isEqualTo(1);
    assertThat(errors.toString().strip()).isEqualTo("plm: There is no part SEAL-9.");
  }
}
