package dev.tenon.examples.quickstart;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;

/** Has a batch made, and then its label printed. */
final class LabelledBatch {

  private LabelledBatch() {}

  static SubmittedWorkflow submit(JobService service, WidgetBatch batch) {
    WidgetJobs jobs = new WidgetJobs(service);
    Workflow workflow = Workflow.named("labelled batch").submittedBy("shop");
    Task<WidgetReport> made = workflow.add(jobs.widgetBatch(), batch);
    workflow.add(jobs.labelPrint(), LabelPrintJob.OF_BATCH, made);
    return service.submit(workflow);
  }
}
