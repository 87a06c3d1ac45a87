package emits;

import dev.tenon.jobs.EmittingContext;
import dev.tenon.jobs.EmittingJobHandler;
import dev.tenon.jobs.annotation.JobType;

/** Emits a heading and a paragraph. */
@JobType("report.write")
public final class ReportWriteHandler
    implements EmittingJobHandler<ReportWrite, ReportWrite.Report, ReportWrite.Part> {

  @Override
  public ReportWrite.Report execute(
      ReportWrite report, EmittingContext<ReportWrite.Part> context) {
    context.emit(new ReportWrite.Heading(report.topic()));
    context.emit(new ReportWrite.Paragraph("…", "Ann"));
    return new ReportWrite.Report(1);
  }
}
