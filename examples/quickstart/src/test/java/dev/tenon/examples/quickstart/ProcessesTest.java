package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.testservers.JavaProcess;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The worker and the submitter as two processes, as the quickstart page starts them. */
class ProcessesTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int EXIT_CODE_AFTER_SIGTERM = 143;

  @Test
  void oneSubmitsAndTheOtherWorks() {
    try (PostgresDatabase database = PostgresDatabase.shared();
        RabbitVirtualHost rabbitMq = RabbitVirtualHost.shared();
        JavaProcess worker = start(WorkerMain.class, database, rabbitMq)) {
      worker.awaitLine(line -> line.contains("runs up to 10 jobs at a time"), PATIENCE);

      try (JavaProcess submitter = start(SubmitMain.class, database, rabbitMq)) {
        assertThat(submitter.awaitExit(PATIENCE)).isZero();
        assertThat(submitter.lines())
            .contains("completed", "Batch started", "Batch finished")
            .anyMatch(line -> line.startsWith("running "))
            .anyMatch(line -> line.startsWith("WidgetReport[made=10, value=57.40"));
      }

      worker.terminate();
      assertThat(worker.awaitExit(PATIENCE)).isEqualTo(EXIT_CODE_AFTER_SIGTERM);
      assertThat(worker.lines()).anyMatch(line -> line.endsWith("Tenon has stopped."));
    }
  }

  private static JavaProcess start(
      Class<?> main, PostgresDatabase database, RabbitVirtualHost rabbitMq) {
    return JavaProcess.of(main)
        .systemProperty("logback.configurationFile", "logback.xml")
        .environment("TENON_DB_URL", database.url())
        .environment("TENON_DB_USER", database.user())
        .environment("TENON_DB_PASSWORD", database.password())
        .environment("TENON_AMQP_URI", rabbitMq.uri())
        .start();
  }
}
