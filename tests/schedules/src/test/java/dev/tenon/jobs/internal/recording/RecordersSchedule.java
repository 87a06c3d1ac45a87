package dev.tenon.jobs.internal.recording;

import static dev.tenon.schedules.Threads.check;

import dev.tenon.jobs.JobLogLevel;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.store.NextTasks;
import dev.tenon.jobs.internal.store.OutcomeStore;
import dev.tenon.jobs.internal.store.ReportStore;
import dev.tenon.schedules.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Two attempts write a line of their logs and end, while a {@link Recorder} works. It is closed
 * right after the second one. The workflow of the first is locked by another transaction, until the
 * other one is recorded.
 */
final class RecordersSchedule {

  private static final Lease OF_TASK = new Lease(new UUID(1, 1), 1, "w");
  private static final Lease PLAIN = new Lease(new UUID(1, 2), 1, "w");
  private static final UUID WORKFLOW = new UUID(2, 1);

  private final Set<Lease> lines = new HashSet<>();
  private final Set<Lease> ends = new HashSet<>();
  private int told;
  private final OutcomeStore store = new OutcomeStore(this::end);
  private final ReportQueue queue = new ReportQueue(() -> {});

  void run() throws InterruptedException {
    store.lock(WORKFLOW, true);
    Recorder recorder =
        new Recorder(
            "w",
            0,
            queue,
            new ReportStore(line -> lines.add(line.lease())),
            cursors -> {},
            new OutcomeWriter("w", store, queue, new NoTasks(), some -> {}, () -> {}));
    recorder.start();
    Threads threads = new Threads();
    threads.start(() -> attempt(OF_TASK, WORKFLOW));
    threads.join();
    attempt(PLAIN, null);
    check(recorder.close(Duration.ofMinutes(10)), "a recorder that is closed records what it has");
    check(ends.equals(Set.of(OF_TASK, PLAIN)), "every outcome is recorded");
    check(told == 2, "every attempt is told once");
    check(queue.waitingEnds() == 0, "nothing counts as waiting in the end");
  }

  private void attempt(Lease lease, @Nullable UUID workflow) {
    queue.log(new LogLine(lease, 1, JobLogLevel.INFO, "a line", null, Instant.EPOCH));
    queue.add(new AttemptEnd.Completed(lease, null, 1), workflow, SlotTurn.begins(), this::told);
    queue.arrived();
  }

  private void told(boolean underLease) {
    told++;
    check(underLease, "an outcome counts");
  }

  private void end(AttemptEnd end) {
    Threads.pause();
    check(lines.contains(end.lease()), "the lines of an attempt are written before its outcome");
    check(ends.add(end.lease()), "an outcome is written once");
    if (end.lease().equals(PLAIN)) {
      // Only now: an outcome that waited for the workflow of another one would wait forever
      store.lock(WORKFLOW, false);
    }
  }

  /** A worker without next tasks. */
  private static final class NoTasks implements TaskStarter {

    private final ClaimsInProgress claims = new ClaimsInProgress();

    @Override
    public ClaimsInProgress claims() {
      return claims;
    }

    @Override
    public NextTasks claimable(int ended) {
      return new NextTasks("w", Map.of(), 0);
    }

    @Override
    public void start(List<ClaimedJob> jobs, List<SlotTurn> turns) {}

    @Override
    public void areRecorded(int tasks) {}
  }
}
