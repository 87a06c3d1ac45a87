package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "report.write", emits = ReportWrite.Paragraph.class)
record ReportWrite(String topic) {
  record Paragraph(String text) {}
}
