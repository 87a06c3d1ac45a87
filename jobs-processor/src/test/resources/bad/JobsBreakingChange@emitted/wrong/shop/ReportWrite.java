package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(value = "report.write", emits = ReportWrite.Paragraph.class)
record ReportWrite(String topic) {
  record Paragraph(long text) {}
}
