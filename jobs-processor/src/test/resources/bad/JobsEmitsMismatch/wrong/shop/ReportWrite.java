package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("report.write")
record ReportWrite(String topic) {
  record Paragraph(String text) {}
}
