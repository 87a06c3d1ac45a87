package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.operate.BulkOptions;
import dev.tenon.jobs.operate.JobOperation;
import dev.tenon.jobs.operate.OperationQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What the page about bulk operations shows. */
final class BulkOperations {

  private final JobService service;

  BulkOperations(JobService service) {
    this.service = service;
  }

  void countFirst() {
    JobQuery query =
        JobQuery.all()
            .withType("stock.feed.import")
            .withStatus(JobStatus.FAILED)
            .withSubmittedAfter(Instant.now().minus(Duration.ofHours(6)));
    long count = service.count(query);
    JobOperation operation =
        service
            .bulk()
            .retry(
                query,
                BulkOptions.defaults().withExpectedCount(count),
                Actor.of("ada", "the supplier's server is back"));
    System.out.println(operation.counts());
  }

  void similar(UUID failed) {
    List<JobAttempt> attempts = service.attempts(failed);
    String fingerprint = attempts.get(attempts.size() - 1).fingerprint().orElseThrow();
    JobQuery similar = JobQuery.all().withStatus(JobStatus.FAILED).withFingerprint(fingerprint);
    service.bulk().retry(similar, Actor.of("ada", "the template is fixed"));
  }

  void waiting(JobQuery query) {
    service.bulk().reprioritize(query, JobPriority.LOW, Actor.of("ada", "orders come first"));
    service
        .bulk()
        .reschedule(query, Instant.parse("2026-12-24T22:00:00Z"), Actor.of("ada", "at night"));
    service.bulk().move(query, "jobs.stock.feed", Actor.of("ada", "its routing key was changed"));
  }

  void records() {
    for (JobOperation each : service.bulk().list(OperationQuery.all().withLimit(20))) {
      System.out.println(
          "%s  %s %s: %s, by %s (%s)"
              .formatted(
                  each.beganAt(),
                  each.kind().code(),
                  each.query(),
                  each.counts(),
                  each.by(),
                  each.reason()));
    }
  }
}
