package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** What the page about unique jobs shows. */
final class UniqueSubmits {

  private final TestJobs jobs;

  UniqueSubmits(TestJobs jobs) {
    this.jobs = jobs;
  }

  String reindex(UUID partId) {
    Submitted submitted =
        jobs.partReindex().submit(new PartReindex(partId, "en"), SubmitOptions.by("erp"));
    return submitted.isNew()
        ? "Job " + submitted.jobId() + " was submitted."
        : "Job " + submitted.jobId() + " will do that, too.";
  }

  long reindexAll(List<PartReindex> parts) {
    List<Submitted> submitted = jobs.partReindex().submitAll(parts, SubmitOptions.by("erp"));
    return submitted.stream().filter(Submitted::isNew).count();
  }

  UUID edited(String site, String editor) {
    return jobs.sitePublish()
        .submit(
            new SitePublish(site, editor),
            SubmitOptions.by(editor).withDelay(Duration.ofSeconds(30)))
        .jobId();
  }
}
