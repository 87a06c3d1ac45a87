package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

/** Applies what has happened to accounts. */
@JobType("account.event.apply")
public final class AccountEventHandler implements JobHandler<AccountEvent, Void> {

  @Override
  public Void execute(AccountEvent event, JobContext context) {
    context.log().info("Applied " + event.event());
    return null;
  }
}
