package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.operate.BulkOptions;
import dev.tenon.jobs.operate.JobOperation;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** A change of jobs that agents may make. */
enum BulkAction {
  /** Runs failed and cancelled jobs again. */
  RETRY,
  /** Cancels jobs. */
  CANCEL;

  private final String code = name().toLowerCase(Locale.ROOT);

  /** The action as arguments have it. */
  String code() {
    return code;
  }

  /** The codes of all actions. */
  static List<String> codes() {
    return Arrays.stream(values()).map(BulkAction::code).toList();
  }

  /** The action with a code, which is one. */
  static BulkAction ofCode(String code) {
    return Arrays.stream(values()).filter(each -> each.code.equals(code)).findFirst().orElseThrow();
  }

  /** Changes one job, and says what happened. */
  String change(JobService jobs, UUID id, Actor actor) {
    return switch (this) {
      case RETRY -> {
        jobs.retry(id, actor);
        yield "retried";
      }
      case CANCEL -> jobs.cancel(id, actor).code();
    };
  }

  /** Changes many jobs. */
  JobOperation change(JobService jobs, JobQuery query, BulkOptions options, Actor actor) {
    return switch (this) {
      case RETRY -> jobs.bulk().retry(query, options, actor);
      case CANCEL -> jobs.bulk().cancel(query, options, actor);
    };
  }
}
