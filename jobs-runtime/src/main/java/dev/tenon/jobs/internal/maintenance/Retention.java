package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.operate.AuditStore;
import dev.tenon.jobs.internal.operate.RetentionStore;
import dev.tenon.jobs.internal.operate.RetentionStore.Batch;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes ended jobs whose retention has ended and old entries of the audit, and clears unique keys
 * whose period has ended.
 */
final class Retention implements MaintenanceTask {

  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final int BATCH = 1_000;

  /**
   * The time limit of one run; the rest waits for the next run, so that other tasks get their turn.
   */
  private static final Duration MAX_RUN = Duration.ofSeconds(1);

  /**
   * The interval for entries of the audit: they are kept for a long time, and a few more hours do
   * not matter.
   */
  private static final Duration AUDIT_INTERVAL = Duration.ofHours(1);

  private final RetentionStore store;
  private final AuditStore audit;
  private final BatchSize jobs = new BatchSize("jobs to delete", BATCH);
  private final BatchSize ofWorkflows = new BatchSize("jobs of workflows to delete", BATCH);
  private final BatchSize keys = new BatchSize("unique keys to clear", BATCH);

  private final BatchSize entries = new BatchSize("entries of the audit to delete", BATCH);
  private boolean hasPrunedAudit;
  private long prunedAuditNanos;

  Retention(RetentionStore store, AuditStore audit) {
    this.store = store;
    this.audit = audit;
  }

  @Override
  public String name() {
    return "retention";
  }

  @Override
  public Duration interval() {
    return Duration.ofSeconds(10);
  }

  @Override
  public Round run(Leadership leadership) {
    boolean moreEntries = pruneAuditIfDue(leadership);
    if (!store.isAnythingExpired()) {
      return Round.of(moreEntries);
    }
    Batch deleted = inBatches(jobs, limit -> store.prune(leadership, limit));
    if (deleted.count() > 0) {
      LOG.debug("{} jobs were deleted because their retention has ended.", deleted.count());
    }
    Batch workflows = inBatches(ofWorkflows, limit -> store.pruneWorkflows(leadership, limit));
    if (workflows.count() > 0) {
      LOG.debug("{} workflows and jobs of workflows were deleted.", workflows.count());
    }
    Batch cleared = inBatches(keys, limit -> store.clearKeys(leadership, limit));
    if (cleared.count() > 0) {
      LOG.debug("The unique period of {} jobs has ended.", cleared.count());
    }
    return Round.of(
        deleted.moreIsLeft() || workflows.moreIsLeft() || cleared.moreIsLeft() || moreEntries);
  }

  /** Returns whether there is more to do. */
  private boolean pruneAuditIfDue(Leadership leadership) {
    long now = System.nanoTime();
    if (hasPrunedAudit && now - prunedAuditNanos < AUDIT_INTERVAL.toNanos()) {
      return false;
    }
    Batch deleted =
        inBatches(
            entries,
            limit -> {
              int count = audit.prune(leadership, limit);
              return new Batch(count, count == limit);
            });
    hasPrunedAudit = !deleted.moreIsLeft();
    prunedAuditNanos = now;
    if (deleted.count() > 0) {
      LOG.debug("{} entries of the audit were deleted because they are too old.", deleted.count());
    }
    return deleted.moreIsLeft();
  }

  private static Batch inBatches(
      BatchSize size, BatchSize.Statement<Batch, RuntimeException> statement) {
    long end = System.nanoTime() + MAX_RUN.toNanos();
    int count = 0;
    boolean moreIsLeft;
    do {
      Optional<Batch> batch = size.run(statement);
      count += batch.map(Batch::count).orElse(0);
      moreIsLeft = batch.map(Batch::moreIsLeft).orElse(true);
    } while (moreIsLeft && System.nanoTime() < end);
    return new Batch(count, moreIsLeft);
  }
}
