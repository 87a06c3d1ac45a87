package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.cli.mcp.NoteWrite;
import dev.tenon.jobs.operate.WorkerQuery;
import dev.tenon.jobs.options.WorkerOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Workers that are drained from the command line. */
class DrainCommandTest {

  private Installation installation;

  @BeforeEach
  void start() {
    installation = new Installation(Duration.ofMillis(200));
  }

  @AfterEach
  void stop() {
    installation.close();
  }

  private Command tenon(String... arguments) {
    return Command.run(installation.environment(), arguments);
  }

  private JobWorker work(String version) {
    return installation.runtime.startWorker(
        new MailJobsHandlers(new MailSend.Handler(), new NoteWrite.Handler()),
        WorkerOptions.defaults().withApplicationVersion(version));
  }

  private boolean isQuieted(JobWorker worker) {
    return installation.runtime.monitor().workers(WorkerQuery.all()).stream()
        .filter(each -> each.id().equals(worker.id()))
        .anyMatch(each -> each.quietedAt().isPresent());
  }

  @Test
  void theWorkersOfAVersionAreDrained() {
    JobWorker one = work("1.4.0");
    JobWorker two = work("1.4.0");
    JobWorker other = work("1.5.0");

    String out =
        tenon("workers", "drain", "1.4.0", "--reason=version 1.5.0", "--timeout=2m")
            .succeeds()
            .out();

    assertThat(out)
        .contains(one.id(), two.id(), "claim no more jobs from the next heartbeat on.")
        .endsWith("Done: they run nothing, and their processes can be stopped.\n");
    assertThat(isQuieted(one)).isTrue();
    assertThat(isQuieted(two)).isTrue();
    assertThat(isQuieted(other)).isFalse();
    assertThat(
            tenon("workers", "drain", other.id(), "--reason=why", "--no-wait", "--json")
                .succeeds()
                .out())
        .isEqualTo(
            "{\"workers\":[\"%s\"],\"outcome\":\"quieted\",\"running\":[]}\n"
                .formatted(other.id()));
    assertThat(isQuieted(other)).isTrue();
  }

  @Test
  void wrongArgumentsAreRefused() {
    assertThat(tenon("workers", "drain", "1.4.0", "--reason=why").exitsWith(1).err())
        .contains(
            "There is no worker '1.4.0', and no live worker of an application with that version.");
    assertThat(tenon("workers", "drain", "1.4.0").exitsWith(2).err()).contains("--reason");
    assertThat(
            tenon("workers", "drain", "1.4.0", "--reason=why", "--timeout=soon").exitsWith(2).err())
        .contains("--timeout is 'soon'; it must be a duration such as 90s, 30m, 2h or 7d.");
  }
}
