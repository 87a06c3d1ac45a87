package com.example.shop.worker;

import dev.tenon.jobs.runtime.JobsRuntime;

/** Runs the jobs of the shop. */
public final class WorkerMain {

  private WorkerMain() {}

  /** Works until the process is asked to end. */
  public static void main(String[] arguments) throws InterruptedException {
    try (JobsRuntime runtime =
        JobsRuntime.builder()
            .database(
                System.getenv().getOrDefault("DB_URL", "jdbc:postgresql://localhost:5432/postgres"),
                System.getenv().getOrDefault("DB_USER", "postgres"),
                System.getenv().getOrDefault("DB_PASSWORD", ""))
            .start()) {
      runtime.startWorker(new ShopWorkerJobsHandlers(new OrderConfirmHandler()));
      runtime.awaitShutdown();
    }
  }
}
