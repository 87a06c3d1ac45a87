package dev.tenon.jobs.quarkus.deployment.labels;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

/** A handler whose source a test changes. */
@JobType("label.print")
public class LabelPrintHandler implements JobHandler<LabelPrint, String> {

  private final Printer printer;

  LabelPrintHandler(Printer printer) {
    this.printer = printer;
  }

  @Override
  public String execute(LabelPrint label, JobContext context) throws Exception {
    printer.print(label.text());
    return "printed " + label.text();
  }
}
