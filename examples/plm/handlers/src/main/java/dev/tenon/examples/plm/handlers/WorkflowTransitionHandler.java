package dev.tenon.examples.plm.handlers;

import dev.tenon.examples.plm.MailSent;
import dev.tenon.examples.plm.WorkflowTransition;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.annotation.JobType;
import jakarta.inject.Inject;
import jakarta.mail.MessagingException;

/** Mails that an item has another state. */
@JobType("notification.workflow.transition")
public final class WorkflowTransitionHandler implements JobHandler<WorkflowTransition, MailSent> {

  private final Mailer mailer;

  /** A handler that sends with this mailer. */
  @Inject
  public WorkflowTransitionHandler(Mailer mailer) {
    this.mailer = mailer;
  }

  @Override
  public MailSent execute(WorkflowTransition transition, JobContext context)
      throws MessagingException {
    String messageId = "<" + context.jobId() + "@plm.example>";
    try {
      mailer.send(
          messageId,
          transition.recipients(),
          transition.itemNumber() + " is " + transition.to(),
          "%s changed %s from %s to %s."
              .formatted(
                  transition.changedBy(),
                  transition.itemNumber(),
                  transition.from(),
                  transition.to()));
    } catch (Mailer.RefusedException e) {
      throw new PermanentJobException("A recipient does not exist.", e);
    }
    return new MailSent(messageId, transition.recipients().size());
  }
}
