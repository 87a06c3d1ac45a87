package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

/** Notes which mails are to be sent. */
@JobType("mail.send")
public final class MailSendHandler implements JobHandler<MailSend, Void> {

  @Override
  public Void execute(MailSend mail, JobContext context) {
    context.log().info(mail.text() + " for " + mail.to());
    return null;
  }
}
