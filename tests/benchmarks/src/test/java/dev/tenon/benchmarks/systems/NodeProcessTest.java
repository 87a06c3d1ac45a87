package dev.tenon.benchmarks.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code measured.js} with a library in memory, where there is a Node.js. */
class NodeProcessTest {

  private static final Path FOLDER = Path.of(System.getProperty("basedir", "."), "node");
  private static final String LIBRARY = "../src/test/node/library-in-memory";

  private NodeProcess process;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(isThere("node"), "There is no Node.js");
    process = NodeProcess.start(FOLDER, LIBRARY, "postgres://nobody@nowhere/nothing", 20);
  }

  @AfterEach
  void close() throws Exception {
    if (process != null) {
      process.close();
      assertThat(ProcessHandle.of(process.pid()).filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  @Test
  void eachJobIsCountedOnce() throws Exception {
    AtomicInteger counted = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(1);
    process.onStarted(
        count -> {
          if (counted.addAndGet(count) >= 2_040) {
            all.countDown();
          }
        });

    process.ask("bulk 0 2000");
    process.ask("single 2000 35 8");
    process.ask("work");
    process.ask("rest");
    process.ask("bulk 2035 5");
    process.ask("work");

    assertThat(all.await(30, TimeUnit.SECONDS)).as("counted %s", counted).isTrue();
    process.ask("rest");
    assertThat(counted).hasValue(2_040);
  }

  @Test
  void aFailedCommandSaysWhyAndTheNextOneIsCarriedOut() throws Exception {
    assertThatThrownBy(() -> process.ask("bulk 0 13"))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("bulk 0 13", "thirteen jobs are refused");

    process.ask("bulk 0 12");
  }

  @Test
  void whoeverWaitsIsNotifiedOfTheEndOfTheProcess() throws Exception {
    ProcessHandle handle = ProcessHandle.of(process.pid()).orElseThrow();
    assertThat(handle.destroyForcibly()).isTrue();
    var unused = handle.onExit().get(10, TimeUnit.SECONDS);

    assertThatThrownBy(() -> process.ask("work")).isInstanceOf(IOException.class);
  }

  private static boolean isThere(String program) {
    try {
      return new ProcessBuilder(program, "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
