package com.example.app;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.util.UUID;

/** Runs one job on a PostgreSQL that it starts. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
        JobsRuntime runtime =
            JobsRuntime.builder()
                // Yours: "jdbc:postgresql://localhost:5432/app", user, password
                .database(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "")
                .start()) {
      // In a larger application, workers are separate processes
      runtime.startWorker(new AppJobsHandlers(new GreetingWriteHandler()));

      AppJobs jobs = new AppJobs(runtime.jobs());
      UUID id =
          jobs.greetingWrite()
              .submit(new GreetingWrite("world"), SubmitOptions.by("main"))
              .jobId();
      while (!runtime.jobs().get(id).status().isTerminal()) {
        Thread.sleep(100);
      }
      System.out.println("The job is " + runtime.jobs().get(id).status().code() + ".");
      System.out.println(jobs.greetingWrite().find(id).orElseThrow().result().orElseThrow());
    }
  }
}
