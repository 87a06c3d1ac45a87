package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.operate.JobOperation;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a bulk operation does to each of its jobs. */
public sealed interface BulkChange {

  /** Cancels those that wait, and signals those that run. */
  record Cancel() implements BulkChange {
    @Override
    public JobOperation.Kind kind() {
      return JobOperation.Kind.CANCEL;
    }
  }

  /** Runs those again that failed or were cancelled. */
  record Retry() implements BulkChange {
    @Override
    public JobOperation.Kind kind() {
      return JobOperation.Kind.RETRY;
    }
  }

  /** Deletes those that have ended, with their attempts and logs. */
  record Delete() implements BulkChange {
    @Override
    public JobOperation.Kind kind() {
      return JobOperation.Kind.DELETE;
    }
  }

  /** Gives those that wait another priority. */
  record Reprioritize(JobPriority priority) implements BulkChange {
    @Override
    public JobOperation.Kind kind() {
      return JobOperation.Kind.REPRIORITIZE;
    }
  }

  /** Makes those that wait due at another time. */
  record Reschedule(Instant runAt) implements BulkChange {
    @Override
    public JobOperation.Kind kind() {
      return JobOperation.Kind.RESCHEDULE;
    }
  }

  /** Gives those that wait another routing key. */
  record Move(String routingKey) implements BulkChange {
    @Override
    public JobOperation.Kind kind() {
      return JobOperation.Kind.MOVE;
    }
  }

  /** The kind of the operation. */
  JobOperation.Kind kind();

  /** To what the jobs are changed, in words; null if the kind says it all. */
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
