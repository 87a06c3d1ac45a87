package dev.tenon.jobs.internal.worker;

import static dev.tenon.schedules.Threads.check;

import dev.tenon.jobs.BatchJob;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.definition.BatchRule;
import dev.tenon.jobs.internal.recording.SlotTurn;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.OutcomeStore;
import dev.tenon.schedules.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Two threads claim jobs of a type with batches, which are gathered until there are two, or until
 * the time of the first one has passed: at any moment. One of the jobs is cancelled, and the worker
 * is closed while jobs are gathered. The handler says early how one job ends, and that outcome waits
 * for the others of its batch, or for a time.
 */
final class BatchesSchedule {

  private static final int SLOTS = 1;
  private static final int MAX_JOBS = 2;
  private static final int JOBS = 5;
  private static final int CANCELLED = 2;

  /** The timers of gathering and of outcomes end in the schedule; those of handlers do not. */
  private static final Duration MAX_TIMER = Duration.ofSeconds(1);

  private final TableInSchedule table = new TableInSchedule(WorkerInSchedule.LONG);
  private final WorkerInSchedule worker =
      new WorkerInSchedule(
          SLOTS,
          new JobBinding<>(
              WorkerInSchedule.DEFINITION,
              this::handle,
              BatchRule.of(MAX_JOBS, Duration.ofMillis(1))),
          this::startTimer,
          table,
          new OutcomeStore(table::record));
  private final Threads timers = new Threads();
  private final CountDownLatch someAreClaimed = new CountDownLatch(2);
  private boolean isClosing;
  private int handlers;

  void run() throws InterruptedException {
    for (int i = 1; i <= JOBS; i++) {
      table.insert(i, null);
    }
    worker.recorders.start();
    Threads claiming = new Threads();
    claiming.start(this::claim);
    claiming.start(this::claim);
    Threads others = new Threads();
    others.start(() -> worker.attempts.cancel(TableInSchedule.id(CANCELLED)));
    someAreClaimed.await();
    worker.stop(
        () -> {
          isClosing = true;
          claiming.join();
        });
    timers.join();
    others.join();
    check(worker.slots.used() == 0, "no batch starts when the worker has stopped");
  }

  private void claim() {
    while (!isClosing && table.hasWaiting()) {
      for (ClaimedJob job : table.claim(1)) {
        Threads.pause();
        worker.starter.start(job, SlotTurn.begins());
        someAreClaimed.countDown();
      }
    }
  }

  private void startTimer(Duration delay, Runnable work) {
    if (delay.compareTo(MAX_TIMER) <= 0) {
      timers.start(work::run);
    }
  }

  private void handle(List<BatchJob<String, Void>> jobs) {
    handlers++;
    check(handlers <= SLOTS, "no more batches run than there are slots");
    check(jobs.size() <= MAX_JOBS, "no batch has more jobs than its type allows");
    jobs.forEach(job -> table.called(job.context().jobId()));
    jobs.get(0).complete(null);
    Threads.pause();
    handlers--;
  }
}
