package dev.tenon.examples.quickstart;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Exports page after page, and looks before each whether somebody has cancelled the job. */
@JobType("catalog.export")
public final class CatalogExportHandler implements JobHandler<CatalogExport, Void> {

  private final Duration timePerPage;

  /** A handler that takes so long for a page. */
  public CatalogExportHandler(Duration timePerPage) {
    this.timePerPage = timePerPage;
  }

  @Override
  public @Nullable Void execute(CatalogExport export, JobContext context)
      throws InterruptedException {
    for (int page = 1; page <= export.pages(); page++) {
      context.checkCancelled();
      Thread.sleep(timePerPage.toMillis());
      context.progress(100 * page / export.pages(), "page " + page + " of " + export.pages());
    }
    return null;
  }
}
