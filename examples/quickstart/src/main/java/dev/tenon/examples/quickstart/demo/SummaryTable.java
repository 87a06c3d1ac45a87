package dev.tenon.examples.quickstart.demo;

import dev.tenon.examples.quickstart.WidgetJobs;
import dev.tenon.examples.quickstart.WidgetReport;
import dev.tenon.examples.quickstart.demo.Terminal.Style;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.TypedJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** All jobs of the demo, read back from the database, as a table. */
final class SummaryTable {

  private static final int NAME = 13;
  private static final int TYPE = 21;
  private static final int STATUS = 10;
  private static final int ATTEMPTS = 9;
  private static final int TIME = 6;

  private final JobService service;
  private final Terminal terminal;

  SummaryTable(JobService service, Terminal terminal) {
    this.service = service;
    this.terminal = terminal;
  }

  /** Reads and shows the jobs, and checks that they are those that were submitted. */
  void show(Map<UUID, String> names, Checks checks) {
    List<Job> jobs = new ArrayList<>();
    service
        .list(JobQuery.all().withSubmittedBy(Scenario.SUBMITTER))
        .items()
        .forEach(job -> jobs.add(0, service.get(job.id())));
    terminal.line();
    terminal.line(" " + terminal.paint(Style.TITLE, "Read back from the database"));
    terminal.line(
        terminal.paint(
            Style.QUIET, row("job", "type", "status", "attempts", "time", "result or error")));
    for (Job job : jobs) {
      String line =
          row(
              names.getOrDefault(job.id(), "?"),
              job.type(),
              job.status().code(),
              job.attempts() + " of " + job.maxAttempts(),
              time(job),
              end(job));
      terminal.line(
          line.replaceFirst(
              " " + job.status().code() + " ",
              " " + terminal.paint(JobTexts.style(job.status()), job.status().code()) + " "));
    }
    checks.expect(
        "jobs read back", List.copyOf(names.keySet()), jobs.stream().map(Job::id).toList());
  }

  private String row(
      String name, String type, String status, String attempts, String time, String end) {
    int rest = terminal.width() - NAME - TYPE - STATUS - ATTEMPTS - TIME - 8;
    return "   %s %s %s %s %6s  %s"
        .formatted(
            terminal.column(name, NAME),
            terminal.column(type, TYPE),
            terminal.column(status, STATUS),
            terminal.column(attempts, ATTEMPTS),
            time,
            terminal.fit(end, rest));
  }

  private static String time(Job job) {
    return job.finishedAt()
        .map(finished -> JobTexts.seconds(Duration.between(job.submittedAt(), finished)))
        .orElse("-");
  }

  private String end(Job job) {
    if (job.status() != JobStatus.COMPLETED) {
      return JobTexts.news(job);
    }
    return new WidgetJobs(service)
        .widgetBatch()
        .find(job.id())
        .map(SummaryTable::result)
        .orElse(job.result().orElse(""));
  }

  private static String result(TypedJob<?, WidgetReport> job) {
    return job.result().map(report -> report.made() + " made, worth " + report.value()).orElse("");
  }
}
