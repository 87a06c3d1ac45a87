package flow;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Schedule;

/** Submitted by schedules with payloads of their own. */
@JobType(
    value = "report.create",
    schedules = {
      @Schedule(name = "nightly", cron = "0 3 * * *", payload = "forNight"),
      @Schedule(name = "weekly", cron = "0 5 * * MON", payload = "forWeek")
    })
public record ReportCreate(int days) {

  static ReportCreate forNight() {
    return new ReportCreate(1);
  }

  static ReportCreate forWeek() {
    return new ReportCreate(7);
  }
}
