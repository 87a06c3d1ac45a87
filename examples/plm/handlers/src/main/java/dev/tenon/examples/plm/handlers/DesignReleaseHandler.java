package dev.tenon.examples.plm.handlers;

import dev.tenon.examples.plm.DesignApproved;
import dev.tenon.examples.plm.DesignRejected;
import dev.tenon.examples.plm.DesignRelease;
import dev.tenon.examples.plm.DesignReleased;
import dev.tenon.examples.plm.ItemState;
import dev.tenon.examples.plm.ReleaseDecision;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.annotation.Awaits;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Step;
import dev.tenon.jobs.durable.StepContext;
import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Asks somebody by mail to approve an item, waits for the decision without a thread, and changes
 * the item in one transaction with the record that it has done so.
 */
@JobType("design.release")
@Awaits(
    name = "decision",
    value = {DesignApproved.class, DesignRejected.class})
public final class DesignReleaseHandler implements JobHandler<DesignRelease, DesignReleased> {

  private static final Duration PATIENCE = Duration.ofDays(14);

  private final Designs designs;
  private final Mailer mailer;

  /** A handler for these designs that sends with this mailer. */
  @Inject
  public DesignReleaseHandler(Designs designs, Mailer mailer) {
    this.designs = designs;
    this.mailer = mailer;
  }

  @Override
  public DesignReleased execute(DesignRelease release, JobContext context) throws Exception {
    DesignReleaseSteps steps = DesignReleaseSteps.of(this, context);
    steps.askApprover(
        release,
        release.pages() + "/approve?token=" + steps.tokenForDesignApproved(),
        release.pages() + "/reject?token=" + steps.tokenForDesignRejected());
    ReleaseDecision decision =
        steps
            .awaitDecision(PATIENCE)
            .orElseThrow(() -> new PermanentJobException("Nobody has decided in two weeks."));
    ItemState state = decision instanceof DesignApproved ? ItemState.RELEASED : ItemState.DRAFT;
    steps.changeState(release, state, decision.by());
    steps.tellRequester(release, state, decision.by());
    return new DesignReleased(state, decision.by());
  }

  @Step
  void askApprover(DesignRelease release, String approve, String reject, StepContext step)
      throws MessagingException {
    send(
        step,
        release.approver(),
        "May " + release.itemNumber() + " be made?",
        "To release it: %s%nTo send it back: %s%n".formatted(approve, reject));
  }

  /** The state and the entry in the history are there once, whatever dies. */
  @Step
  void changeState(Connection transaction, DesignRelease release, ItemState state, String by)
      throws SQLException {
    designs.changeState(transaction, release.designId(), release.itemNumber(), state, by);
  }

  @Step
  void tellRequester(DesignRelease release, ItemState state, String by, StepContext step)
      throws MessagingException {
    send(
        step,
        release.requester(),
        release.itemNumber() + " is " + state,
        "%s has decided that %s is %s.".formatted(by, release.itemNumber(), state));
  }

  /** A step that runs again after a crash sends a mail with the same id. */
  private void send(StepContext step, String to, String subject, String text)
      throws MessagingException {
    try {
      mailer.send("<" + step.idempotencyKey() + "@plm.example>", List.of(to), subject, text);
    } catch (Mailer.RefusedException e) {
      throw new PermanentJobException("A recipient does not exist.", e);
    }
  }
}
