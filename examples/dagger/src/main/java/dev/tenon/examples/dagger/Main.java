package dev.tenon.examples.dagger;

import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;

/** Signs somebody up, and works until it is stopped. */
final class Main {

  private Main() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
        JobsRuntime runtime =
            JobsRuntime.builder().dataSource(postgres.getPostgresDatabase()).start()) {
      MailApplication application = DaggerMailApplication.factory().create(runtime.jobs());
      runtime.startWorker(application.handlers(), WorkerOptions.defaults());
      application.signUp().register("Ada", "ada@example.org");
      runtime.awaitShutdown();
    }
  }
}
