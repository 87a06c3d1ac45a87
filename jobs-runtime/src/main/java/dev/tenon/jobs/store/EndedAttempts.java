package dev.tenon.jobs.store;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The ends of attempts as a statement reads them. */
final class EndedAttempts {

  final UnnestedRows<AttemptEnd> rows;
  final Field<UUID> id;
  final Field<Long> lease;
  final Field<String> worker;
  final Field<JobAttempt.Outcome> outcome;
  final Field<JobStatus> status;
  final Field<String> result;
  final Field<Integer> resultVersion;
  final Field<JobError.Reason> errorReason;
  final Field<String> errorClass;
  final Field<String> errorMessage;
  final Field<String> stack;
  final Field<String> fingerprint;
  final Field<Long> delay;
  final Field<Integer> maxCrashes;

  EndedAttempts(List<AttemptEnd> ends) {
    this.rows = new UnnestedRows<>("e", ends);
    this.id = rows.column("id", SQLDataType.UUID, end -> end.lease().jobId());
    this.lease = rows.column("lease", SQLDataType.BIGINT, end -> end.lease().number());
    this.worker = rows.column("worker", SQLDataType.CLOB, end -> end.lease().workerId());
    this.outcome = rows.columnOrValue("outcome", Tables.OUTCOME, AttemptEnd::outcome);
    this.status = rows.columnOrValue("status", Tables.STATUS, AttemptEnd::status);
    this.result = rows.columnOrValue("result", SQLDataType.CLOB, EndedAttempts::result);
    this.resultVersion =
        rows.columnOrValue("result_version", SQLDataType.INTEGER, EndedAttempts::resultVersion);
    this.errorReason =
        rows.columnOrValue(
            "error_reason", Tables.REASON, end -> failure(end, AttemptFailure::reason));
    this.errorClass =
        rows.columnOrValue(
            "error_class", SQLDataType.CLOB, end -> failure(end, AttemptFailure::errorClass));
    this.errorMessage =
        rows.columnOrValue(
            "error_message", SQLDataType.CLOB, end -> failure(end, AttemptFailure::message));
    this.stack =
        rows.columnOrValue("stack", SQLDataType.CLOB, end -> failure(end, AttemptFailure::stack));
    this.fingerprint =
        rows.columnOrValue(
            "fingerprint", SQLDataType.CLOB, end -> failure(end, AttemptFailure::fingerprint));
    this.delay = rows.columnOrValue("delay", SQLDataType.BIGINT, end -> delay(end).toMillis());
    this.maxCrashes =
        rows.columnOrValue("max_crashes", SQLDataType.INTEGER, EndedAttempts::maxCrashes);
  }

  private static @Nullable String result(AttemptEnd end) {
    return end instanceof AttemptEnd.Completed completed ? completed.result() : null;
  }

  private static @Nullable Integer resultVersion(AttemptEnd end) {
    return end instanceof AttemptEnd.Completed completed ? completed.resultVersion() : null;
  }

  private static <T> @Nullable T failure(
      AttemptEnd end, Function<AttemptFailure, @Nullable T> part) {
    if (end instanceof AttemptEnd.Failed failed) {
      return part.apply(failed.failure());
    }
    if (end instanceof AttemptEnd.Crashed crashed) {
      return part.apply(crashed.failure());
    }
    return end instanceof AttemptEnd.Retried retried ? part.apply(retried.failure()) : null;
  }

  private static Duration delay(AttemptEnd end) {
    if (end instanceof AttemptEnd.Retried retried) {
      return retried.delay();
    }
    if (end instanceof AttemptEnd.Snoozed snoozed) {
      return snoozed.delay();
    }
    if (end instanceof AttemptEnd.Crashed crashed) {
      return crashed.delay();
    }
    return end instanceof AttemptEnd.Released released ? released.delay() : Duration.ZERO;
  }

  private static @Nullable Integer maxCrashes(AttemptEnd end) {
    return end instanceof AttemptEnd.Crashed crashed ? crashed.maxCrashes() : null;
  }
}
