package dev.tenon.jobs.faults;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalRefusedException;
import dev.tenon.jobs.durable.SignalTarget;
import dev.tenon.jobs.faults.DurableJobs.Go;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.FaultJobs.Work;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Submits durable jobs, and sends signals to them: before they wait, in the transaction of their
 * submit, when their time to wait is about to pass, and later. Not thread-safe.
 */
final class DurableSubmits {

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(200);

  /** So that most jobs already wait. */
  private static final Duration LATER = Duration.ofMillis(700);

  /** One job of so many is one of which nobody but a person knows what became of a step. */
  private static final int ASKS_EVERY = 20;

  private final NodeSettings settings;
  private final JobService jobs;
  private final Ledger submitted;
  private final Ledger sent;
  private final PriorityQueue<Due> due = new PriorityQueue<>();
  private int transactions;

  /** A signal to be sent. */
  private record Due(long nanos, UUID job, SignalDefinition<Go> signal, String key)
      implements Comparable<Due> {

    @Override
    public int compareTo(Due other) {
      return Long.compare(nanos, other.nanos);
    }
  }

  DurableSubmits(NodeSettings settings, JobService jobs) {
    this.settings = settings;
    this.jobs = jobs;
    this.submitted = Ledger.open(Path.of(settings.folder()), "submitted");
    this.sent = Ledger.open(Path.of(settings.folder()), "sent");
  }

  void run() throws InterruptedException {
    long start = System.nanoTime();
    long pauseNanos = TimeUnit.SECONDS.toNanos(1) / Math.max(1, settings.submitsPerSecond());
    for (int done = 0; done < settings.submits(); done++) {
      submit(done);
      sendDue(System.nanoTime());
      long ahead = start + (done + 1) * pauseNanos - System.nanoTime();
      if (ahead > 0) {
        TimeUnit.NANOSECONDS.sleep(ahead);
      }
    }
    while (!due.isEmpty()) {
      sendDue(System.nanoTime());
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private void submit(int number) throws InterruptedException {
    if (number % 2 == 1) {
      Action action =
          number % ASKS_EVERY == 1 ? Action.ASK : number % 4 == 1 ? Action.FAIL_ONCE : Action.WORK;
      UUID unused = submit(new Work(action, settings.millis()), false);
      return;
    }
    boolean isTogether = number % 4 == 0;
    UUID job = submit(new Work(Action.AWAIT, (int) LATER.toMillis() / 2), isTogether);
    if (!isTogether) {
      send(job, DurableJobs.GO, DurableHandler.GO_KEYS.get(0));
    }
    long now = System.nanoTime();
    due.add(new Due(now + LATER.toNanos() / 2, job, DurableJobs.STOP, ""));
    due.add(new Due(now + LATER.toNanos(), job, DurableJobs.GO, DurableHandler.GO_KEYS.get(1)));
  }

  private void sendDue(long now) throws InterruptedException {
    while (!due.isEmpty() && due.peek().nanos() - now < 0) {
      Due next = due.remove();
      send(next.job(), next.signal(), next.key());
    }
  }

  /** Submits until PostgreSQL says that it is committed. */
  private UUID submit(Work work, boolean withSignal) throws InterruptedException {
    while (true) {
      try {
        UUID id = withSignal ? submitWithSignal(work) : submit(jobs, work);
        submitted.write(id.toString());
        return id;
      } catch (JobStoreException | SQLException e) {
        System.out.println("submit failed: " + e);
        TimeUnit.MILLISECONDS.sleep(PAUSE_AFTER_FAILURE.toMillis());
      }
    }
  }

  private static UUID submit(JobSubmitter submitter, Work work) {
    return submitter.submit(FaultJobs.DURABLE, work, SubmitOptions.by("faults")).jobId();
  }

  private UUID submitWithSignal(Work work) throws SQLException {
    try (Connection connection = NodeMain.connect(settings)) {
      connection.setAutoCommit(false);
      JobSubmitter submitter = jobs.in(connection);
      UUID job = submit(submitter, work);
      String key = DurableHandler.GO_KEYS.get(0);
      String id = deliver(submitter, job, DurableJobs.GO, key);
      connection.commit();
      sent.write(String.join("\t", id, job.toString(), key));
      return job;
    }
  }

  /** Sends until PostgreSQL says that it is committed. */
  private void send(UUID job, SignalDefinition<Go> signal, String key) throws InterruptedException {
    while (true) {
      try {
        String id =
            key.isEmpty() ? sendInTransaction(job, signal, key) : deliver(jobs, job, signal, key);
        sent.write(String.join("\t", id, job.toString(), key));
        return;
      } catch (SignalRefusedException e) {
        System.out.println("refused: " + e.getMessage());
        return;
      } catch (JobStoreException | SQLException e) {
        System.out.println("sending failed: " + e);
        TimeUnit.MILLISECONDS.sleep(PAUSE_AFTER_FAILURE.toMillis());
      }
    }
  }

  /** The runtime hears of every second commit; of the others, nobody tells it. */
  private String sendInTransaction(UUID job, SignalDefinition<Go> signal, String key)
      throws SQLException {
    List<Runnable> afterCommit = new ArrayList<>();
    try (Connection connection = NodeMain.connect(settings)) {
      connection.setAutoCommit(false);
      JobSubmitter submitter =
          ++transactions % 2 == 0 ? jobs.in(connection) : jobs.in(connection, afterCommit::add);
      String id = deliver(submitter, job, signal, key);
      connection.commit();
      afterCommit.forEach(Runnable::run);
      return id;
    }
  }

  /** Sends a signal with the same id each time, and returns the id. */
  static String deliver(JobSubmitter submitter, UUID job, SignalDefinition<Go> signal, String key) {
    String id = signal.name() + ":" + key;
    var unused =
        submitter.send(
            signal,
            SignalTarget.job(job),
            new Go(id, job),
            SignalOptions.by("faults").withId(id).withKey(key));
    return id;
  }
}
