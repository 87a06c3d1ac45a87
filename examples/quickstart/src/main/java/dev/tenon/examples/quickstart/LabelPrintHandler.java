package dev.tenon.examples.quickstart;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

/** Prints labels; there is no printer, so its jobs fail until their attempts are used up. */
@JobType("label.print")
public final class LabelPrintHandler implements JobHandler<LabelPrint, Void> {

  @Override
  public Void execute(LabelPrint label, JobContext context) {
    throw new IllegalStateException("There is no printer '" + label.printer() + "'");
  }
}
