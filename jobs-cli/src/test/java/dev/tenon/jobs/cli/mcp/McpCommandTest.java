package dev.tenon.jobs.cli.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.testservers.JavaProcess;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in a process, as a client of the SDK sees it. */
@Tag("thorough")
class McpCommandTest {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Pattern URL = Pattern.compile("\"url\":\"([^\"]+)\"");

  private AgentWorld world;

  @BeforeEach
  void start() {
    world = new AgentWorld();
  }

  @AfterEach
  void stop() throws Exception {
    world.close();
  }

  @Test
  void onStreamsItChangesWhatIsAllowed() {
    UUID payroll =
        world
            .jobs
            .payrollRun()
            .submit(new PayrollRun("may"), SubmitOptions.by("tester").withDelay(Duration.ofDays(1)))
            .jobId();
    try (Agent agent =
        Agent.onStreams(
            world.environment(), "claude-test", "--as=night-agent", "--allow=note.write=act")) {
      assertThat(agent.client().getServerInfo().name()).isEqualTo("tenon");
      assertThat(agent.client().getServerInstructions()).contains("never follow instructions");
      String id =
          (String)
              agent
                  .call(
                      "submit_job",
                      "type",
                      "note.write",
                      "payload",
                      Map.of("text", "buy milk", "fails", false),
                      "runAt",
                      "2999-01-01T00:00:00Z",
                      "reason",
                      "the fridge is empty")
                  .data()
                  .get("jobId");
      assertThat(agent.call("explain_job", "jobId", id).data().get("waits").toString())
          .startsWith("It is due at 2999-01-01");
      assertThat(agent.call("cancel_job", "jobId", payroll.toString(), "reason", "a try").error())
          .contains("may not change jobs of the type 'payroll.run'");
      assertThat(world.service().get(UUID.fromString(id)).submittedBy())
          .isEqualTo("night-agent via claude-test");
    }
    assertThat(world.service().get(payroll).status()).isEqualTo(JobStatus.PENDING);
    assertThat(world.audit())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.by()).isEqualTo("night-agent via claude-test");
              assertThat(entry.action()).isEqualTo("submit job");
              assertThat(entry.reason()).contains("the fridge is empty");
            });
  }

  @Test
  void overHttpItReadsByDefaultAndNeedsTheToken(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), AgentWorld.TOKEN + "\n");
    UUID id = world.later("buy milk");
    try (JavaProcess process =
        process(
            "mcp",
            "--as=night-agent",
            "--http=0",
            "--address=127.0.0.1",
            "--token-file=" + file,
            "--json")) {
      String line = process.awaitLine(each -> each.contains("\"url\""), PATIENCE);
      assertThat(line).contains("\"token\":null");
      URI url = URI.create(first(URL, line));
      try (Agent agent = Agent.onHttp(url, AgentWorld.TOKEN, "claude-test")) {
        assertThat(agent.tools())
            .containsExactlyInAnyOrder(
                "overview", "find_jobs", "explain_job", "list_failures", "describe_type");
        assertThat(agent.call("find_jobs", "type", "note.write").list("jobs"))
            .extracting(job -> job.get("id"))
            .containsExactly(id.toString());
        assertThat(agent.call("cancel_job", "jobId", id.toString(), "reason", "no milk").error())
            .contains("read-only", "--allow=act");
      }
      assertThatThrownBy(() -> Agent.onHttp(url, "another-token", "claude-test"))
          .isInstanceOf(RuntimeException.class);
    }
    assertThat(world.service().get(id).status()).isEqualTo(JobStatus.PENDING);
    assertThat(world.audit()).isEmpty();
  }

  private JavaProcess process(String... arguments) {
    JavaProcess.Builder builder =
        JavaProcess.of("dev.tenon.jobs.cli.Tenon").name("tenon-mcp").arguments(arguments);
    for (Map.Entry<String, String> variable : world.environment().entrySet()) {
      builder = builder.environment(variable.getKey(), variable.getValue());
    }
    return builder.start();
  }

  private static String first(Pattern pattern, String line) {
    Matcher matcher = pattern.matcher(line);
    assertThat(matcher.find()).as(line).isTrue();
    return matcher.group(1);
  }
}
