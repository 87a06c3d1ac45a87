package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.operate.BulkChange;
import dev.tenon.jobs.internal.operate.BulkRun;
import dev.tenon.jobs.internal.operate.BulkStore;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.signal.Notifications;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.store.ControlStore;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.libraries.uuid.Generators;
import dev.tenon.jobs.libraries.uuid.NoArgGenerator;
import dev.tenon.jobs.operate.BulkOptions;
import dev.tenon.jobs.operate.JobBulkOperations;
import dev.tenon.jobs.operate.JobOperation;
import dev.tenon.jobs.operate.OperationQuery;
import dev.tenon.jobs.operate.UnexpectedJobCountException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bulk operations of a runtime. */
final class DefaultBulkOperations implements JobBulkOperations {

  private static final Logger LOG = LoggerFactory.getLogger(DefaultBulkOperations.class);
  private static final NoArgGenerator IDS = Generators.timeBasedEpochGenerator();

  private final BulkStore store;
  private final Notifications notifications;

  DefaultBulkOperations(BulkStore store, Notifications notifications) {
    this.store = store;
    this.notifications = notifications;
  }

  @Override
  public JobOperation cancel(JobQuery query, BulkOptions options, Actor actor) {
    return run(new BulkChange.Cancel(), query, options, actor);
  }

  @Override
  public JobOperation retry(JobQuery query, BulkOptions options, Actor actor) {
    return run(new BulkChange.Retry(), query, options, actor);
  }

  @Override
  public JobOperation delete(JobQuery query, BulkOptions options, Actor actor) {
    return run(new BulkChange.Delete(), query, options, actor);
  }

  @Override
  public JobOperation reprioritize(
      JobQuery query, JobPriority priority, BulkOptions options, Actor actor) {
    return run(
        new BulkChange.Reprioritize(Objects.requireNonNull(priority, "priority")),
        query,
        options,
        actor);
  }

  @Override
  public JobOperation reschedule(JobQuery query, Instant runAt, BulkOptions options, Actor actor) {
    Instant due = SubmittedValues.runAt(Objects.requireNonNull(runAt, "runAt"));
    return run(new BulkChange.Reschedule(Objects.requireNonNull(due)), query, options, actor);
  }

  @Override
  public JobOperation move(JobQuery query, String routingKey, BulkOptions options, Actor actor) {
    return run(new BulkChange.Move(SubmittedValues.routingKey(routingKey)), query, options, actor);
  }

  private JobOperation run(BulkChange change, JobQuery query, BulkOptions options, Actor actor) {
    check(query, options, actor);
    BulkRun run =
        storing(
            "The bulk operation was not started",
            () -> {
              BulkStore.Matching matching = store.matching(query);
              requireExpected(matching, options);
              return store.begin(IDS.generate(), change, matching, actor);
            });
    try {
      return goThrough(run);
    } catch (StoreException e) {
      recordEarlyEnd(run, e);
      throw StoreFailures.of(
          "Bulk operation "
              + run.operationId()
              + " has ended early; its record says what it has changed. Start it again to continue",
          null,
          e);
    } catch (RuntimeException e) {
      recordEarlyEnd(run, e);
      throw e;
    }
  }

  private JobOperation goThrough(BulkRun run) {
    requireNotInterrupted(run);
    for (Optional<BulkRun.Step> step = run.next(); step.isPresent(); step = run.next()) {
      tell(step.get());
      requireNotInterrupted(run);
    }
    JobOperation ended = store.end(run.operationId(), run.locked(), null);
    LOG.info(
        "{} has changed {} of {} jobs, and asked {} running ones to stop, with bulk operation {} ({}): {}.",
        LogText.escape(ended.by()),
        ended.counts().changed(),
        ended.counts().matched(),
        ended.counts().askedToStop(),
        ended.id(),
        ended.kind().code(),
        LogText.escape(ended.reason()));
    if (ended.counts().locked() > 0) {
      LOG.warn(
          "{} jobs were not changed by bulk operation {}, because other transactions have locked their rows or those of their workflows. Look for a long-running transaction, and start the operation"
              + " again.",
          ended.counts().locked(),
          ended.id());
    }
    return ended;
  }

  private static void requireNotInterrupted(BulkRun run) {
    if (Thread.currentThread().isInterrupted()) {
      throw new JobsException(
          "Bulk operation %s has ended early, because its thread was interrupted; its record says what it has changed. Start it again to continue."
              .formatted(run.operationId()),
          null,
          null,
          null);
    }
  }

  private void tell(BulkRun.Step step) {
    step.askedToStop().forEach(notifications::cancelRequested);
    List<JobPointer> pointers =
        step.retried().stream()
            .filter(ControlStore.Retried::isPublished)
            .map(ControlStore.Retried::pointer)
            .toList();
    boolean othersMayWait = step.mayBeClaimable() || pointers.size() < step.retried().size();
    if (othersMayWait || !pointers.isEmpty()) {
      notifications.committed(pointers, othersMayWait);
    }
    if (!step.retried().isEmpty()) {
      notifications.canPrepare();
    }
  }

  private void recordEarlyEnd(BulkRun run, RuntimeException failure) {
    try {
      JobOperation unused =
          store.end(run.operationId(), run.locked(), LoggableFailure.describe(failure));
    } catch (StoreException e) {
      LOG.warn(
          "The record of bulk operation {} does not say that it has ended, because writing that failed with {}. Its counts are correct.",
          run.operationId(),
          LoggableFailure.describe(e));
      failure.addSuppressed(e);
    }
  }

  private static void requireExpected(BulkStore.Matching matching, BulkOptions options) {
    if (options.expectedCount().isPresent()) {
      long expected = options.expectedCount().getAsLong();
      if (matching.count() - expected > expected / 10) {
        throw new UnexpectedJobCountException(
            matching.query().describe(), expected, matching.count());
      }
    }
  }

  private static void check(JobQuery query, BulkOptions options, Actor actor) {
    SubmittedValues.check(query);
    SubmittedValues.withReason("A change of many jobs", actor);
    if (query.cursor().isPresent()) {
      throw new IllegalArgumentException(
          "The query asks for the page after %s, but a bulk operation goes through all pages. Remove withCursor(…)."
              .formatted(query.cursor().get()));
    }
    if (query.asksForAll() && options.expectedCount().isEmpty()) {
      throw new IllegalArgumentException(
          "The query asks for all jobs. If you mean that, confirm it with their count: options.withExpectedCount(service.count(query)).");
    }
  }

  @Override
  public Page<JobOperation> list(OperationQuery query) {
    return storing("The bulk operations cannot be read", () -> store.list(query));
  }

  @Override
  public Optional<JobOperation> find(UUID operationId) {
    return storing("The bulk operation cannot be read", () -> store.find(operationId));
  }

  private static <T> T storing(String whatFails, Supplier<T> action) {
    try {
      return action.get();
    } catch (StoreException e) {
      throw StoreFailures.of(whatFails, null, e);
    }
  }
}
