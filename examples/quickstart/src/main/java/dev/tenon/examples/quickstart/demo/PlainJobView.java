package dev.tenon.examples.quickstart.demo;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Prints a line for each change of the status, and for each quarter of the progress. */
final class PlainJobView implements JobView {

  private static final int NAME = 16;
  private static final int QUARTER = 25;

  private final Terminal terminal;
  private final long startNanos = System.nanoTime();
  private final Map<String, State> reported = new HashMap<>();

  PlainJobView(Terminal terminal) {
    this.terminal = terminal;
  }

  private record State(JobStatus status, int attempts, int quarter) {}

  @Override
  public void show(List<Row> rows) {
    for (Row row : rows) {
      Job job = row.job();
      // Whether a waiting job's message is with the broker yet is of no interest here
      JobStatus status = job.status() == JobStatus.QUEUED ? JobStatus.PENDING : job.status();
      State state = new State(status, job.attempts(), job.progress() / QUARTER);
      if (!state.equals(reported.put(row.name(), state))) {
        terminal.line(line(row.name(), job));
      }
    }
  }

  private String line(String name, Job job) {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
    String progress = job.status() == JobStatus.RUNNING ? " " + job.progress() + " %" : "";
    return "   %7s  %s %s%s: %s"
        .formatted(
            JobTexts.seconds(elapsed),
            terminal.column(name, NAME),
            job.status().code(),
            progress,
            JobTexts.news(job));
  }

  @Override
  public void end() {
    // Lines stay as they are
  }
}
