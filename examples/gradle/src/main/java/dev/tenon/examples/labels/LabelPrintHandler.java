package dev.tenon.examples.labels;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

/** Prints labels, three on a sheet. */
@JobType("label.print")
public final class LabelPrintHandler implements JobHandler<LabelPrint, LabelPrinted> {

  private static final int PER_SHEET = 3;

  @Override
  public LabelPrinted execute(LabelPrint label, JobContext context) {
    return new LabelPrinted((label.copies() + PER_SHEET - 1) / PER_SHEET);
  }
}
