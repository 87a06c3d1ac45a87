package dev.tenon.jobs.cli;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Page;
import java.time.Duration;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenon tail}. */
@Command(
    name = "tail",
    description =
        "Print the log of a job, and follow it until the job ends. The exit code is 3 if the job failed or was"
            + " cancelled.")
final class TailCommand extends TenonCommand {

  private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(500);

  /** A line may have 64 KiB and more. */
  private static final int PAGE = 200;

  @Parameters(paramLabel = "ID", description = "Id of the job")
  private UUID id;

  @Option(names = "--no-follow", description = "Print the existing entries and exit")
  private boolean noFollow;

  /** Those that have not been printed yet. */
  private JobLogQuery lines = JobLogQuery.all().withLimit(PAGE);

  @SuppressWarnings("NullAway.Init")
  TailCommand() {}

  @Override
  int run(Connection database) {
    JobService jobs = database.jobs();
    while (true) {
      // The job first: what it wrote before its end is there when its end is
      Job job = jobs.get(id);
      printNew(jobs);
      if (out().checkError()) {
        // The reader has closed the pipe, as "| head" does
        return Failure.FAILED;
      }
      if (job.status().isTerminal() || noFollow) {
        return end(job);
      }
      try {
        Thread.sleep(LOOK_AGAIN_AFTER.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Failure.of("The thread was interrupted.");
      }
    }
  }

  private void printNew(JobService jobs) {
    boolean hasMore;
    do {
      Page<JobLogEntry> page = jobs.logs(id, lines);
      for (JobLogEntry line : page) {
        print(line);
        lines = lines.withCursor(line.cursor());
      }
      hasMore = page.next().isPresent();
    } while (hasMore);
    out().flush();
  }

  private void print(JobLogEntry entry) {
    if (isJson()) {
      print(Views.line(entry));
    } else if (entry.emitted().isPresent()) {
      line("%s value [%d] %s".formatted(entry.loggedAt(), entry.attempt(), entry.emitted().get()));
    } else {
      line(
          "%s %-5s [%d] %s%s"
              .formatted(
                  entry.loggedAt(),
                  entry.level().code(),
                  entry.attempt(),
                  entry.message(),
                  entry.data().map(value -> " " + value).orElse("")));
    }
  }

  private int end(Job job) {
    if (!job.status().isTerminal()) {
      return 0;
    }
    if (!isJson()) {
      String error = Views.text(job.error().orElse(null));
      line(
          "The job has ended: %s%s"
              .formatted(job.status().code(), error.isEmpty() ? "" : ", " + error));
    }
    return job.status() == JobStatus.COMPLETED ? 0 : Failure.UNWELL;
  }
}
