package dev.tenon.examples.dagger;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import jakarta.inject.Inject;
import org.jspecify.annotations.Nullable;

/** Writes and sends the mail. */
@JobType("mail.welcome")
final class WelcomeMailHandler implements JobHandler<WelcomeMail, Void> {

  private final MailServer mailServer;

  @Inject
  WelcomeMailHandler(MailServer mailServer) {
    this.mailServer = mailServer;
  }

  @Override
  public @Nullable Void execute(WelcomeMail mail, JobContext context) {
    mailServer.send(mail.to(), "Welcome, " + mail.name() + "!");
    return null;
  }
}
