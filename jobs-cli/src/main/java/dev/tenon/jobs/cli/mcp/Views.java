package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.durable.JobSignal;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.operate.JobAudit;
import dev.tenon.jobs.operate.JobMonitor.FailureGroup;
import dev.tenon.jobs.operate.JobOperation;
import dev.tenon.jobs.operate.JobTypeState;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values as they are in answers. Strings are cut here, and made inert later. */
final class Views {

  /** The longest error message in a list, in characters. */
  private static final int MAX_MESSAGE = 1_000;

  private static final int MAX_LINE = 1_000;
  private static final int MAX_VALUE = 2_000;
  private static final int MAX_NAME = 200;

  private Views() {}

  static Map<String, @Nullable Object> job(JobSummary job) {
    return new Fields()
        .add("id", job.id())
        .add("type", job.type())
        .add("version", job.version())
        .add("status", job.status().code())
        .add("priority", job.priority().code())
        .addText("itemId", job.itemId(), MAX_NAME)
        .add("headers", job.headers().isEmpty() ? null : job.headers().asMap())
        .addText("submittedBy", Optional.of(job.submittedBy()), MAX_NAME)
        .add("submittedAt", job.submittedAt())
        .add("dueAt", job.runAt())
        .add("attempts", job.attempts())
        .add("maxAttempts", job.maxAttempts())
        .add("lostWorkers", job.crashes() == 0 ? null : job.crashes())
        .add("progressPercent", job.progress())
        .addText("progressMessage", job.progressMessage(), MAX_MESSAGE)
        .add("error", job.error().map(Views::error))
        .add("workerId", job.workerId())
        .add("startedAt", job.startedAt())
        .add("endedAt", job.finishedAt())
        .add("cancelRequestedAt", job.cancelRequestedAt())
        .add("startBefore", job.startBefore())
        .map();
  }

  static Map<String, @Nullable Object> error(JobError error) {
    return new Fields()
        .add("reason", error.reason().code())
        .addText("class", error.errorClass(), MAX_NAME)
        .addText("message", error.message(), MAX_MESSAGE)
        .map();
  }

  static Map<String, @Nullable Object> attempt(JobAttempt attempt) {
    return new Fields()
        .add("attempt", attempt.attempt())
        .add("outcome", attempt.outcome().code())
        .add("workerId", attempt.workerId())
        .add("startedAt", attempt.startedAt())
        .add("endedAt", attempt.finishedAt())
        .add("error", attempt.error().map(Views::error))
        .add("fingerprint", attempt.fingerprint())
        .map();
  }

  static Map<String, @Nullable Object> line(JobLogEntry line) {
    return new Fields()
        .add("at", line.loggedAt())
        .add("attempt", line.attempt())
        .add("level", line.level().code())
        .addText("message", Optional.of(line.message()), MAX_LINE)
        .addText("data", line.data(), MAX_LINE)
        .addText("emitted", line.emitted(), MAX_LINE)
        .map();
  }

  static Map<String, @Nullable Object> step(JobStep step) {
    return new Fields()
        .add("name", step.name())
        .add("key", step.key().isEmpty() ? null : step.key())
        .add("kind", step.kind().code())
        .add("state", step.state().code())
        .add("attempts", step.attempts())
        .add("startedAt", step.startedAt())
        .add("endedAt", step.endedAt())
        .add("waitsUntil", step.until())
        .add("waitsForSignals", step.signals().isEmpty() ? null : step.signals())
        .addText("message", step.message(), MAX_MESSAGE)
        // A token would let whoever has it end the wait
        .addText(
            "result",
            step.kind() == JobStep.Kind.TOKEN ? Optional.empty() : step.result(),
            MAX_VALUE)
        .map();
  }

  static Map<String, @Nullable Object> signal(JobSignal signal) {
    return new Fields()
        .add("name", signal.name())
        .add("key", signal.key().isEmpty() ? null : signal.key())
        .addText("sentBy", Optional.of(signal.sentBy()), MAX_NAME)
        .add("sentAt", signal.sentAt())
        .add("deliveredAt", signal.deliveredAt())
        .addText("error", signal.error(), MAX_MESSAGE)
        .map();
  }

  static Map<String, @Nullable Object> audit(JobAudit.Entry entry) {
    return new Fields()
        .add("at", entry.at())
        .addText("by", Optional.of(entry.by()), MAX_NAME)
        .add("action", entry.action())
        .addText("reason", entry.reason(), MAX_MESSAGE)
        .addText("outcome", Optional.of(entry.outcome()), MAX_MESSAGE)
        .map();
  }

  static Map<String, @Nullable Object> failures(FailureGroup group) {
    return new Fields()
        .add("type", group.type())
        .add("fingerprint", group.fingerprint())
        .add("reason", group.reason().code())
        .addText("class", group.errorClass(), MAX_NAME)
        .addText("message", group.errorMessage(), MAX_MESSAGE)
        .add("failedAttempts", group.failures())
        .add("firstHour", group.firstAt())
        .add("lastAt", group.lastAt())
        .add("lastJobId", group.lastJobId())
        .map();
  }

  static Map<String, @Nullable Object> type(JobTypeState type) {
    return new Fields()
        .add("type", type.type())
        .add("aliases", type.aliases().isEmpty() ? null : type.aliases())
        .add("settings", settings(type.effective()))
        .add(
            "overriddenBy",
            type.overrides().map(set -> by(set.by(), set.reason(), set.at().toString())))
        .add(
            "pausedBy",
            type.pause().map(pause -> by(pause.by(), pause.reason(), pause.since().toString())))
        .map();
  }

  private static Map<String, @Nullable Object> by(String by, String reason, String at) {
    return new Fields()
        .addText("name", Optional.of(by), MAX_NAME)
        .addText("reason", Optional.of(reason), MAX_MESSAGE)
        .add("at", at)
        .map();
  }

  private static Map<String, @Nullable Object> settings(JobTypeState.Settings settings) {
    JobLimits limits = settings.limits();
    return new Fields()
        .add("priority", settings.priority().code())
        .add("maxAttempts", settings.maxAttempts())
        .add("maxConcurrent", positive(limits.maxConcurrent()))
        .add("rates", limits.rates().isEmpty() ? null : Rate.text(limits.rates()))
        .add("maxConcurrentPerKey", positive(limits.maxConcurrentPerKey()))
        .add("ratesPerKey", limits.ratesPerKey().isEmpty() ? null : Rate.text(limits.ratesPerKey()))
        .add("limitBy", settings.limitBy())
        .add("maxWaiting", positive(settings.maxWaiting()))
        .map();
  }

  private static @Nullable Integer positive(int limit) {
    return limit == 0 ? null : limit;
  }

  static Map<String, @Nullable Object> operation(JobOperation operation) {
    return new Fields()
        .add("operation", operation.id())
        .add("kind", operation.kind().code())
        .add("jobs", operation.query())
        .add("matched", operation.counts().matched())
        .add("changed", operation.counts().changed())
        .add("askedToStop", operation.counts().askedToStop())
        .add("skipped", operation.counts().skipped())
        .add("locked", operation.counts().locked())
        .map();
  }
}
