package dev.tenon.jobs.cli;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.JobOperation;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as they are in the JSON answers. Names are those of the table, in camel case. */
final class Views {

  private Views() {}

  static Map<String, @Nullable Object> job(JobSummary job) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("id", job.id());
    view.put("type", job.type());
    view.put("version", job.version());
    view.put("status", job.status().code());
    view.put("priority", job.priority().code());
    view.put("itemId", job.itemId().orElse(null));
    view.put("headers", job.headers().asMap());
    view.put("submittedBy", job.submittedBy());
    view.put("submittedAt", job.submittedAt());
    view.put("runAt", job.runAt());
    view.put("attempts", job.attempts());
    view.put("maxAttempts", job.maxAttempts());
    view.put("crashes", job.crashes());
    view.put("progress", job.progress());
    view.put("progressMessage", job.progressMessage().orElse(null));
    view.put("error", error(job.error().orElse(null)));
    view.put("workerId", job.workerId().orElse(null));
    view.put("startedAt", job.startedAt().orElse(null));
    view.put("finishedAt", job.finishedAt().orElse(null));
    view.put("cancelRequestedAt", job.cancelRequestedAt().orElse(null));
    view.put("startBefore", job.startBefore().orElse(null));
    return view;
  }

  /** With payload and result. */
  static Map<String, @Nullable Object> withPayload(JobSummary job, JobMonitor.Masked values) {
    Map<String, @Nullable Object> view = job(job);
    view.put("payload", new Json.Raw(values.payload()));
    view.put("result", Json.Raw.of(values.result().orElse(null)));
    return view;
  }

  static @Nullable Map<String, @Nullable Object> error(@Nullable JobError error) {
    if (error == null) {
      return null;
    }
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("reason", error.reason().code());
    view.put("class", error.errorClass().orElse(null));
    view.put("message", error.message().orElse(null));
    return view;
  }

  /** An error on one line. */
  static String text(@Nullable JobError error) {
    if (error == null) {
      return "";
    }
    String message = Text.oneLine(error.message().orElse(null));
    return error.errorClass().map(name -> name + ": " + message).orElse(message);
  }

  static Map<String, @Nullable Object> attempt(JobAttempt attempt) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("attempt", attempt.attempt());
    view.put("outcome", attempt.outcome().code());
    view.put("workerId", attempt.workerId());
    view.put("startedAt", attempt.startedAt());
    view.put("finishedAt", attempt.finishedAt());
    view.put("error", error(attempt.error().orElse(null)));
    view.put("fingerprint", attempt.fingerprint().orElse(null));
    view.put("stack", attempt.stack().orElse(null));
    return view;
  }

  static Map<String, @Nullable Object> line(JobLogEntry line) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("loggedAt", line.loggedAt());
    view.put("attempt", line.attempt());
    view.put("level", line.level().code());
    view.put("message", line.message());
    view.put("data", Json.Raw.of(line.data().orElse(null)));
    if (line.emitted().isPresent()) {
      view.put("run", line.run().orElseThrow());
      view.put("emitted", Json.Raw.of(line.emitted().get()));
    }
    return view;
  }

  static Map<String, @Nullable Object> operation(JobOperation operation) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("operation", operation.id());
    view.put("kind", operation.kind().code());
    view.put("query", operation.query());
    view.put("matched", operation.counts().matched());
    view.put("changed", operation.counts().changed());
    view.put("askedToStop", operation.counts().askedToStop());
    view.put("skipped", operation.counts().skipped());
    view.put("locked", operation.counts().locked());
    return view;
  }
}
