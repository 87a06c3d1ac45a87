package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.internal.background.FailureLog;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.listeners.ListenerRecords;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.schedule.DueRunsPlan;
import dev.tenon.jobs.internal.schedule.ScheduledRunStore;
import dev.tenon.jobs.internal.schedule.ScheduledRunStore.Fired;
import dev.tenon.jobs.internal.signal.Notifications;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.listen.JobListener.Source;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Submits the jobs of schedules that are due. Each schedule has its own transaction, which submits
 * the jobs and moves the schedule to its next run, so that no run is missed or submitted twice, and
 * a schedule that cannot run does not stop the others.
 */
final class Schedules implements MaintenanceTask {

  private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);

  /**
   * The time limit of one run; the rest waits for the next run, so that other tasks get their turn.
   */
  private static final Duration MAX_RUN = Duration.ofSeconds(2);

  private static final Duration RETRY_PAUSE = Duration.ofSeconds(10);

  private final ScheduledRunStore store;
  private final DueCheck due;
  private final Notifications notices;
  private final JobListeners listeners;
  private final Map<String, Failure> failures = new HashMap<>();

  private final LateSchedules late;

  private record Failure(FailureLog log, long nextTryNanos) {}

  Schedules(ScheduledRunStore store, DueCheck due, Notifications notices, JobListeners listeners) {
    this.listeners = listeners;
    this.store = store;
    this.due = due;
    this.notices = notices;
    this.late = new LateSchedules(store);
  }

  @Override
  public String name() {
    return "schedules";
  }

  @Override
  public Duration interval() {
    return Duration.ofMillis(500);
  }

  @Override
  public Round run(Leadership leadership) {
    long end = System.nanoTime() + MAX_RUN.toNanos();
    List<String> names = due.hasSchedules() ? store.due() : List.of();
    failures.keySet().retainAll(names);
    for (String name : names) {
      if (System.nanoTime() >= end) {
        return Round.MORE_TO_DO;
      }
      Failure earlier = failures.get(name);
      if (earlier == null || System.nanoTime() - earlier.nextTryNanos() >= 0) {
        fireOrNote(leadership, name);
      }
    }
    return Round.of(late.bringForwardIfDue(leadership, end));
  }

  private void fireOrNote(Leadership leadership, String name) {
    try {
      fire(leadership, name);
      Failure ended = failures.remove(name);
      if (ended != null) {
        ended.log().succeeded();
      }
    } catch (LeadershipLostException | StoreUnavailableException e) {
      if (isLocked(e)) {
        LOG.debug(
            "Another transaction holds the schedule '{}'; it is tried again next time.",
            LogText.escape(name));
        return;
      }
      throw e;
    } catch (RuntimeException e) {
      Failure earlier = failures.get(name);
      FailureLog log =
          earlier != null
              ? earlier.log()
              : new FailureLog(
                  LOG,
                  "The schedule '" + LogText.escape(name) + "'",
                  "It submits no jobs until it succeeds. All other schedules continue.");
      failures.put(name, new Failure(log, System.nanoTime() + RETRY_PAUSE.toNanos()));
      log.failed(e, RETRY_PAUSE);
      store.failed(name, LoggableFailure.describe(e));
    }
  }

  private static boolean isLocked(RuntimeException e) {
    return e instanceof StoreUnavailableException unavailable && unavailable.isHeldByOthers();
  }

  private void fire(Leadership leadership, String name) {
    Optional<Fired> fired = store.fire(leadership, name, DueRunsPlan::plan, DueRunsPlan::job);
    if (fired.isEmpty()) {
      return;
    }
    List<NewJob> jobs = fired.get().submitted();
    if (!jobs.isEmpty()) {
      List<JobPointer> pointers =
          jobs.stream()
              .filter(job -> job.isDueImmediately() && job.isPublished())
              .map(NewJob::pointer)
              .toList();
      notices.committed(pointers, pointers.size() < jobs.size());
      NewJob first = jobs.get(0);
      listeners
          .submitting(
              () ->
                  new ListenerRecords.Submit(
                      Source.SCHEDULE,
                      name,
                      List.of(
                          new ListenerRecords.Jobs(first.type(), first.routingKey(), jobs.size())),
                      false))
          .submitted(jobs.stream().map(job -> new Submitted(job.id(), true)).toList());
    }
    fired.get().cancelRequested().forEach(notices::cancelRequested);
    String refusal = fired.get().refusal();
    if (refusal != null) {
      LOG.warn(
          "The schedule '{}' left out a run, because its job was refused: {}",
          LogText.escape(name),
          LogText.escape(refusal));
    }
    if (fired.get().leftOut() > 0) {
      LOG.info(
          "The schedule '{}' skipped {} run(s) because an earlier one has not ended.",
          LogText.escape(name),
          fired.get().leftOut());
    }
  }
}
