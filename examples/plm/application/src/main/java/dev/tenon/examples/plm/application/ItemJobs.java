package dev.tenon.examples.plm.application;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The states of the jobs of an item, as a table. Thread-safe. */
public final class ItemJobs {

  private static final int BAR = 10;
  private static final int PERCENT = 100;
  private static final int MAX_NEWS_LENGTH = 80;
  private static final String ROW = "%-32s  %-9s  %-10s %4s  %-8s  %s";

  private final JobService jobs;

  /** The jobs of this service. */
  public ItemJobs(JobService jobs) {
    this.jobs = jobs;
  }

  /** The jobs of an item, oldest first. */
  public List<Job> of(String item) {
    List<Job> found = new ArrayList<>();
    for (JobSummary job :
        jobs.list(JobQuery.all().withItemId(item).withLimit(JobQuery.MAX_LIMIT)).items()) {
      found.add(0, jobs.get(job.id()));
    }
    return found;
  }

  /** The jobs with these ids, in their order. */
  public List<Job> of(List<UUID> ids) {
    return ids.stream().map(jobs::get).toList();
  }

  /**
   * The lines of a table: type, status, progress, attempts, and the result or what it is doing.
   */
  public static List<String> table(List<Job> jobs) {
    List<String> lines = new ArrayList<>();
    lines.add(ROW.formatted("job", "status", "progress", "", "attempts", "").stripTrailing());
    for (Job job : jobs) {
      lines.add(
          ROW.formatted(
                  job.type(),
                  job.status().code(),
                  bar(job.progress()),
                  job.progress() + "%",
                  job.attempts() + " of " + job.maxAttempts(),
                  news(job))
              .stripTrailing());
    }
    return lines;
  }

  private static String bar(int percent) {
    int filled = percent * BAR / PERCENT;
    return "#".repeat(filled) + ".".repeat(BAR - filled);
  }

  private static String news(Job job) {
    String news = allNews(job);
    return news.length() <= MAX_NEWS_LENGTH ? news : news.substring(0, MAX_NEWS_LENGTH - 1) + "…";
  }

  private static String allNews(Job job) {
    return job.result()
        .or(() -> job.error().map(error -> error.message().orElse("failed")))
        .or(job::progressMessage)
        .orElse("");
  }
}
