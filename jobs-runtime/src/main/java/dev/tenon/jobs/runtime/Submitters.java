package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.signal.Notifications;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.store.Recorded;
import dev.tenon.jobs.internal.store.StartableJobs;
import dev.tenon.jobs.internal.store.SubmitStore;
import dev.tenon.jobs.internal.submit.NewJobFactory;
import dev.tenon.jobs.internal.workflow.WorkflowStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The submitters of a service: those that commit, and those in a transaction of the caller.
 * Thread-safe.
 */
final class Submitters {

  private final SubmitStore submits;
  private final WorkflowStore workflows;
  private final NewJobFactory newJobs;
  private final JobListeners listeners;
  private final SignalSender signals;
  private final Notifications notifications;
  private final Starts starts;

  /**
   * Creates the submitters.
   *
   * @param listeners are called for each submission
   * @param starts receives the jobs of workflows that can be started
   */
  Submitters(
      SubmitStore submits,
      WorkflowStore workflows,
      NewJobFactory newJobs,
      JobListeners listeners,
      SignalSender signals,
      Notifications notifications,
      Starts starts) {
    this.submits = submits;
    this.workflows = workflows;
    this.newJobs = newJobs;
    this.listeners = listeners;
    this.signals = signals;
    this.notifications = notifications;
    this.starts = starts;
  }

  /** Returns a submitter for one job that somebody submits by hand. */
  JobSubmitter byHand(ChangeByHand change) {
    return new Submitter(
        newJobs,
        listeners,
        false,
        jobs -> {
          List<Recorded> recorded = List.of(submits.insertByHand(jobs.get(0), change));
          committed(recorded);
          return recorded;
        },
        graph -> {
          throw new IllegalStateException("Workflows cannot be submitted by hand.");
        },
        signals.inOwnTransaction());
  }

  /** Returns the submitter that commits each submission. */
  JobSubmitter inOwnTransaction() {
    return new Submitter(
        newJobs,
        listeners,
        false,
        jobs -> {
          List<Recorded> recorded = submits.insert(jobs);
          committed(recorded);
          return recorded;
        },
        graph -> {
          WorkflowStore.Submission submission = workflows.insert(graph);
          starts.startable(submission.startable());
          return submission.existing();
        },
        signals.inOwnTransaction());
  }

  /** Returns the submitter in a transaction of the caller, who does not say when it commits. */
  JobSubmitter in(Connection connection) {
    requireTransaction(connection);
    return new Submitter(
        newJobs,
        listeners,
        true,
        jobs -> {
          List<Recorded> recorded = submits.insert(connection, jobs);
          // Before the commit, a job that was moved is still visible as it was: the relay takes
          // care of it
          List<UUID> published =
              recorded.stream()
                  .filter(each -> each.created() && each.pointer() != null)
                  .map(Recorded::jobId)
                  .toList();
          notifications.recorded(published, published.size() < recorded.size());
          return recorded;
        },
        graph -> {
          WorkflowStore.Submission submission = workflows.insert(connection, graph);
          StartableJobs some = submission.startable();
          notifications.recorded(
              some.pointers().stream().map(JobPointer::jobId).toList(), some.othersMayWait());
          return submission.existing();
        },
        signals.in(connection, null));
  }

  /** Returns the submitter in a transaction of the caller, who runs something after the commit. */
  JobSubmitter in(Connection connection, Consumer<Runnable> afterCommit) {
    requireTransaction(connection);
    return new Submitter(
        newJobs,
        listeners,
        true,
        jobs -> {
          List<Recorded> recorded = submits.insert(connection, jobs);
          afterCommit.accept(() -> committed(recorded));
          return recorded;
        },
        graph -> {
          WorkflowStore.Submission submission = workflows.insert(connection, graph);
          afterCommit.accept(() -> starts.startable(submission.startable()));
          return submission.existing();
        },
        signals.in(connection, afterCommit));
  }

  private static void requireTransaction(Connection connection) {
    try {
      if (connection.getAutoCommit()) {
        throw new IllegalArgumentException(
            "The connection has auto-commit on, so it is not in a transaction. Call"
                + " setAutoCommit(false), or submit without in(…).");
      }
    } catch (SQLException e) {
      throw new JobStoreException("The connection cannot be used; nothing was submitted.", null, e);
    }
  }

  private void committed(List<Recorded> recorded) {
    List<JobPointer> pointers =
        recorded.stream().map(Recorded::pointer).filter(Objects::nonNull).toList();
    notifications.committed(pointers, pointers.size() < recorded.size());
  }
}
