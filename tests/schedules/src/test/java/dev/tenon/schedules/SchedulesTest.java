package dev.tenon.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.schedules.ScheduleRun.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * In many schedules of their threads, the parts of the runtime keep what they promise, and broken
 * variants of them do not. {@code -Dschedules.count} sets how many schedules of each part are run.
 */
@Tag("thorough")
class SchedulesTest {

  private static final int COUNT = Integer.getInteger("schedules.count", 100);
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  /** More than the rarest of the planted races needs. */
  private static final int MAX_FOR_A_VARIANT = 3_000;

  /**
   * How many schedules one process runs: an equal share for each processor, but not a few, because
   * its first seconds are slow, before the JVM has compiled anything.
   */
  private static final int OF_A_PROCESS = Math.max(10_000, (COUNT + PROCESSORS - 1) / PROCESSORS);

  private static ScheduleRun schedules;

  @BeforeAll
  static void makeTheJdk() throws IOException, InterruptedException {
    schedules = new ScheduleRun(InstrumentedJdk.create());
  }

  /** Some of the schedules of a part, which one process runs. */
  private record Share(Part part, int process) {}

  @Test
  void noScheduleBreaksWhatAPartPromises() throws Exception {
    Map<Share, Callable<Optional<Failure>>> runs = new LinkedHashMap<>();
    Map<Part, AtomicLong> nanos = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      AtomicLong spent = new AtomicLong();
      nanos.put(part, spent);
      for (int left = COUNT, i = 1; left > 0; left -= OF_A_PROCESS, i++) {
        int process = i;
        int some = Math.min(left, OF_A_PROCESS);
        runs.put(
            new Share(part, process),
            () -> {
              long begunNanos = System.nanoTime();
              Optional<Failure> failure = schedules.run(part, process, some);
              spent.addAndGet(System.nanoTime() - begunNanos);
              return failure;
            });
      }
    }
    Map<Share, Optional<Failure>> failures = inParallel(runs);
    nanos.forEach(
        (part, spent) ->
            System.out.printf(
                "%s: %,d schedules, %,.0f a second on one processor%n",
                part, COUNT, COUNT * 1e9 / spent.get()));
    failures.forEach(
        (share, failure) -> assertThat(failure.map(Failure::log)).as("%s", share).isEmpty());
  }

  @Test
  void thePagesKnowEveryPart() throws IOException {
    assertThat(Files.readAllLines(Path.of("parts.tsv")))
        .extracting(line -> line.split("\t", -1)[0])
        .containsExactly(Stream.of(Part.values()).map(Part::code).toArray(String[]::new));
  }

  @Test
  void everyBrokenVariantIsFound() throws Exception {
    Map<BrokenVariant, Callable<Optional<Failure>>> runs = new LinkedHashMap<>();
    for (BrokenVariant variant : BrokenVariant.readAll()) {
      Path classes = variant.compile();
      runs.put(variant, () -> schedules.run(variant, classes, MAX_FOR_A_VARIANT));
    }
    List<String> missed = new ArrayList<>();
    inParallel(runs)
        .forEach(
            (variant, failure) -> {
              System.out.printf(
                  "%s: %s%n",
                  variant,
                  failure.map(found -> "found in schedule " + found.number()).orElse("MISSED"));
              if (failure.isEmpty()) {
                missed.add(variant.toString());
              }
            });
    assertThat(missed).as("broken variants that no schedule has found").isEmpty();
  }

  private static <K> Map<K, Optional<Failure>> inParallel(Map<K, Callable<Optional<Failure>>> runs)
      throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(PROCESSORS);
    try {
      Map<K, Future<Optional<Failure>>> running = new LinkedHashMap<>();
      runs.forEach((key, run) -> running.put(key, threads.submit(run)));
      Map<K, Optional<Failure>> results = new LinkedHashMap<>();
      for (Map.Entry<K, Future<Optional<Failure>>> each : running.entrySet()) {
        results.put(each.getKey(), each.getValue().get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
