package dev.tenon.jobs.runtime;

import dev.tenon.jobs.testservers.JavaProcess;
import dev.tenon.jobs.testservers.TestServerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Worker processes that a test starts side by side, and ends when it is over. */
final class WorkerFleet implements AutoCloseable {

  static final Duration HEARTBEAT = Duration.ofMillis(500);

  private static final int START_ATTEMPTS = 3;

  private final Fixture fixture;
  private final List<JavaProcess> processes = new ArrayList<>();

  WorkerFleet(Fixture fixture) {
    this.fixture = fixture;
  }

  /** Starts processes, each with so many slots, and waits until all of them work. */
  List<JavaProcess> start(int count, int concurrency) {
    List<JavaProcess> launched =
        Stream.generate(() -> launch(concurrency))
            .limit(count)
            .collect(Collectors.toCollection(ArrayList::new));
    launched.replaceAll(process -> awaitWorking(process, concurrency));
    return List.copyOf(launched);
  }

  private JavaProcess launch(int concurrency) {
    JavaProcess process =
        WorkerProcess.start(fixture.database(), fixture.amqpUri(), concurrency, HEARTBEAT);
    processes.add(process);
    return process;
  }

  /** On a machine that is busy a JVM may not get to its first connection in time. */
  private JavaProcess awaitWorking(JavaProcess first, int concurrency) {
    JavaProcess process = first;
    for (int attempt = 1; ; attempt++) {
      try {
        String unused = process.awaitLine("working"::equals, Fixture.PATIENCE);
        return process;
      } catch (TestServerException e) {
        process.close();
        if (attempt == START_ATTEMPTS) {
          throw e;
        }
        process = launch(concurrency);
      }
    }
  }

  @Override
  public void close() {
    processes.forEach(JavaProcess::close);
  }
}
