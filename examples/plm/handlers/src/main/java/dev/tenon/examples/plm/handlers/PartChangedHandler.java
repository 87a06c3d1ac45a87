package dev.tenon.examples.plm.handlers;

import dev.tenon.examples.plm.OwnersAlerted;
import dev.tenon.examples.plm.PartChanged;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * Alerts owners by mail. Each alert is recorded immediately, so that a later attempt does not
 * repeat it.
 */
@JobType("workinstruction.part.changed")
public final class PartChangedHandler implements JobHandler<PartChanged, OwnersAlerted> {

  private final WorkInstructions workInstructions;
  private final Mailer mailer;

  /** A handler for these work instructions that sends with this mailer. */
  @Inject
  public PartChangedHandler(WorkInstructions workInstructions, Mailer mailer) {
    this.workInstructions = workInstructions;
    this.mailer = mailer;
  }

  @Override
  public OwnersAlerted execute(PartChanged change, JobContext context)
      throws SQLException, MessagingException {
    Map<String, List<String>> affected = workInstructions.using(change.partId());
    int alerted = 0;
    int done = 0;
    for (Map.Entry<String, List<String>> owner : affected.entrySet()) {
      context.checkCancelled();
      if (workInstructions.wasAlerted(context.jobId(), owner.getKey())
          || alert(change, owner.getKey(), owner.getValue(), context)) {
        alerted++;
      }
      done++;
      context.progress(100 * done / affected.size(), done + " of " + affected.size() + " owners");
    }
    int instructions = affected.values().stream().mapToInt(List::size).sum();
    return new OwnersAlerted(alerted, instructions);
  }

  /** One owner without a mailbox must not keep the news from the others. */
  private boolean alert(PartChanged change, String owner, List<String> numbers, JobContext context)
      throws SQLException, MessagingException {
    try {
      mailer.send(
          "<%s.%08x@plm.example>".formatted(context.jobId(), owner.hashCode()),
          List.of(owner),
          "A part in your work instructions has changed",
          "The part has revision %s now. It is used in: %s."
              .formatted(change.revision(), String.join(", ", numbers)));
    } catch (Mailer.RefusedException e) {
      context.log().warn("The mail server refuses an owner", Map.of("instructions", numbers));
      return false;
    }
    workInstructions.alerted(context.jobId(), owner, change.partId(), change.revision());
    return true;
  }
}
