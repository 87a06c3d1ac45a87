package dev.tenon.jobs.runtime;

import dev.tenon.jobs.testservers.JavaProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Worker processes that a test starts side by side, and ends when it is over. */
final class WorkerFleet implements AutoCloseable {

  static final Duration HEARTBEAT = Duration.ofMillis(500);

  /** All of them may have to start more than once, on a machine that does other things, too. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Fixture fixture;
  private final List<JavaProcess> processes = new ArrayList<>();

  WorkerFleet(Fixture fixture) {
    this.fixture = fixture;
  }

  /** Starts processes, each with so many slots, and waits until all of them work. */
  List<JavaProcess> start(int count, int concurrency) {
    List<JavaProcess> launched = Stream.generate(() -> launch(concurrency)).limit(count).toList();
    launched.forEach(process -> process.awaitLine("working"::equals, PATIENCE));
    return launched;
  }

  private JavaProcess launch(int concurrency) {
    JavaProcess process =
        WorkerProcess.start(fixture.database(), fixture.amqpUri(), concurrency, HEARTBEAT);
    processes.add(process);
    return process;
  }

  @Override
  public void close() {
    processes.forEach(JavaProcess::close);
  }
}
