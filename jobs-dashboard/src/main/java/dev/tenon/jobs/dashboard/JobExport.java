package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobMonitor;
import dev.tenon.jobs.JobPage;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.dashboard.Downloads.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The jobs that a search finds as a file, the newest first: what the list shows of them, without
 * payloads and results.
 */
final class JobExport implements Download.Source {

  /** A spreadsheet takes more, but nobody reads more. */
  static final int MAX_JOBS = 50_000;

  /** A search for a text may find few jobs on a page, or none. */
  private static final int MAX_PAGES = 200;

  /**
   * What is said of a job.
   *
   * @param name its name
   * @param isNumber whether JSON has it without quotes
   * @param value what it is; null or empty if nothing
   */
  private record Column(
      String name, boolean isNumber, Function<JobSummary, @Nullable String> value) {

    static Column of(String name, Function<JobSummary, @Nullable String> value) {
      return new Column(name, false, value);
    }

    static Column ofNumber(String name, ToIntFunction<JobSummary> value) {
      return new Column(name, true, job -> Integer.toString(value.applyAsInt(job)));
    }

    String text(JobSummary job) {
      return Objects.requireNonNullElse(value.apply(job), "");
    }

    String json(JobSummary job) {
      String text = text(job);
      return text.isEmpty() ? "null" : isNumber ? text : Json.quote(text);
    }
  }

  private final JobMonitor monitor;
  private final JobQuery query;
  private final List<Column> columns;
  private final Kind kind;
  private final int maxJobs;
  private final String address;
  private @Nullable UUID last;
  private int jobs;
  private int pages;
  private boolean isOver;

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
    this.query =
        parameters.has("after")
            ? wanted.withAfter(Call.uuid(parameters.require("after", "a job")))
            : wanted;
    this.monitor = call.site().monitor();
    this.columns = columns(call.format());
    this.kind = kind;
    this.maxJobs = maxJobs;
    String rest = parameters.encoded("after");
    this.address =
        call.base()
            + "/jobs/export."
            + JobsPages.lower(kind)
            + "?"
            + (rest.isEmpty() ? "" : rest + "&")
            + "after=";
  }

  @Override
  public byte @Nullable [] next() {
    if (isOver) {
      return null;
    }
    StringBuilder text = new StringBuilder(pages == 0 ? begin() : "");
    JobPage page =
        monitor.list(
            (last == null ? query : query.withAfter(last))
                .withLimit(Math.min(query.limit(), maxJobs - jobs)));
    pages++;
    for (JobSummary job : page.jobs()) {
      append(text, job);
    }
    Optional<UUID> next = page.next();
    if (next.isEmpty()) {
      text.append(end(""));
    } else {
      last = next.get();
      if (jobs == maxJobs || pages == MAX_PAGES) {
        text.append(
            end(
                jobs == maxJobs
                    ? "An export has at most " + maxJobs + " jobs."
                    : "The search for this text ends here."));
      }
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] cut(String why) {
    return end(why).getBytes(StandardCharsets.UTF_8);
  }

  private String begin() {
    return kind == Kind.CSV
        ? Csv.row(columns.stream().map(Column::name).toList())
        : "{\"what\":" + Json.quote(query.describe()) + ",\"jobs\":[";
  }

  private void append(StringBuilder text, JobSummary job) {
    if (kind == Kind.CSV) {
      text.append(Csv.row(columns.stream().map(column -> column.text(job)).toList()));
    } else {
      text.append(jobs == 0 ? "\n" : ",\n")
          .append(
              columns.stream()
                  .map(column -> Json.quote(column.name()) + ":" + column.json(job))
                  .collect(Collectors.joining(",", "{", "}")));
    }
    jobs++;
  }

  /**
   * The end of the file.
   *
   * @param why why jobs are missing; empty if none are
   */
  private String end(String why) {
    isOver = true;
    String where = last == null ? "" : address + last;
    if (kind == Kind.JSON) {
      return "\n],\"count\":"
          + jobs
          + ",\"cut\":"
          + (why.isEmpty() ? "null" : Json.quote(why))
          + ",\"next\":"
          + (why.isEmpty() || where.isEmpty() ? "null" : Json.quote(where))
          + "}\n";
    }
    if (why.isEmpty()) {
      return "";
    }
    List<String> note = new ArrayList<>(Collections.nCopies(columns.size(), ""));
    note.set(
        0,
        "# Cut after " + jobs + " jobs. " + why + (where.isEmpty() ? "" : " Older jobs: " + where));
    return Csv.row(note);
  }

  private static List<Column> columns(Format format) {
    return List.of(
        Column.of("id", job -> job.id().toString()),
        Column.of("type", JobSummary::type),
        Column.of("status", job -> job.status().code()),
        Column.of("priority", job -> JobsPages.lower(job.priority())),
        Column.of("item", JobSummary::itemId),
        Column.of("submitted_by", JobSummary::submittedBy),
        Column.of("submitted", job -> format.iso(job.submittedAt())),
        Column.of("due", job -> format.iso(job.runAt())),
        Column.of("started", job -> format.iso(job.startedAt())),
        Column.of("ended", job -> format.iso(job.finishedAt())),
        Column.ofNumber("attempts", JobSummary::attempts),
        Column.ofNumber("max_attempts", JobSummary::maxAttempts),
        Column.ofNumber("progress", JobSummary::progress),
        Column.of("error", job -> JobRow.error(job.error())));
  }
}
