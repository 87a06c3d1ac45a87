package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.RetryJobException;
import dev.tenon.jobs.annotation.JobType;
import java.io.IOException;
import java.time.Duration;

/** Sends invoices; its exceptions decide what becomes of a job. */
@JobType("invoice.send")
public final class InvoiceSendHandler implements JobHandler<InvoiceSend, Void> {

  private final MailServer mail;
  private final Duration pause;

  /** A handler that waits so long before it disturbs the server again. */
  public InvoiceSendHandler(MailServer mail, Duration pause) {
    this.mail = mail;
    this.pause = pause;
  }

  @Override
  public Void execute(InvoiceSend invoice, JobContext context) throws IOException {
    return switch (mail.send(context.jobId(), invoice)) {
      case SENT -> null;
      case NO_SUCH_MAILBOX -> throw new PermanentJobException("There is no such mailbox");
      case BUSY -> throw new RetryJobException("The server is busy", pause, null);
      case CLOSED_FOR_THE_NIGHT -> throw context.snooze(pause);
    };
  }
}
