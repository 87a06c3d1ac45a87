package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.internal.operate.StoredOperation.StoredCounts;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobOperation;
import dev.tenon.jobs.options.WorkerOptions;
import java.sql.Connection;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A bulk operation of an operator does not starve the workers. */
@Tag("thorough")
@Tag("servers")
class BulkUnderLoadTest {

  private static final int OTHERS = 100_000;
  private static final int ROUNDS = 6;
  private static final long ALONE_NANOS = 3_000_000_000L;

  /** What workers may lose to it; on a machine that does other things too, in the best round. */
  private static final double MIN_RATIO = 0.4;

  private static final int WAITING = 2_000;
  private static final int BATCH = 500;

  private final Fixture fixture = Fixture.withRabbit();

  /** How many more jobs may wait: the handlers decide how fast jobs are submitted. */
  private final Semaphore room = new Semaphore(WAITING);

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void workersContinueWhileManyOtherJobsAreCancelled() throws Exception {
    JobService jobs = fixture.start().jobs();
    fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .with(
                    TestJobs.QUIET,
                    (order, context) -> {
                      room.release();
                      return null;
                    }),
            WorkerOptions.defaults().withConcurrency(8));
    handle(jobs, 10 * BATCH);
    double best = 0;
    for (int round = 0; round < ROUNDS && best < MIN_RATIO; round++) {
      String submitter = "round " + round;
      insertOthers(submitter);
      long end = System.nanoTime() + ALONE_NANOS;
      double alone = perSecond(jobs, () -> System.nanoTime() - end > 0);
      CompletableFuture<JobOperation> operation =
          CompletableFuture.supplyAsync(
              () ->
                  jobs.bulk()
                      .cancel(
                          JobQuery.all().withSubmittedBy(submitter), Actor.of("ops", "a test")));
      double beside = perSecond(jobs, operation::isDone);
      assertThat(operation.get().counts()).isEqualTo(new StoredCounts(OTHERS, OTHERS, 0, 0, 0));
      best = Math.max(best, beside / alone);
    }
    assertThat(best).as("jobs a second beside the operation and alone").isGreaterThan(MIN_RATIO);
  }

  private double perSecond(JobService jobs, BooleanSupplier hasEnded) throws Exception {
    long begin = System.nanoTime();
    long handled = 0;
    while (!hasEnded.getAsBoolean()) {
      handle(jobs, BATCH);
      handled += BATCH;
    }
    return handled / ((System.nanoTime() - begin) / 1e9);
  }

  /** Submits jobs as soon as there is room for them. */
  private void handle(JobService jobs, int count) throws Exception {
    for (int i = 0; i < count; i += BATCH) {
      room.acquire(BATCH);
      var unused =
          jobs
              .submitAll(
                  TestJobs.QUIET,
                  Collections.nCopies(BATCH, new Order("x", 1)),
                  SubmitOptions.by("t"))
              .stream()
              .map(Submitted::jobId)
              .toList();
    }
  }

  private void insertOthers(String submittedBy) throws Exception {
    try (Connection connection = fixture.database().connect()) {
      DSL.using(connection, SQLDialect.POSTGRES)
          .execute(
              "INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes,"
                  + " submitted_by, max_attempts, retention_seconds, run_at, publish_at)"
                  + " SELECT gen_random_uuid(), '%s', 'jobs.long', 'pending', 1, '{}', 2, '%s', 3, 86400,"
                      .formatted(TestJobs.LONG.type(), submittedBy)
                  + " now() + interval '1 hour', now() + interval '1 hour'"
                  + " FROM generate_series(1, "
                  + OTHERS
                  + ")");
    }
  }
}
