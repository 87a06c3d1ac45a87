package dev.tenon.examples.quickstart.demo;

import dev.tenon.examples.quickstart.demo.JobView.Row;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/** Watches jobs until they have ended, and shows them meanwhile. */
final class JobWatch {

  private static final Duration INTERVAL = Duration.ofMillis(80);
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final JobService jobs;
  private final Terminal terminal;

  JobWatch(JobService jobs, Terminal terminal) {
    this.jobs = jobs;
    this.terminal = terminal;
  }

  /**
   * Returns when all have ended, or patience has.
   *
   * @param names the jobs and what they are called
   * @param onLook is called with each job each time it is read
   * @return the jobs as they were read last
   */
  List<Job> untilEnd(Map<UUID, String> names, Consumer<Job> onLook) throws InterruptedException {
    JobView view = terminal.isLive() ? new LiveJobView(terminal) : new PlainJobView(terminal);
    long start = System.nanoTime();
    try {
      while (true) {
        List<Row> rows = new ArrayList<>();
        for (Map.Entry<UUID, String> entry : names.entrySet()) {
          Job job = jobs.get(entry.getKey());
          onLook.accept(job);
          rows.add(new Row(entry.getValue(), job));
        }
        view.show(rows);
        List<Job> read = rows.stream().map(Row::job).toList();
        if (read.stream().allMatch(job -> job.status().isTerminal())
            || System.nanoTime() - start > PATIENCE.toNanos()) {
          return read;
        }
        Thread.sleep(INTERVAL.toMillis());
      }
    } finally {
      view.end();
    }
  }
}
