package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Upcaster;
import java.util.List;

/** A mail to send; once it had a single recipient. */
@JobType(value = "mail.send", version = 2)
public record MailSend(List<String> to, String text) {

  record Version1(String to, String text) {}

  @Upcaster(from = 1)
  static MailSend fromVersion1(Version1 old) {
    return new MailSend(List.of(old.to()), old.text());
  }
}
