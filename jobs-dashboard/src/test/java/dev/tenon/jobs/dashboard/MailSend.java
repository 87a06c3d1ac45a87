package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.annotation.JobType;

/** Sends a mail. */
@JobType(
    value = "mail.send",
    label = "Mail",
    maxAttempts = 3,
    retryDelays = {"1h"},
    cron = "0 6 * * MON")
record MailSend(String to) {

  MailSend() {
    this("all@example.com");
  }
}
