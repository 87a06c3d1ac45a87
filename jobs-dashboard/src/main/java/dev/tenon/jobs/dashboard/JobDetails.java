package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.dashboard.JobView.Fact;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.operate.JobLines;
import dev.tenon.jobs.operate.JobMonitor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The page of one job. */
final class JobDetails {

  private static final int MAX_LINES = 500;
  private static final int MAX_ATTEMPTS = 100;
  private static final int MAX_AUDIT = 20;
  private static final double WIDTH = 1000;

  private JobDetails() {}

  static DashboardResponse show(Call call, UUID id) {
    Site site = call.site();
    Job job =
        site.jobs()
            .find(id)
            .orElseThrow(
                () ->
                    new RefusedException(
                        404, "There is no job " + id + ". It may have been deleted."));
    call.require(Right.READ, job.type());
    boolean canAct = call.user().may(Right.ACT, job.type());
    List<JobAttempt> attempts = site.jobs().attempts(id);
    attempts = attempts.subList(Math.max(0, attempts.size() - MAX_ATTEMPTS), attempts.size());
    // The newest lines; what comes later is sent as events
    var newest = site.jobs().logs(id, JobLogQuery.all().withNewestFirst().withLimit(MAX_LINES));
    List<JobView.Log> log = new ArrayList<>();
    for (JobLogEntry line : newest) {
      log.add(
          0,
          new JobView.Log(
              JobView.Log.kind(line),
              call.format().absolute(line.loggedAt()),
              Integer.toString(line.attempt()),
              line.message(),
              line.emitted().or(line::data).orElse("")));
    }
    Optional<JobLogEntry> last = newest.items().stream().findFirst();
    boolean waits = job.status() == JobStatus.PENDING || job.status() == JobStatus.QUEUED;
    Optional<JobLines.Place> place =
        job.status().isTerminal() ? Optional.empty() : site.jobs().lines().place(id);
    StepsView kept = StepDetails.of(call, job, canAct);
    JobMonitor.Masked shown = site.monitor().masked(job);
    List<AuditView.Row> audit =
        site
            .monitor()
            .audit()
            .list(AuditQuery.all().withTarget(id.toString()).withLimit(MAX_AUDIT))
            .items()
            .stream()
            .map(entry -> AuditView.Row.of(entry, call.format(), call.base()))
            .toList();
    return DashboardResponse.html(
        200,
        JobViewTemplate.of()
            .execute(
                new JobView(
                    Frame.of(
                        call,
                        "jobs",
                        job.type(),
                        canAct,
                        call.user().may(Right.ADMINISTER, job.type())),
                    id.toString(),
                    job.type(),
                    job.status().code(),
                    Integer.toString(job.progress()),
                    job.progressMessage().orElse(""),
                    job.status() == JobStatus.RUNNING,
                    waits,
                    job.status() == JobStatus.FAILED || job.status() == JobStatus.CANCELLED,
                    job.status().isTerminal(),
                    place.filter(found -> !found.isPassable()).isPresent(),
                    waits
                        ? site
                            .jobs()
                            .whyWaiting(id)
                            .map(why -> why.describe(call.format()::absolute))
                            .stream()
                            .toList()
                        : List.of(),
                    facts(call, job, place),
                    errors(job.error().orElse(null), attempts),
                    JsonForm.rows(shown.payload()),
                    job.result().isPresent(),
                    JsonForm.rows(shown.result().orElse(null)),
                    kept,
                    timeline(job, attempts, call.format()),
                    !attempts.isEmpty(),
                    log,
                    !log.isEmpty(),
                    newest.next().isPresent(),
                    last.map(line -> Long.toString(line.position())).orElse("0"),
                    last.map(line -> line.cursor().toString()).orElse(""),
                    Arrays.stream(JobPriority.values())
                        .map(p -> new Option(p.code(), p.code(), p == job.priority()))
                        .toList(),
                    audit,
                    !audit.isEmpty())));
  }

  private static List<Fact> facts(Call call, Job job, Optional<JobLines.Place> line) {
    Format format = call.format();
    List<Fact> facts = new ArrayList<>();
    facts.add(
        new Fact(
            "Type",
            job.type() + (job.version() > 1 ? ", version " + job.version() : ""),
            call.base() + "/types/" + Parameters.encode(job.type()),
            List.of()));
    facts.add(
        new Fact(
            "Submitted by",
            job.submittedBy(),
            call.base() + "/jobs?by=" + Parameters.encode(job.submittedBy()),
            List.of()));
    facts.add(new Fact("Submitted", "", "", format.maybe(job.submittedAt())));
    facts.add(new Fact("Due", "", "", format.maybe(job.runAt())));
    job.startBefore()
        .ifPresent(at -> facts.add(new Fact("Must start before", "", "", format.maybe(at))));
    job.startedAt().ifPresent(at -> facts.add(new Fact("Last started", "", "", format.maybe(at))));
    job.finishedAt().ifPresent(at -> facts.add(new Fact("Ended", "", "", format.maybe(at))));
    facts.add(Fact.of("Priority", job.priority().code()));
    facts.add(
        Fact.of(
            "Attempts",
            job.attempts()
                + " of "
                + job.maxAttempts()
                + (job.crashes() > 0 ? ", and " + job.crashes() + " lost" : "")));
    job.itemId()
        .ifPresent(
            item ->
                facts.add(
                    new Fact(
                        "Item",
                        item,
                        call.base() + "/jobs?item=" + Parameters.encode(item),
                        List.of())));
    job.headers()
        .asMap()
        .forEach(
            (name, value) -> {
              String header = Filter.header(name, value);
              facts.add(
                  new Fact(
                      "Header",
                      header,
                      call.base() + "/jobs?header=" + Parameters.encode(header),
                      List.of()));
            });
    line.ifPresent(place -> facts.add(Fact.of("Line", line(place))));
    job.workerId().ifPresent(worker -> facts.add(Fact.of("Worker", worker)));
    job.cancelRequestedAt()
        .ifPresent(at -> facts.add(new Fact("Cancel requested", "", "", format.maybe(at))));
    call.site()
        .monitor()
        .traceContext(job.id())
        .flatMap(call.site().traces()::fact)
        .ifPresent(facts::add);
    call.site()
        .monitor()
        .workflowOf(job.id())
        .ifPresent(
            workflow ->
                facts.add(
                    new Fact(
                        "Workflow",
                        workflow.toString(),
                        call.base() + "/workflows/" + workflow,
                        List.of())));
    return facts;
  }

  private static String line(JobLines.Place place) {
    return (place.key().isEmpty() ? "all jobs of the type" : place.key())
        + (place.isNext() ? "" : ", behind " + place.before())
        + (place.isPassable() ? ", lets others pass" : "");
  }

  private static List<JobView.Failure> errors(@Nullable JobError error, List<JobAttempt> attempts) {
    if (error == null) {
      return List.of();
    }
    Optional<JobAttempt> last =
        attempts.stream()
            .filter(attempt -> attempt.error().isPresent())
            .reduce((first, second) -> second);
    return List.of(
        new JobView.Failure(
            error.reason().code().replace('_', ' '),
            error.errorClass().orElse(""),
            error.message().orElse(""),
            last.flatMap(JobAttempt::fingerprint).orElse(""),
            last.flatMap(JobAttempt::stack).orElse("")));
  }

  private static List<JobView.Attempt> timeline(Job job, List<JobAttempt> attempts, Format format) {
    if (attempts.isEmpty()) {
      return List.of();
    }
    Instant first = job.submittedAt();
    if (first.isAfter(attempts.get(0).startedAt())) {
      first = attempts.get(0).startedAt();
    }
    double all =
        Math.max(
            1, Duration.between(first, attempts.get(attempts.size() - 1).finishedAt()).toMillis());
    List<JobView.Attempt> rows = new ArrayList<>();
    Instant since = first;
    for (JobAttempt attempt : attempts) {
      Duration waited = Duration.between(since, attempt.startedAt());
      Duration took = Duration.between(attempt.startedAt(), attempt.finishedAt());
      double x = Duration.between(first, attempt.startedAt()).toMillis() / all * WIDTH;
      double width = Math.max(4, took.toMillis() / all * WIDTH);
      rows.add(
          new JobView.Attempt(
              Integer.toString(attempt.attempt()),
              attempt.outcome().code(),
              format.when(attempt.startedAt()),
              Format.exact(waited),
              Format.exact(took),
              Long.toString(Math.round(x)),
              Long.toString(Math.round(Math.min(x, WIDTH - 4))),
              Long.toString(Math.round(Math.min(width, WIDTH))),
              attempt.workerId(),
              JobRow.error(attempt.error().orElse(null)),
              attempt.fingerprint().orElse(""),
              attempt.stack().orElse("")));
      since = attempt.finishedAt();
    }
    return rows;
  }
}
