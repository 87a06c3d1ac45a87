package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("report.read")
record ReportRead(String topic) {}
