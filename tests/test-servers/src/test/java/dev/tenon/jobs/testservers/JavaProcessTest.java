package dev.tenon.jobs.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class JavaProcessTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void runsTheSameJavaWithTheTestsClassPath() {
    try (JavaProcess process =
        JavaProcess.of(Ticker.class)
            .arguments("end")
            .systemProperty("greeting", "hello there")
            .environment("GREETING", "from outside")
            .jvmArguments("-Xmx64m")
            .start()) {
      assertThat(process.awaitExit(LONG)).isEqualTo(3);
      assertThat(process.lines())
          .contains("java " + System.getProperty("java.version"), "property hello there")
          .contains("environment from outside", "on standard error");
      assertThat(process.log()).hasContent(String.join("\n", process.lines()));
    }
  }

  @Test
  void isFrozenAndContinues() {
    try (JavaProcess process = JavaProcess.of(Ticker.class).arguments("tick").start()) {
      process.awaitLines(3, line -> line.startsWith("tick"), LONG);
      process.freeze();
      int printed = process.lines().size();
      assertThatThrownBy(
              () ->
                  process.awaitLines(
                      printed + 200, line -> line.startsWith("tick"), Duration.ofSeconds(2)))
          .hasMessageContaining("did not print");
      int frozen = process.lines().size();
      process.thaw();
      process.awaitLines(frozen + 20, line -> true, LONG);
      process.kill();
      assertThat(process.awaitExit(LONG)).isEqualTo(137);
    }
  }

  @Test
  void runsItsShutdownHooksWhenItIsTerminatedButNotWhenItIsKilled() {
    try (JavaProcess asked = JavaProcess.of(Ticker.class).arguments("tick").start();
        JavaProcess killed = JavaProcess.of(Ticker.class).arguments("tick").start()) {
      asked.awaitLine("tick 1"::equals, LONG);
      killed.awaitLine("tick 1"::equals, LONG);
      asked.terminate();
      killed.kill();
      assertThat(asked.awaitExit(LONG)).isEqualTo(143);
      assertThat(killed.awaitExit(LONG)).isEqualTo(137);
      assertThat(asked.lines()).contains("bye");
      assertThat(killed.lines()).doesNotContain("bye");
      assertThat(killed.isAlive()).isFalse();
    }
  }

  @Test
  void forgetsAllLinesButTheLast() {
    try (JavaProcess process = JavaProcess.of(Ticker.class).arguments("tick").start()) {
      process.awaitLine("tick 150"::equals, LONG);
      process.forgetLines();
      assertThat(process.lines()).isNotEmpty().doesNotContain("tick 1");
      process.awaitLine("tick 300"::equals, LONG);
      process.kill();
      assertThat(process.awaitExit(LONG)).isEqualTo(137);
      assertThat(process.log()).content().contains("tick 1\n", "tick 300\n");
    }
  }

  @Test
  void saysThatItEndedInsteadOfWaitingOn() {
    try (JavaProcess process = JavaProcess.of("no.such.Main").start()) {
      assertThatThrownBy(() -> process.awaitLine("ready"::equals, LONG))
          .isInstanceOf(TestServerException.class)
          .hasMessageContaining("ended before")
          .hasMessageContaining("ClassNotFoundException");
    }
  }
}
