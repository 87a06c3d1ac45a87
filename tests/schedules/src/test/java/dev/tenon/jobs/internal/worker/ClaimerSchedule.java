package dev.tenon.jobs.internal.worker;

import static dev.tenon.schedules.Threads.check;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.internal.flow.LimitedClaimStore;
import dev.tenon.jobs.internal.recording.ReportQueue;
import dev.tenon.jobs.internal.recording.SlotTurn;
import dev.tenon.jobs.internal.signal.PollSchedule;
import dev.tenon.jobs.internal.signal.SharedAnswer;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.NextTasks;
import dev.tenon.jobs.internal.store.OutcomeStore;
import dev.tenon.schedules.Threads;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Claimer} claims jobs for two slots, while the recorder claims the next task of a workflow
 * for them. Meanwhile a job is submitted, another is cancelled, an operator quiets the worker, and
 * an outcome is so large that nothing starts until it is recorded. The worker is closed while a
 * claim is in progress. Handlers take no time, so whatever waits for a time has missed an event.
 */
final class ClaimerSchedule {

  private static final int SLOTS = 2;
  private static final int FIRST_TASK = 1;
  private static final int NEXT_TASK = 2;
  private static final int CANCELLED = 3;
  private static final int LARGE = 9;

  /** The jobs of this workflow report to the first queue. */
  private static final UUID WORKFLOW = new UUID(2, 2);

  /** Shorter than what the claimer waits for an event that it has missed. */
  private static final Duration PROMPT = Duration.ofMillis(80);

  private static final String LARGE_RESULT = "x".repeat(32 * 1024 * 1024);

  private final TableInSchedule table = new TableInSchedule(PROMPT);
  private final OutcomeStore outcomes = new OutcomeStore(this::record, this::claimNextTask);
  private final WorkerInSchedule worker =
      new WorkerInSchedule(
          SLOTS,
          new JobBinding<>(WorkerInSchedule.DEFINITION, this::handle),
          (delay, work) -> {},
          table,
          outcomes);
  private final PollSchedule polls =
      new PollSchedule(
          false, false, Set.of(), () -> true, worker.attempts::isAny, () -> System.nanoTime());
  private final Claimer claimer = claimer();
  private final CountDownLatch claims = new CountDownLatch(2);
  private boolean isNextTaskDue;
  private boolean isClosed;
  private int handlers;

  private Claimer claimer() {
    JobFeed feed =
        new JobFeed(
            polls,
            new SharedAnswer(),
            new ClaimStore(this::claim),
            TableInSchedule.WORKER,
            new JobFeed.Types(worker.types, List.of(worker.types)),
            new LimitedClaims(
                new LimitedClaimStore(), TableInSchedule.WORKER, worker.types, polls),
            null);
    return new Claimer(
        TableInSchedule.WORKER,
        feed,
        worker.slots,
        worker.starter,
        worker.gate,
        worker.lostClaims,
        worker.contact,
        worker.claims);
  }

  void run() throws InterruptedException {
    table.insert(FIRST_TASK, WORKFLOW);
    table.insert(CANCELLED, null);
    table.insert(4, null);
    worker.recorders.start();
    claimer.start();
    Threads others = new Threads();
    others.start(() -> submit(5, null));
    others.start(() -> worker.attempts.cancel(TableInSchedule.id(CANCELLED)));
    others.start(this::quiet);
    others.start(this::endWithALargeResult);
    claims.await();
    worker.stop(
        () -> {
          claimer.close();
          isClosed = true;
        });
    others.join();
  }

  private void submit(int number, @Nullable UUID workflow) {
    table.insert(number, workflow);
    polls.wake();
  }

  private List<ClaimedJob> claim(int limit) {
    Threads.pause();
    List<ClaimedJob> claimed = table.claim(limit);
    check(!isClosed, "a claimer that is closed claims nothing");
    if (!claimed.isEmpty()) {
      claims.countDown();
    }
    Threads.pause();
    return claimed;
  }

  private @Nullable Void handle(String payload, JobContext context) {
    handlers++;
    check(handlers <= SLOTS, "no more handlers run than there are slots");
    table.called(context.jobId());
    check(
        worker.attempts.jobIds().contains(context.jobId()),
        "a worker knows each job that it runs");
    Threads.pause();
    handlers--;
    return null;
  }

  private void record(AttemptEnd end) {
    if (end.lease().jobId().equals(TableInSchedule.id(LARGE))) {
      return;
    }
    table.record(end);
    if (end instanceof AttemptEnd.Completed
        && end.lease().jobId().equals(TableInSchedule.id(FIRST_TASK))) {
      isNextTaskDue = true;
    }
  }

  private List<ClaimedJob> claimNextTask(NextTasks next) {
    if (!isNextTaskDue) {
      return List.of();
    }
    isNextTaskDue = false;
    if (next.limit() > 0) {
      ClaimedJob claimed = table.insertAndClaim(NEXT_TASK, WORKFLOW);
      Threads.pause();
      return List.of(claimed);
    }
    submit(NEXT_TASK, WORKFLOW);
    return List.of();
  }

  /** Does what a heartbeat does when an operator quiets a worker, and lets it go on. */
  private void quiet() {
    worker.slots.quiet(true);
    long claimsBefore = worker.claims.look();
    for (int i = 0; i < 10; i++) {
      boolean isDrained = worker.claims.look() != claimsBefore && !worker.attempts.isAny();
      check(!isDrained || table.runsNothing(), "a worker that is drained has no jobs");
      Threads.pause();
    }
    worker.slots.quiet(false);
  }

  /** An attempt ends, and its outcome is so large that the gate is closed until it is recorded. */
  private void endWithALargeResult() {
    ReportQueue queue = worker.reports.all().get(0);
    queue.add(
        new AttemptEnd.Completed(
            new Lease(TableInSchedule.id(LARGE), 1, TableInSchedule.WORKER), LARGE_RESULT, 1),
        null,
        SlotTurn.begins(),
        underLease -> worker.gate.attemptIsDone());
    queue.arrived();
  }
}
