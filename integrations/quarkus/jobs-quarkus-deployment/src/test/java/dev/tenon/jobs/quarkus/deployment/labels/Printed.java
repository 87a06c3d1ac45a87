package dev.tenon.jobs.quarkus.deployment.labels;

import dev.tenon.jobs.SubmitOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Prints labels for callers by HTTP. */
@Singleton
class Printed {

  private final LabelJobs jobs;

  Printed(LabelJobs jobs) {
    this.jobs = jobs;
  }

  void routes(@Observes Router router) {
    router.get("/print/:text").blockingHandler(this::print, false);
    router.get("/submit/:text").blockingHandler(this::submit, false);
  }

  private void print(RoutingContext routing) {
    try {
      routing
          .response()
          .end(
              jobs.labelPrint()
                  .submitAndAwait(
                      new LabelPrint(routing.pathParam("text")),
                      SubmitOptions.by("test"),
                      Duration.ofMinutes(1)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      routing.fail(e);
    }
  }

  private void submit(RoutingContext routing) {
    String text = routing.pathParam("text");
    routing
        .response()
        .end(
            jobs.labelPrint()
                .submit(new LabelPrint(text), SubmitOptions.by("test"))
                .jobId()
                .toString());
  }
}
