package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.SubmitOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many workers are needed, from the command line. */
class ScaleCommandTest {

  private Installation installation;

  @BeforeEach
  void start() {
    installation = new Installation();
  }

  @AfterEach
  void stop() {
    installation.close();
  }

  private Command tenon(String... arguments) {
    return Command.run(installation.environment(), arguments);
  }

  @Test
  void itSaysHowManyAndWhy() {
    assertThat(tenon("scale").succeeds().out())
        .startsWith("0 workers, for 0 slots of 10 each. 0 are live, and 0 of them are busy.\n");
    var unused =
        new MailJobs(installation.jobs())
            .mailSend()
            .submit(new MailSend("ann"), SubmitOptions.by("t").withDelay(Duration.ofMinutes(5)));

    assertThat(tenon("scale", "mail.*").succeeds().out()).startsWith("0 workers");
    assertThat(tenon("scale", "mail.*", "--start-up=10m", "--slots=2").succeeds().out())
        .isEqualTo(
            """
            1 worker, for 1 slot of 2 each. 0 are live, and 0 of them are busy.
            TYPE       DUE  SOON  MAY START  RUNNING  SLOTS
            mail.send  0    1     1          0        0.0
            mail.send: 0 jobs are due, and 1 more within 10 min; none has ended in the last day, so 1 s each counts.
            """);
    assertThat(tenon("scale", "mail.send:1", "--start-up=10m", "--json").succeeds().out())
        .startsWith("{\"workers\":1,\"slots\":1,\"slotsPerWorker\":10,\"busyWorkers\":0,")
        .contains("\"versions\":{\"1\":1},\"startable\":1,\"running\":0,\"duration\":null,");
  }

  @Test
  void wrongArgumentsAreRefused() {
    assertThat(tenon("scale", "mail%").exitsWith(2).err())
        .contains("'mail%' does not select types.");
    assertThat(tenon("scale", "--slots=0").exitsWith(2).err()).contains("from 1 to 10000");
  }
}
