package dev.tenon.jobs.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The choice of the shared servers, in JVMs with different settings. */
@Tag("thorough")
@Tag("servers")
class SharedServersTest {

  private static final Duration LONG = Duration.ofMinutes(5);

  @Test
  void aConfiguredServerThatDoesNotAnswerIsNamed() {
    String nobody = "127.0.0.1:" + Ports.free();
    try (JavaProcess process =
        JavaProcess.of(UseServers.class)
            .arguments("postgres")
            .environment(Settings.PG_URL, "jdbc:postgresql://" + nobody + "/postgres")
            .start()) {
      assertThat(process.awaitExit(LONG)).isEqualTo(1);
      assertThat(String.join("\n", process.lines()))
          .contains("TENON_TEST_PG_URL", nobody, "refused");
    }
    try (JavaProcess process =
        JavaProcess.of(UseServers.class)
            .arguments("rabbit")
            .environment(Settings.AMQP_URI, "amqp://guest:guest@" + nobody + "/")
            .start()) {
      assertThat(process.awaitExit(LONG)).isEqualTo(1);
      assertThat(String.join("\n", process.lines()))
          .contains("TENON_TEST_AMQP_URI", "TENON_TEST_RABBITMQCTL");
    }
  }

  @Test
  void configuredServersAreUsed() {
    try (PostgresServer postgres = PostgresServer.builder().durable(false).launch();
        RabbitServer rabbit = RabbitServer.launch();
        JavaProcess process =
            JavaProcess.of(UseServers.class)
                .arguments("postgres", "rabbit")
                .environment(Settings.PG_URL, postgres.url())
                .environment(Settings.AMQP_URI, rabbit.uri() + "/%2f")
                .environment(Settings.RABBITMQCTL, String.join(" ", rabbit.control().command()))
                .environment("HOME", rabbit.control().environment().get("HOME"))
                .start()) {
      assertThat(process.awaitExit(LONG)).isZero();
      assertThat(process.lines())
          .anyMatch(line -> line.startsWith("using jdbc:postgresql://127.0.0.1:" + postgres.port()))
          .anyMatch(line -> line.startsWith("using " + rabbit.uri() + "/tenon-"));
      List<String> left = rabbit.rabbitmqctl("list_vhosts", "--no-table-headers");
      assertThat(left).containsExactly("/");
    }
  }

  @Test
  void whatAJvmStartedDiesWithIt() {
    try (JavaProcess process =
        JavaProcess.of(UseServers.class).arguments("private", "wait").start()) {
      long postgres = pid(process, "postgres");
      long rabbit = pid(process, "rabbit");
      long frozenChild = pid(process, "frozen");
      assertThat(List.of(postgres, rabbit, frozenChild)).allMatch(SharedServersTest::runs);
      Path folder = Path.of(value(process, "folder "));
      assertThat(folder).isNotEmptyDirectory();
      // Kills only the JVM: kill() would also kill its children.
      Signal.KILL.sendTo(ProcessHandle.of(process.pid()).orElseThrow());
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  List.of(postgres, rabbit, frozenChild).stream()
                      .noneMatch(SharedServersTest::runs));
      await().atMost(Duration.ofSeconds(20)).until(() -> Files.notExists(folder));
    }
  }

  private static long pid(JavaProcess process, String name) {
    return Long.parseLong(value(process, name + " pid "));
  }

  private static String value(JavaProcess process, String name) {
    return process.awaitLine(text -> text.startsWith(name), LONG).substring(name.length());
  }

  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).map(ProcessTree::isRunning).orElse(false);
  }
}
