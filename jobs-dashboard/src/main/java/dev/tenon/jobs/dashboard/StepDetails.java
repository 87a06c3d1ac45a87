package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.dashboard.StepRow.Around;
import dev.tenon.jobs.durable.JobSignal;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.JobStep.State;
import dev.tenon.jobs.durable.JobSteps;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Reads the part of a job's page that is about its steps. */
final class StepDetails {

  private static final int MAX_STEPS = 200;
  private static final int MAX_SIGNALS = 100;

  /** Steps in these states are shown even if there are many later ones. */
  private static final Set<State> OPEN =
      Set.of(State.BEGUN, State.FAILED, State.IN_DOUBT, State.NOT_DONE, State.WAITING);

  private StepDetails() {}

  static StepsView of(Call call, Job job, boolean canAct) {
    UUID id = job.id();
    JobSteps all = call.site().jobs().steps();
    Around around = new Around(job.status(), false, canAct);
    List<JobStep> steps = all.ofJob(id);
    List<JobStep> shown = shown(steps);
    List<JobSignal> signals = all.signalsOfJob(id);
    int earlier = Math.max(0, signals.size() - MAX_SIGNALS);
    List<StepsView.Signal> sent = new ArrayList<>();
    for (JobSignal signal : signals.subList(earlier, signals.size())) {
      sent.add(signal(signal, around, sent.size() + 1, call.format()));
    }
    return new StepsView(
        StepRow.of(shown, around, call.format()),
        shown.size() == steps.size() ? "" : Format.number(steps.size() - shown.size()),
        sent,
        earlier == 0 ? "" : Format.number(earlier),
        JsonForm.rows(all.cursorOfJob(id).orElse(null)),
        canAct && !around.hasEnded() && !Awaited.of(call, job.type(), steps).isEmpty());
  }

  private static List<JobStep> shown(List<JobStep> steps) {
    int first = steps.size() - MAX_STEPS;
    List<JobStep> shown = new ArrayList<>();
    int open = 0;
    for (int i = 0; i < steps.size(); i++) {
      boolean isOpen = i < first && open < MAX_STEPS && OPEN.contains(steps.get(i).state());
      open += isOpen ? 1 : 0;
      if (i >= first || isOpen) {
        shown.add(steps.get(i));
      }
    }
    return shown;
  }

  private static StepsView.Signal signal(JobSignal signal, Around job, int number, Format format) {
    boolean isWrong = signal.error().isPresent();
    boolean isDelivered = signal.deliveredAt().isPresent();
    String label =
        isDelivered
            ? "delivered"
            : isWrong ? "not valid" : job.hasEnded() ? "not delivered" : "not delivered yet";
    return new StepsView.Signal(
        Integer.toString(number),
        signal.name(),
        signal.key(),
        signal.id(),
        format.when(signal.sentAt()),
        signal.sentBy(),
        label,
        label.replace(' ', '_'),
        format.maybe(signal.deliveredAt().orElse(null)),
        signal.error().stream().toList(),
        JsonForm.rows(signal.value()));
  }
}
