package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.JobTypeState;
import java.util.UUID;

/** What the page about operating job types shows. */
final class OperatingTypes {

  private final TestJobs jobs;
  private final JobService service;

  OperatingTypes(TestJobs jobs, JobService service) {
    this.jobs = jobs;
    this.service = service;
  }

  void pause() {
    jobs.stockFeedImport().pause(Actor.of("ops", "the supplier's server is down"));
    jobs.stockFeedImport().resume(Actor.of("ops"));
    // By name
    service.types().pause("stock.feed.import", Actor.of("ops", "the supplier's server is down"));
  }

  void override() {
    jobs.stockFeedImport()
        .override(
            JobTypeOverrides.none().withPriority(JobPriority.LOW).withMaxConcurrent(2),
            Actor.of("ops", "until the supplier has a larger server"));
    // Declared, effective, what is overridden, paused or not
    JobTypeState state = jobs.stockFeedImport().state();
    System.out.println(state);
    jobs.stockFeedImport().clearOverrides(Actor.of("ops"));
  }

  void weigh() {
    jobs.stockFeedImport().setKeyWeight("acme", 3, Actor.of("ops", "they pay for it"));
  }

  void whyWaiting(UUID jobId) {
    service.whyWaiting(jobId).ifPresent(reason -> System.out.println(reason.describe()));
  }
}
