package dev.tenon.examples.quickstart.demo;

import dev.tenon.examples.quickstart.CatalogExport;
import dev.tenon.examples.quickstart.LabelPrint;
import dev.tenon.examples.quickstart.PriceUpdate;
import dev.tenon.examples.quickstart.WidgetBatch;
import dev.tenon.examples.quickstart.WidgetItem;
import dev.tenon.examples.quickstart.WidgetJobs;
import dev.tenon.examples.quickstart.WidgetOptions;
import dev.tenon.examples.quickstart.WidgetReport;
import dev.tenon.examples.quickstart.demo.Terminal.Style;
import dev.tenon.jobs.Actor;
import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobService.CancelResult;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.definition.Violation;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** The five parts of the demo; each checks how its jobs end. */
final class Scenario {

  static final String SUBMITTER = "demo";
  private static final String CARELESS_SUBMITTER = "demo-refused";
  private static final int CANCEL_AT_PERCENT = 12;

  private final JobService service;
  private final WidgetJobs jobs;
  private final Terminal terminal;
  private final Checks checks;
  private final JobWatch watch;
  private final Map<UUID, String> names = new LinkedHashMap<>();
  private int parts;

  Scenario(JobService service, Terminal terminal, Checks checks) {
    this.service = service;
    this.jobs = new WidgetJobs(service);
    this.terminal = terminal;
    this.checks = checks;
    this.watch = new JobWatch(service, terminal);
  }

  /** The names of the jobs, in the order of submission. */
  Map<UUID, String> names() {
    return names;
  }

  /** Shows everything. */
  void play() throws InterruptedException {
    batches();
    flakyService();
    failure();
    refusal();
    cancellation();
  }

  private void title(String text) {
    parts++;
    terminal.line();
    terminal.line(" " + terminal.paint(Style.TITLE, parts + "  " + text));
  }

  private void note(String text) {
    terminal.line("   " + terminal.paint(Style.QUIET, terminal.fit(text, terminal.width() - 3)));
  }

  private Map<UUID, String> named(UUID id, String name) {
    names.put(id, name);
    return Map.of(id, name);
  }

  private void batches() throws InterruptedException {
    title("Six batches, four at a time");
    List<WidgetBatch> batches =
        List.of(
            batch("Gear wheels", 12),
            batch("Hinges", 18),
            batch("Springs", 9),
            batch("Brackets", 14),
            batch("Spindles", 20),
            batch("Bolts", 16));
    List<UUID> ids =
        jobs.widgetBatch().submitAll(batches, SubmitOptions.by(SUBMITTER)).stream()
            .map(Submitted::jobId)
            .toList();
    Map<UUID, String> submitted = new LinkedHashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      submitted.put(ids.get(i), batches.get(i).name());
    }
    names.putAll(submitted);

    List<Integer> partial = new ArrayList<>();
    List<Job> ended =
        watch.untilEnd(
            submitted,
            job -> {
              if (job.progress() > 0 && job.progress() < 100) {
                partial.add(job.progress());
              }
            });

    for (int i = 0; i < ended.size(); i++) {
      Job job = ended.get(i);
      WidgetBatch batch = batches.get(i);
      expectEnd(batch.name(), job, JobStatus.COMPLETED, 1);
      checks.expect(
          batch.name() + " made",
          Optional.of(batch.items().stream().mapToInt(WidgetItem::count).sum()),
          jobs.widgetBatch().find(job.id()).flatMap(TypedJob::result).map(WidgetReport::made));
    }
    checks.expect("progress seen on the way", true, !partial.isEmpty());
    showLog(ids.get(0));
  }

  private static WidgetBatch batch(String name, int size) {
    return new WidgetBatch(
        UUID.randomUUID(),
        name,
        new WidgetOptions(7, Optional.of("foreman@example.com")),
        List.of(
            new WidgetItem("WG-1", size - 5, new BigDecimal("2.50")),
            new WidgetItem("WG-2", 5, new BigDecimal("7.90"))));
  }

  private void showLog(UUID id) {
    List<JobLogEntry> lines = service.logs(id).items();
    note("Log of " + names.get(id) + ":");
    for (JobLogEntry line : lines) {
      note("  %-5s %s %s".formatted(line.level().code(), line.message(), line.data().orElse("")));
    }
    checks.expect("log lines of " + names.get(id), 4, lines.size());
  }

  private void flakyService() throws InterruptedException {
    title("A service that is away twice: retried, then completed");
    UUID id =
        jobs.priceUpdate().submit(new PriceUpdate("WG-1", 2), SubmitOptions.by(SUBMITTER)).jobId();
    Job job = watch.untilEnd(named(id, "Price update"), look -> {}).get(0);
    expectEnd("Price update", job, JobStatus.COMPLETED, 3);
    showAttempts(id, List.of(Outcome.FAILED, Outcome.FAILED, Outcome.COMPLETED));
  }

  private void failure() throws InterruptedException {
    title("A job that cannot succeed: failed after its last attempt");
    UUID id =
        jobs.labelPrint()
            .submit(new LabelPrint("WG-1", "Hall 3"), SubmitOptions.by(SUBMITTER))
            .jobId();
    Job job = watch.untilEnd(named(id, "Label"), look -> {}).get(0);
    expectEnd("Label", job, JobStatus.FAILED, 2);
    showAttempts(id, List.of(Outcome.FAILED, Outcome.FAILED));
  }

  private void showAttempts(UUID id, List<Outcome> expected) {
    List<JobAttempt> attempts = service.attempts(id);
    Instant previousEnd = null;
    for (JobAttempt attempt : attempts) {
      String wait =
          previousEnd == null
              ? ""
              : " after a wait of "
                  + JobTexts.seconds(Duration.between(previousEnd, attempt.startedAt()));
      JobError error = attempt.error().orElse(null);
      note(
          "attempt %d%s: %s%s"
              .formatted(
                  attempt.attempt(),
                  wait,
                  attempt.outcome().code(),
                  error == null ? "" : ", " + JobTexts.message(error)));
      previousEnd = attempt.finishedAt();
    }
    checks.expect(
        "outcomes of " + names.get(id),
        expected,
        attempts.stream().map(JobAttempt::outcome).toList());
  }

  private void refusal() {
    title("A payload that is not valid: refused before anything is recorded");
    WidgetBatch careless =
        new WidgetBatch(
            UUID.randomUUID(),
            " ",
            new WidgetOptions(12, Optional.empty()),
            List.of(
                new WidgetItem("WG-1", 3, BigDecimal.ONE),
                new WidgetItem("wheel", 0, BigDecimal.ONE)));
    List<Violation> violations = List.of();
    try {
      jobs.widgetBatch().submit(careless, SubmitOptions.by(CARELESS_SUBMITTER));
    } catch (InvalidPayloadException e) {
      violations = e.violations();
    }
    for (Violation violation : violations) {
      terminal.line(
          "   %s %s %s"
              .formatted(
                  terminal.paint(Style.BAD, terminal.sign("✗", "x")),
                  terminal.column(violation.path(), 16),
                  violation.message()));
    }
    checks.expect(
        "paths of the violations",
        List.of("name", "options.quality", "items[1].sku", "items[1].count"),
        violations.stream().map(Violation::path).toList());
    int recorded = service.list(JobQuery.all().withSubmittedBy(CARELESS_SUBMITTER)).items().size();
    note("Jobs recorded: " + recorded);
    checks.expect("jobs recorded of an invalid payload", 0, recorded);
  }

  private void cancellation() throws InterruptedException {
    title("A long job that is cancelled while it runs");
    UUID id =
        jobs.catalogExport().submit(new CatalogExport(400), SubmitOptions.by(SUBMITTER)).jobId();
    AtomicReference<Optional<CancelResult>> answer = new AtomicReference<>(Optional.empty());
    Job job =
        watch
            .untilEnd(
                named(id, "Catalog"),
                look -> {
                  if (look.progress() >= CANCEL_AT_PERCENT && answer.get().isEmpty()) {
                    answer.set(Optional.of(service.cancel(id, Actor.of("ann"))));
                  }
                })
            .get(0);
    expectEnd("Catalog", job, JobStatus.CANCELLED, 1);
    checks.expect("answer to the cancellation", Optional.of(CancelResult.REQUESTED), answer.get());
    Instant asked = job.cancelRequestedAt().orElse(null);
    Instant stopped = job.finishedAt().orElse(null);
    if (asked != null && stopped != null) {
      Duration time = Duration.between(asked, stopped);
      note("Its handler stopped " + time.toMillis() + " ms after the cancellation.");
    }
  }

  private void expectEnd(String name, Job job, JobStatus status, int attempts) {
    checks.expect("status of " + name, status, job.status());
    checks.expect("attempts of " + name, attempts, job.attempts());
  }
}
