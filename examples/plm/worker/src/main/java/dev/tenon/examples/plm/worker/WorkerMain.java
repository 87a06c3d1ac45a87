package dev.tenon.examples.plm.worker;

import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.examples.plm.database.PlmServers;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import java.util.Map;

/** Runs the jobs whose handlers are written in Java. */
public final class WorkerMain {

  private static final int CONCURRENCY = 8;

  private WorkerMain() {}

  /** Works until the process is asked to end. */
  public static void main(String[] arguments) throws InterruptedException {
    Map<String, String> environment = System.getenv();
    try (HikariDataSource database = PlmServers.database(environment);
        JobsRuntime runtime = PlmServers.runtime(database, environment).start()) {
      runtime.startWorker(
          DaggerWorkerComponent.factory().create(database, environment).handlers(),
          WorkerOptions.defaults().withConcurrency(CONCURRENCY));
      runtime.awaitShutdown();
    }
  }
}
