package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.dashboard.Downloads.Kind;
import dev.tenon.jobs.dashboard.ExportFile.Column;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The jobs that a search finds, as a file, newest first: what the list shows of them, without
 * payloads and results.
 */
final class JobExport implements Download.Source {

  /** A spreadsheet takes more, but nobody reads more. */
  static final int MAX_JOBS = 50_000;

  /** A search in errors may find few jobs on a page, or none. */
  private static final int MAX_PAGES = 200;

  private final JobService jobs;
  private final JobQuery query;
  private final ExportFile<JobSummary> file;
  private final int maxJobs;
  private final String address;
  private @Nullable Cursor last;
  private int pages;

  /**
   * An export of the jobs that the user may see.
   *
   * @param maxJobs where it is cut
   */
  JobExport(Call call, Kind kind, int maxJobs) {
    Parameters parameters = call.query();
    JobQuery wanted =
        Filter.of(call, parameters, Right.READ)
            .query()
            .withLimit(Math.min(JobQuery.MAX_LIMIT, maxJobs));
    this.query = call.cursor().map(wanted::withCursor).orElse(wanted);
    this.jobs = call.site().jobs();
    this.file = new ExportFile<>(kind, "jobs", columns(call.format()));
    this.maxJobs = maxJobs;
    String rest = parameters.encoded("cursor");
    this.address =
        call.base()
            + "/jobs/export."
            + JobsPages.lower(kind)
            + "?"
            + (rest.isEmpty() ? "" : rest + "&")
            + "cursor=";
  }

  @Override
  public byte @Nullable [] next() {
    if (file.hasEnded()) {
      return null;
    }
    StringBuilder text = new StringBuilder(pages == 0 ? file.begin(query.describe()) : "");
    var page =
        jobs.list(
            (last == null ? query : query.withCursor(last))
                .withLimit(Math.min(query.limit(), maxJobs - file.count())));
    pages++;
    for (JobSummary job : page.items()) {
      file.append(text, job);
    }
    Optional<Cursor> next = page.next();
    if (next.isEmpty()) {
      text.append(file.end("", ""));
    } else {
      last = next.get();
      if (file.count() == maxJobs || pages == MAX_PAGES) {
        text.append(
            file.end(
                file.count() == maxJobs
                    ? "An export has at most " + maxJobs + " jobs."
                    : "The error search ends here.",
                rest()));
      }
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte @Nullable [] cut(String why) {
    return file.hasEnded() ? null : file.note(why, rest()).getBytes(StandardCharsets.UTF_8);
  }

  private String rest() {
    return last == null ? "" : address + last;
  }

  private static List<Column<JobSummary>> columns(Format format) {
    return List.of(
        Column.of("id", job -> job.id().toString()),
        Column.of("type", JobSummary::type),
        Column.of("status", job -> job.status().code()),
        Column.of("priority", job -> job.priority().code()),
        Column.of("item", job -> job.itemId().orElse(null)),
        Column.of("submitted_by", JobSummary::submittedBy),
        Column.of("submitted", job -> format.iso(job.submittedAt())),
        Column.of("due", job -> format.iso(job.runAt())),
        Column.of("started", job -> format.iso(job.startedAt().orElse(null))),
        Column.of("ended", job -> format.iso(job.finishedAt().orElse(null))),
        Column.ofNumber("attempts", JobSummary::attempts),
        Column.ofNumber("max_attempts", JobSummary::maxAttempts),
        Column.ofNumber("progress", JobSummary::progress),
        Column.of("error", job -> JobRow.error(job.error().orElse(null))));
  }
}
