package dev.tenon.jobs.runtime;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.testservers.JavaProcess;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A process that submits unique jobs, on many threads, which tests start and kill. */
public final class SubmitterProcess {

  /** What it prints when it begins. */
  static final String SUBMITTING = "submitting";

  /** What it prints when it has submitted everything. */
  static final String DONE = "done";

  private static final int THREADS = 8;
  private static final int ROUNDS = 8;

  private SubmitterProcess() {}

  /**
   * Starts one.
   *
   * @param names how many different names the jobs have
   */
  static JavaProcess start(PostgresDatabase database, int names) {
    return JavaProcess.of(SubmitterProcess.class)
        .jvmArguments("-XX:TieredStopAtLevel=1")
        .arguments(database.url(), database.user(), Integer.toString(names))
        .start();
  }

  /** Submits a job of each name on each thread, in any order, again and again. */
  public static void main(String[] arguments) throws InterruptedException {
    List<Integer> names = IntStream.range(0, Integer.parseInt(arguments[2])).boxed().toList();
    try (JobsRuntime runtime =
        PatientStart.of(
            JobsRuntime.builder().database(arguments[0], arguments[1], "").maintenance(false))) {
      System.out.println(SUBMITTING);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Random random = new Random(i);
        Thread thread = new Thread(() -> submit(runtime, names, random), "submitter-" + i);
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
      System.out.println(DONE);
    }
  }

  private static void submit(JobsRuntime runtime, List<Integer> names, Random random) {
    for (int round = 0; round < ROUNDS; round++) {
      List<Integer> shuffled = new ArrayList<>(names);
      Collections.shuffle(shuffled, random);
      if (round % 2 == 0) {
        runtime
            .jobs()
            .submitAll(
                TestJobs.ONCE,
                shuffled.stream().map(SubmitterProcess::order).toList(),
                SubmitOptions.by("tester"));
      } else {
        for (int name : shuffled) {
          runtime.jobs().submit(TestJobs.ONCE, order(name), SubmitOptions.by("tester"));
        }
      }
    }
  }

  private static Order order(int name) {
    return new Order("name " + name, 1);
  }
}
