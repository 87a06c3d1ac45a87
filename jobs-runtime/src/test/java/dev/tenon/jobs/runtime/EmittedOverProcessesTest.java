package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.EmittedValue;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Part;
import dev.tenon.jobs.testservers.JavaProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever follows a job sees what it emits, although a process is killed in the middle of it. */
@Tag("servers")
@Tag("thorough")
class EmittedOverProcessesTest {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int JOBS = 8;
  private static final int VALUES = 300;

  private Fixture fixture;
  private JobService jobs;
  private WorkerFleet fleet;

  @BeforeEach
  void start() {
    fixture = Fixture.withRabbit();
    jobs = fixture.start(fixture.builder().heartbeatInterval(WorkerFleet.HEARTBEAT)).jobs();
    fleet = new WorkerFleet(fixture);
  }

  @AfterEach
  void stop() {
    fleet.close();
    fixture.close();
  }

  @Test
  void theRunThatCompletesIsSeenOnceAndInOrder() {
    List<JavaProcess> processes = fleet.start(2, JOBS);
    Map<UUID, Collector<EmittedValue<Part>>> followers = new LinkedHashMap<>();
    for (int i = 0; i < JOBS; i++) {
      UUID id =
          jobs.submit(TestJobs.EMITTING, new Order("job " + i, VALUES), SubmitOptions.by("t"))
              .jobId();
      followers.put(
          id, Collector.of(jobs.emitted(TestJobs.EMITTING, TestJobs.PARTS, id), i % 2 + 1));
    }
    JavaProcess killed = awaitEmitting(processes, followers);
    killed.kill();

    Map<UUID, List<EmittedValue<Part>>> resumed = new LinkedHashMap<>();
    followers.forEach(
        (id, follower) -> {
          await("the end of " + id).atMost(PATIENCE).until(follower::hasEnded);
          assertThat(follower.failure()).isNull();
          resumed.put(id, follower.items());
        });
    long again = 0;
    for (List<EmittedValue<Part>> seen : resumed.values()) {
      Map<Long, List<Integer>> runs = new TreeMap<>();
      long last = 0;
      for (EmittedValue<Part> value : seen) {
        assertThat(value.run()).isGreaterThanOrEqualTo(last);
        last = value.run();
        runs.computeIfAbsent(last, any -> new ArrayList<>()).add(value.value().number());
      }
      List<List<Integer>> all = List.copyOf(runs.values());
      // Those of a run that was lost are its first ones, without a gap
      all.forEach(run -> assertThat(run).isEqualTo(numbers(run.size())));
      assertThat(all.get(all.size() - 1)).isEqualTo(numbers(VALUES));
      again += all.size() - 1;
    }
    assertThat(again).as("runs that were lost after they had emitted something").isPositive();
    resumed.forEach(this::assertContinues);
  }

  /** Another one who continues in the middle sees exactly the rest. */
  private void assertContinues(UUID id, List<EmittedValue<Part>> seen) {
    int middle = seen.size() / 2;
    Collector<EmittedValue<Part>> rest =
        Collector.of(jobs.emitted(TestJobs.EMITTING, TestJobs.PARTS, id, seen.get(middle).id()));
    await("the rest of " + id).atMost(PATIENCE).until(rest::hasEnded);
    assertThat(rest.items()).isEqualTo(seen.subList(middle + 1, seen.size()));
  }

  /** The process that has emitted a value of a job that has not emitted all. */
  private static JavaProcess awaitEmitting(
      List<JavaProcess> processes, Map<UUID, Collector<EmittedValue<Part>>> followers) {
    List<JavaProcess> found = new ArrayList<>();
    await("a process that emits")
        .atMost(PATIENCE)
        .until(
            () -> {
              for (JavaProcess process : processes) {
                boolean emits =
                    followers.values().stream()
                        .map(Collector::items)
                        .anyMatch(
                            seen ->
                                !seen.isEmpty()
                                    && seen.size() < VALUES / 2
                                    && seen.get(0)
                                        .value()
                                        .secret()
                                        .equals("process " + process.pid()));
                if (emits) {
                  found.add(process);
                  return true;
                }
              }
              return false;
            });
    return found.get(0);
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }
}
