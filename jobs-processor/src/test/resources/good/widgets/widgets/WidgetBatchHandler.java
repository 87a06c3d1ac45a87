package widgets;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.annotation.JobType;

/** Processes batches; it may submit jobs itself. */
@JobType("widget.process.batch")
public final class WidgetBatchHandler implements JobHandler<WidgetBatch, WidgetReport> {

  private final WidgetJobs jobs;

  public WidgetBatchHandler(WidgetJobs jobs) {
    this.jobs = jobs;
  }

  @Override
  public WidgetReport execute(WidgetBatch batch, JobContext context) {
    batch.items().forEach(item -> jobs.purgeWidgets().submit(new PurgeWidgets(1), SubmitOptions.by("batch")));
    return new WidgetReport(batch.name(), batch.items().size());
  }
}
