package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Schedule;
import dev.tenon.jobs.annotation.Sensitive;

/** Sends a mail. */
@JobType(
    value = "mail.send",
    label = "Mail",
    maxAttempts = 3,
    retryDelays = {"1h"},
    schedules = @Schedule(cron = "0 6 * * MON"))
record MailSend(@Sensitive String to) {

  MailSend() {
    this("all@example.com");
  }
}
