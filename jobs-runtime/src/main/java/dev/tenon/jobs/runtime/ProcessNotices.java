package dev.tenon.jobs.runtime;

import dev.tenon.jobs.internal.broker.PointerPublisher;
import dev.tenon.jobs.internal.maintenance.Dispatcher;
import dev.tenon.jobs.internal.maintenance.Maintenance;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.signal.Notifications;
import dev.tenon.jobs.internal.signal.PostgresListener;
import dev.tenon.jobs.internal.signal.PostgresNotifier;
import dev.tenon.jobs.internal.signal.SessionLock;
import dev.tenon.jobs.internal.signal.WorkerNotice;
import dev.tenon.jobs.internal.worker.Worker;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The notices that a process gets and gives. What its job service and its schedules have to say
 * goes to its own workers immediately, to others over RabbitMQ, and over PostgreSQL where RabbitMQ
 * has no such message. What others say over PostgreSQL goes to the parts that it concerns.
 * Thread-safe.
 */
final class ProcessNotices implements Notifications {

  /**
   * The parts that hear notices.
   *
   * @param maintenance null if the process takes no part in maintenance
   */
  record Receivers(
      AwaitedJobs awaited,
      JobStreams streams,
      Preparation preparation,
      LineAdvance lines,
      @Nullable Maintenance maintenance) {}

  private final @Nullable DataSource connections;
  private final String schema;
  private final OpenWorkers workers;
  private final @Nullable Dispatcher dispatcher;
  private final @Nullable PointerPublisher publisher;
  private final PostgresNotifier notifier;
  private final @Nullable SessionLock lock;

  private volatile @Nullable Receivers receivers;
  private volatile @Nullable PostgresListener listener;
  private boolean isClosed;

  /**
   * Creates them; {@link #connect} follows.
   *
   * @param connections where to listen; null if that is switched off
   * @param dispatcher null without RabbitMQ, like the publisher
   * @param lock shows the others that this process lives, on the same connection; null for none
   */
  ProcessNotices(
      @Nullable DataSource connections,
      String schema,
      OpenWorkers workers,
      @Nullable Dispatcher dispatcher,
      @Nullable PointerPublisher publisher,
      PostgresNotifier notifier,
      @Nullable SessionLock lock) {
    this.lock = lock;
    this.connections = connections;
    this.schema = schema;
    this.workers = workers;
    this.dispatcher = dispatcher;
    this.publisher = publisher;
    this.notifier = notifier;
  }

  /** Sets the parts that hear notices, which in turn give some: before anything starts. */
  void connect(Receivers receivers) {
    this.receivers = receivers;
  }

  private Receivers receivers() {
    return Objects.requireNonNull(receivers, "connect() was not called");
  }

  /** Listens on its own connection from now on, unless that is switched off. */
  synchronized void listen() {
    if (!isClosed && listener == null && connections != null) {
      PostgresListener first =
          new PostgresListener(connections, schema, this::hear, notifier::send, lock);
      listener = first;
      first.start();
    }
  }

  /**
   * Listens for submits of other languages, whose pointers the leader publishes, and shows that the
   * leader lives.
   */
  void listenAsLeader() {
    if (publisher != null) {
      listen();
    }
    showLife();
  }

  /** Shows the others from now on that this process lives, unless that is switched off. */
  void showLife() {
    if (lock != null) {
      listen();
    }
  }

  /** Returns whether notices of other processes arrive. */
  boolean isNotified() {
    PostgresListener open = listener;
    return open != null && open.hears();
  }

  private void hear(WorkerNotice notice) {
    Receivers to = receivers();
    if (notice instanceof WorkerNotice.Changed changed) {
      to.awaited().hear(changed.jobIds());
      to.streams().hear(changed.jobIds());
      return;
    }
    if (to.maintenance() != null && to.maintenance().isLeading()) {
      passOn(notice);
    }
    WorkerNotice told =
        notice instanceof WorkerNotice.Submitted ? new WorkerNotice.Claimable() : notice;
    workers.running().forEach(worker -> worker.hear(told));
  }

  /**
   * Does what the process would have done that submits jobs or cancels one, if that was done by a
   * function of the database. Only the leader does this.
   */
  private void passOn(WorkerNotice notice) {
    if (notice instanceof WorkerNotice.Submitted submitted) {
      if (submitted.jobIds().isEmpty()) {
        receivers().lines().wake();
      } else if (dispatcher != null) {
        dispatcher.afterCommit(submitted.jobIds());
      }
    } else if (notice instanceof WorkerNotice.Cancelled cancelled && publisher != null) {
      publisher.broadcastCancel(cancelled.jobId());
    }
  }

  @Override
  public void committed(List<JobPointer> pointers, boolean othersMayWait) {
    if (dispatcher != null) {
      dispatcher.committed(pointers);
    }
    if (dispatcher == null || othersMayWait) {
      notifier.tell(new WorkerNotice.Claimable());
    }
    workers.running().forEach(Worker::wake);
    if (othersMayWait) {
      receivers().lines().wake();
    }
  }

  @Override
  public void recorded(List<UUID> jobIds, boolean othersMayWait) {
    if (dispatcher != null) {
      dispatcher.afterCommit(jobIds);
    }
    if (dispatcher == null || othersMayWait) {
      notifier.tell(new WorkerNotice.Soon());
      hear(new WorkerNotice.Soon());
    }
    if (othersMayWait) {
      receivers().lines().wakeAfterCommit();
    }
  }

  @Override
  public void canPrepare() {
    receivers().preparation().wake();
  }

  @Override
  public void cancelRequested(UUID jobId) {
    for (Worker worker : workers.running()) {
      if (worker.cancel(jobId)) {
        return;
      }
    }
    if (publisher != null) {
      publisher.broadcastCancel(jobId);
    } else {
      notifier.tell(new WorkerNotice.Cancelled(jobId));
    }
  }

  /** Ends the listening, for good. */
  void close() {
    PostgresListener open;
    synchronized (this) {
      isClosed = true;
      open = listener;
    }
    if (open != null) {
      open.close();
    }
  }
}
