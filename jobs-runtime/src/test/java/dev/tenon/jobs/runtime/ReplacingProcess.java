package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.testservers.JavaProcess;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A process that submits unique jobs of all policies for duplicates, on many threads, each job in a
 * transaction that also notes it in a table of the test: since the job's row is locked by then, the
 * notes about a job are in the order of the commits.
 */
public final class ReplacingProcess {

  /** The types, one a policy. */
  static final List<JobDefinition<Order, Receipt>> TYPES =
      List.of(TestJobs.ONCE, TestJobs.REPLACED, TestJobs.MOVED);

  /** How many names the jobs of each type have. */
  static final int NAMES = 10;

  /** What it prints when it has submitted everything. */
  static final String DONE = "done";

  /** The table, with a row for each submit. */
  static final String TABLE =
      "CREATE TABLE submits (n bigserial, pid bigint, type text, name text, quantity integer, job_id uuid, created boolean)";

  private static final Instant FIRST_TIME = Instant.parse("2100-01-01T00:00:00Z");
  private static final int THREADS = 5;

  private ReplacingProcess() {}

  static JavaProcess start(PostgresDatabase database, int submitsPerThread) {
    return JavaProcess.of(ReplacingProcess.class)
        .jvmArguments("-XX:TieredStopAtLevel=1")
        .arguments(database.url(), database.user(), Integer.toString(submitsPerThread))
        .start();
  }

  /** When a job with this quantity is due. */
  static Instant time(int quantity) {
    return FIRST_TIME.plus(Duration.ofMinutes(quantity));
  }

  /** Submits any jobs, so many on each thread. */
  public static void main(String[] arguments) throws InterruptedException {
    try (JobsRuntime runtime =
        PatientStart.of(
            JobsRuntime.builder().database(arguments[0], arguments[1], "").maintenance(false))) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Random random = new Random(ProcessHandle.current().pid() * THREADS + i);
        Thread thread =
            new Thread(() -> submit(runtime.jobs(), arguments, random), "submitter-" + i);
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
      System.out.println(DONE);
    }
  }

  private static void submit(JobService jobs, String[] arguments, Random random) {
    try (Connection connection = DriverManager.getConnection(arguments[0], arguments[1], "");
        PreparedStatement note =
            connection.prepareStatement(
                "INSERT INTO submits (pid, type, name, quantity, job_id, created) VALUES (?, ?, ?, ?, ?, ?)")) {
      connection.setAutoCommit(false);
      for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
        JobDefinition<Order, Receipt> type = TYPES.get(random.nextInt(TYPES.size()));
        Order order = new Order("name " + random.nextInt(NAMES), 1 + random.nextInt(1_000_000));
        Submitted submitted =
            jobs.in(connection)
                .submit(type, order, SubmitOptions.by("tester").withRunAt(time(order.quantity())));
        note.setLong(1, ProcessHandle.current().pid());
        note.setString(2, type.type());
        note.setString(3, order.name());
        note.setInt(4, order.quantity());
        note.setObject(5, submitted.jobId());
        note.setBoolean(6, submitted.isNew());
        int unused = note.executeUpdate();
        // Some of what was submitted never was
        if (random.nextInt(4) == 0) {
          connection.rollback();
        } else {
          connection.commit();
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
