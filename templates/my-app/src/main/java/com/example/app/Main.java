package com.example.app;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.util.UUID;

/** Runs one job, on the PostgreSQL of JOBS_DB_URL or on one that is started for it. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    String url = System.getenv("JOBS_DB_URL");
    if (url != null) {
      run(url, variable("JOBS_DB_USER", "postgres"), variable("JOBS_DB_PASSWORD", ""));
      return;
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      run(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "");
    }
  }

  private static void run(String url, String user, String password) throws InterruptedException {
    JobsRuntimeBuilder builder = JobsRuntime.builder().database(url, user, password);
    String rabbitMq = variable("JOBS_AMQP_URI", "");
    if (!rabbitMq.isEmpty()) {
      builder.rabbitMq(rabbitMq);
    }
    try (JobsRuntime runtime = builder.start()) {
      // In a larger application, workers are processes of their own
      runtime.startWorker(new AppJobsHandlers(new GreetingWriteHandler()));

      AppJobs jobs = new AppJobs(runtime.jobs());
      UUID id = jobs.greetingWrite().submit(new GreetingWrite("world"), "main");
      Job job = runtime.jobs().get(id);
      while (!job.status().isTerminal()) {
        Thread.sleep(100);
        job = runtime.jobs().get(id);
      }
      System.out.println("The job is " + job.status().code() + ".");
      jobs.greetingWrite().find(id).ifPresent(typed -> System.out.println(typed.result()));
    }
  }

  private static String variable(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null ? otherwise : value;
  }
}
