package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogQuery;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.dashboard.Right;
import dev.tenon.jobs.durable.JobSignal;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.operate.JobMonitor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code explain_job}: everything about one job. */
final class ExplainJob implements AgentTool {

  private static final int MAX_PAYLOAD = 8_000;
  private static final int MAX_STACK = 6_000;
  private static final int MAX_ATTEMPTS = 20;
  private static final int MAX_STEPS = 50;
  private static final int MAX_AUDIT = 10;
  private static final int DEFAULT_LINES = 30;
  private static final int MAX_LINES = 100;
  private static final long MAX_SAME = 1_000;

  private static final List<Argument> ARGUMENTS =
      List.of(
          Argument.text("jobId", "Id of the job, as find_jobs has it").required(),
          Argument.number(
              "logLines", "Lines of the log; " + DEFAULT_LINES + " if left out", 1, MAX_LINES),
          Argument.text("logCursor", "The 'olderLog' of a previous answer, for earlier lines"));

  @Override
  public String name() {
    return "explain_job";
  }

  @Override
  public String title() {
    return "Explain a job";
  }

  @Override
  public String description() {
    return "Shows one job: its status, why it waits, payload and result (sensitive values are ••••), attempts with"
        + " errors and the last stack trace, the newest lines of its log, steps and signals, manual changes, and"
        + " how many jobs failed in the same way.";
  }

  @Override
  public Right right() {
    return Right.READ;
  }

  @Override
  public List<Argument> arguments() {
    return ARGUMENTS;
  }

  @Override
  public Map<String, @Nullable Object> run(AgentCall call, Arguments arguments) {
    Job job = call.job(arguments.id("jobId").orElseThrow());
    UUID id = job.id();
    JobService jobs = call.site().jobs();
    JobMonitor monitor = call.site().monitor();
    JobMonitor.Masked masked = monitor.masked(job);
    List<JobAttempt> attempts = jobs.attempts(id);
    Fields fields =
        new Fields()
            .add("job", Views.job(job))
            .add("waits", jobs.whyWaiting(id).map(WaitReason::describe))
            .addText("payload", Optional.of(masked.payload()), MAX_PAYLOAD)
            .addText("result", masked.result(), MAX_PAYLOAD)
            .add("workflowId", monitor.workflowOf(id))
            .add("attempts", newest(attempts).stream().map(Views::attempt).toList())
            .addText("lastStack", last(attempts, JobAttempt::stack), MAX_STACK);
    addLog(fields, call, arguments, id);
    addSteps(fields, jobs, id);
    last(attempts, JobAttempt::fingerprint)
        .ifPresent(print -> fields.add("sameKindOfFailure", same(call, job, print)));
    return fields
        .add(
            "manualChanges",
            monitor
                .audit()
                .list(AuditQuery.all().withTarget(id.toString()).withLimit(MAX_AUDIT))
                .items()
                .stream()
                .map(Views::audit)
                .toList())
        .map();
  }

  private static List<JobAttempt> newest(List<JobAttempt> attempts) {
    return attempts.subList(Math.max(0, attempts.size() - MAX_ATTEMPTS), attempts.size());
  }

  private interface Part {
    Optional<String> of(JobAttempt attempt);
  }

  private static Optional<String> last(List<JobAttempt> attempts, Part part) {
    return attempts.stream()
        .flatMap(attempt -> part.of(attempt).stream())
        .reduce((first, second) -> second);
  }

  private static void addLog(Fields fields, AgentCall call, Arguments arguments, UUID id) {
    JobLogQuery query =
        JobLogQuery.all().withNewestFirst().withLimit(arguments.number("logLines", DEFAULT_LINES));
    for (String cursor : arguments.text("logCursor").stream().toList()) {
      query = query.withCursor(Cursor.of(cursor));
    }
    Page<JobLogEntry> page = call.site().jobs().logs(id, query);
    List<JobLogEntry> lines = new ArrayList<>(page.items());
    Collections.reverse(lines);
    fields.add("log", lines.stream().map(Views::line).toList()).add("olderLog", page.next());
  }

  private static void addSteps(Fields fields, JobService jobs, UUID id) {
    List<JobStep> steps = jobs.steps().ofJob(id);
    List<JobSignal> signals = jobs.steps().signalsOfJob(id);
    if (!steps.isEmpty()) {
      fields.add(
          "steps",
          steps.subList(Math.max(0, steps.size() - MAX_STEPS), steps.size()).stream()
              .map(Views::step)
              .toList());
    }
    if (!signals.isEmpty()) {
      fields.add(
          "signals",
          signals.subList(Math.max(0, signals.size() - MAX_STEPS), signals.size()).stream()
              .map(Views::signal)
              .toList());
    }
  }

  private static Map<String, @Nullable Object> same(AgentCall call, Job job, String fingerprint) {
    JobQuery query =
        JobQuery.all()
            .withType(job.type())
            .withStatus(JobStatus.FAILED)
            .withFingerprint(fingerprint);
    long failed = call.site().jobs().count(query, MAX_SAME + 1);
    return new Fields()
        .add("fingerprint", fingerprint)
        .add("failedJobs", Math.min(failed, MAX_SAME))
        .add("isMore", failed > MAX_SAME ? true : null)
        .map();
  }
}
