package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.operate.JobOperation;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A change that a bulk operation makes to each of its jobs. */
public sealed interface BulkChange {

  /** Cancels waiting jobs, and signals running ones. */
  record Cancel() implements BulkChange {
    @Override
    public JobOperation.Kind kind() {
      return JobOperation.Kind.CANCEL;
    }
  }

  /** Runs jobs again that failed or were cancelled. */
  record Retry() implements BulkChange {
    @Override
    public JobOperation.Kind kind() {
      return JobOperation.Kind.RETRY;
    }
  }

  /** Deletes jobs that have ended, with their attempts and logs. */
  record Delete() implements BulkChange {
    @Override
    public JobOperation.Kind kind() {
      return JobOperation.Kind.DELETE;
    }
  }

  /** Gives waiting jobs another priority. */
  record Reprioritize(JobPriority priority) implements BulkChange {
    @Override
    public JobOperation.Kind kind() {
      return JobOperation.Kind.REPRIORITIZE;
    }
  }

  /** Makes waiting jobs due at another time. */
  record Reschedule(Instant runAt) implements BulkChange {
    @Override
    public JobOperation.Kind kind() {
      return JobOperation.Kind.RESCHEDULE;
    }
  }

  /** Gives waiting jobs another routing key. */
  record Move(String routingKey) implements BulkChange {
    @Override
    public JobOperation.Kind kind() {
      return JobOperation.Kind.MOVE;
    }
  }

  /** The kind of the operation. */
  JobOperation.Kind kind();

  /** The new value, in words; null if the kind of change has none. */
  default @Nullable String target() {
    if (this instanceof Reprioritize change) {
      return "priority " + change.priority().code();
    }
    if (this instanceof Reschedule change) {
      return "due at " + change.runAt();
    }
    return this instanceof Move change ? "routing key '" + change.routingKey() + "'" : null;
  }
}
