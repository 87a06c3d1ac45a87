package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.listeners.ListenerRecords;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.schedule.LockedSchedule;
import dev.tenon.jobs.internal.schedule.ScheduleTimes;
import dev.tenon.jobs.internal.schedule.ScheduledRunStore;
import dev.tenon.jobs.internal.schedule.ScheduledRuns;
import dev.tenon.jobs.internal.signal.Notifications;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.submit.NewJobFactory;
import dev.tenon.jobs.listen.JobListener.Source;
import dev.tenon.jobs.listen.JobListener.Submitting;
import dev.tenon.jobs.operate.JobScheduleNotFoundException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Submits runs of schedules that somebody requests. For listeners they are ordinary submits of one
 * job or of many, with a trace context. Thread-safe.
 */
final class RequestedRuns {

  private final ScheduledRunStore store;
  private final JobListeners listeners;
  private final Notifications notifications;

  RequestedRuns(ScheduledRunStore store, JobListeners listeners, Notifications notifications) {
    this.store = store;
    this.listeners = listeners;
    this.notifications = notifications;
  }

  /** Submits a job of a schedule. */
  UUID runNow(String name, Actor actor) {
    UUID id = NewJobFactory.newId();
    new OneSubmit(Source.ONE, ChangeByHand.of("run schedule", name, actor))
        .submit(name, schedule -> List.of(schedule.job().withRun(id, actor.name(), null)), true);
    return id;
  }

  /**
   * Submits the past runs of a range of time; returns the ids of all, in the order of their times.
   */
  List<UUID> backfill(String name, Instant from, Instant to, Actor actor) {
    ScheduleTimes.checkRange(from, to);
    return new OneSubmit(Source.MANY, ChangeByHand.of("backfill schedule", name, actor))
        .submit(
            name,
            schedule ->
                ScheduleTimes.past(
                        name, schedule.timing(), from, to, schedule.until(), schedule.now())
                    .stream()
                    .map(
                        time ->
                            schedule
                                .job()
                                .withRun(ScheduledRuns.jobId(name, time), actor.name(), null))
                    .toList(),
            false);
  }

  /** A submit. Its jobs are known once the row of the schedule is locked. */
  private final class OneSubmit {

    private final Source source;
    private final ChangeByHand change;
    private Submitting submitting = Submitting.NOTHING;
    private boolean hasBegun;
    private List<NewJob> asked = List.of();

    OneSubmit(Source source, ChangeByHand change) {
      this.source = source;
      this.change = change;
    }

    List<UUID> submit(
        String name, Function<LockedSchedule, List<NewJob>> toJobs, boolean isLastRun) {
      try {
        List<NewJob> recorded =
            DefaultJobSchedules.accessing(
                    "No jobs of the schedule '" + name + "' were submitted",
                    () ->
                        store.submit(
                            name, schedule -> begin(toJobs.apply(schedule)), isLastRun, change))
                .orElseThrow(() -> new JobScheduleNotFoundException(name));
        committed(recorded);
        return asked.stream().map(NewJob::id).toList();
      } catch (RuntimeException | Error e) {
        submitting.failed(e);
        throw e;
      }
    }

    /** Begins the submit again if a deadlock has ended the transaction. */
    private List<NewJob> begin(List<NewJob> jobs) {
      if (!hasBegun && !jobs.isEmpty()) {
        hasBegun = true;
        submitting =
            listeners.submitting(
                () ->
                    new ListenerRecords.Submit(
                        source, jobs.get(0).type(), SubmitEvents.byType(jobs), false));
      }
      asked = SubmitEvents.traced(jobs, submitting.traceContext());
      return asked;
    }

    private void committed(List<NewJob> recorded) {
      List<JobPointer> pointers =
          recorded.stream().filter(NewJob::isPublished).map(NewJob::pointer).toList();
      notifications.committed(pointers, pointers.size() < recorded.size());
      Set<UUID> created = recorded.stream().map(NewJob::id).collect(Collectors.toSet());
      submitting.submitted(
          asked.stream().map(job -> new Submitted(job.id(), created.contains(job.id()))).toList());
    }
  }
}
