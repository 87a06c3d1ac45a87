package dev.tenon.examples.quickstart.durable;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.Awaits;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Sleeps;
import dev.tenon.jobs.annotation.Step;
import dev.tenon.jobs.durable.StepContext;
import java.time.Duration;

/** Reminds a customer two days before the trial ends, and waits for the decision. */
@JobType("trial.remind")
@Sleeps("beforeReminder")
@Awaits(
    name = "decision",
    value = {TrialConverted.class, TrialCancelled.class})
public class TrialRemindHandler implements JobHandler<TrialRemind, String> {

  private final TrialMail mail;

  TrialRemindHandler(TrialMail mail) {
    this.mail = mail;
  }

  @Override
  public String execute(TrialRemind trial, JobContext context) {
    var steps = TrialRemindSteps.of(this, context);
    steps.sleepBeforeReminder(Duration.ofDays(12));
    steps.remind(trial, "https://shop.example/stay?token=" + steps.tokenForTrialConverted());
    TrialDecision decision =
        steps.awaitDecision(Duration.ofDays(2)).orElse(new TrialCancelled("no answer"));
    if (decision instanceof TrialConverted converted) {
      return "stays with " + converted.plan();
    }
    return "leaves: " + ((TrialCancelled) decision).reason();
  }

  @Step
  void remind(TrialRemind trial, String link, StepContext step) {
    mail.send(step.idempotencyKey(), trial.to(), link);
  }
}
