package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.flow.LimitKeyStore;
import dev.tenon.jobs.internal.flow.MissingKeyStore;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import dev.tenon.jobs.internal.leader.TaskStore;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.liveness.CurrentSession;
import dev.tenon.jobs.internal.operate.AuditStore;
import dev.tenon.jobs.internal.operate.HealthStore;
import dev.tenon.jobs.internal.operate.RetentionStore;
import dev.tenon.jobs.internal.operate.StatisticsStore;
import dev.tenon.jobs.internal.publish.DueStore;
import dev.tenon.jobs.internal.publish.PublishStore;
import dev.tenon.jobs.internal.publish.SkippedJobStore;
import dev.tenon.jobs.internal.publish.UnpublishedStore;
import dev.tenon.jobs.internal.schedule.ScheduledRunStore;
import dev.tenon.jobs.internal.signal.Notifications;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.store.DropStore;
import dev.tenon.jobs.internal.store.ExpiryStore;
import dev.tenon.jobs.internal.store.HeartbeatStore;
import dev.tenon.jobs.internal.store.LineStore;
import dev.tenon.jobs.internal.store.RescueStore;
import dev.tenon.jobs.internal.store.SignalStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does maintenance while this process is the leader. Every runtime takes part in the election, and
 * one leads; if it dies or hangs, its term ends and another takes over.
 *
 * <p>One thread keeps the leadership, watches the workers, and rescues the jobs of lost ones. The
 * relay and the schedules, which are due every half second, have a thread each, and one more does
 * all other tasks. So no task delays a time-critical one, or costs the leadership.
 */
public final class Maintenance implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration MAX_CLOSE = Duration.ofSeconds(10);

  /** The time that a job is in a queue before it is published again with the highest priority. */
  private static final Duration QUEUED_FOR_LONG = Duration.ofMinutes(10);

  private final Election election;
  private final TaskNotes notes;
  private final EndedProcesses processes;
  private final @Nullable Witness witness;
  private final Rescue rescue;
  private final ScheduledTask scheduledRescue;
  private final List<TaskLoop> loops = new ArrayList<>();
  private final BackgroundLoop leader;
  private final Duration tick;
  private final Runnable leads;

  /**
   * Creates maintenance; {@link #start()} starts it.
   *
   * @param database the database of the jobs
   * @param dispatcher publishes pointers; null if there is no RabbitMQ
   * @param limits when workers and jobs are lost
   * @param session the session of this process
   * @param notices is notified of rescued jobs and of what the schedules have done
   * @param listeners are notified of rescued jobs
   * @param leads is called now and then while this process is the leader; it returns quickly
   */
  public Maintenance(
      Database database,
      @Nullable Dispatcher dispatcher,
      LossLimits limits,
      CurrentSession session,
      Notifications notices,
      JobListeners listeners,
      Runnable leads) {
    this.leads = leads;
    this.election = new Election(new LeaderStore(database, session));
    this.notes = new TaskNotes(new TaskStore(database));
    this.processes = new EndedProcesses(limits.silence());
    this.witness = limits.asksProcesses() ? new Witness(processes, session) : null;
    this.rescue =
        new Rescue(
            new HeartbeatStore(database),
            new RescueStore(database),
            dispatcher,
            limits,
            processes,
            notices,
            listeners);
    this.scheduledRescue = new ScheduledTask(rescue, notes);
    List<MaintenanceTask> others = new ArrayList<>();
    if (dispatcher != null) {
      PublishStore published = new PublishStore(database);
      loops.add(
          taskLoop(
              "tenon-relay",
              List.of(
                  new Relay(
                      new UnpublishedStore(database),
                      new SkippedJobStore(database),
                      dispatcher,
                      dueCheck(database)))));
      others.add(new Reconciliation(published, dispatcher));
      others.add(new Ageing(published, dispatcher, QUEUED_FOR_LONG));
    }
    DueCheck due = dueCheck(database);
    loops.add(
        taskLoop(
            "tenon-schedules",
            List.of(
                new Schedules(new ScheduledRunStore(database), due, notices, listeners),
                new Signals(new SignalStore(database), due, notices),
                new Expiry(new ExpiryStore(database), due, listeners),
                new Lines(new LineStore(database), due, notices))));
    others.add(new FullBacklogs(new DropStore(database), listeners));
    others.add(new LimitKeys(new LimitKeyStore(database), new MissingKeyStore(database)));
    others.add(new Retention(new RetentionStore(database), new AuditStore(database)));
    others.add(new Statistics(new StatisticsStore(database)));
    others.add(new UnknownVersions(new HealthStore(database), limits.silence()));
    loops.add(taskLoop("tenon-maintenance", others));
    this.tick = rescue.interval().compareTo(TICK) < 0 ? rescue.interval() : TICK;
    this.leader = loop("tenon-leader", "This process's part in maintenance").repeat(this::lead);
  }

  /** Creates the check of a thread: each thread that checks what is due has its own answer. */
  private static DueCheck dueCheck(Database database) {
    return new DueCheck(new DueStore(database));
  }

  private TaskLoop taskLoop(String threadName, List<MaintenanceTask> tasks) {
    return new TaskLoop(
        loop(threadName, "Maintenance"),
        tasks.stream().map(task -> new ScheduledTask(task, notes)).toList(),
        this::asLeader);
  }

  private static BackgroundLoop.Builder loop(String threadName, String description) {
    return BackgroundLoop.named(threadName)
        .description(description)
        .whatFollowsAFailure("If that lasts, another process does maintenance.")
        .retryPause(Duration.ofMillis(500), Duration.ofSeconds(1));
  }

  /** Starts to take part in the election. */
  public void start() {
    if (witness != null) {
      witness.start();
    }
    leader.start();
    loops.forEach(TaskLoop::start);
  }

  /** Returns whether this process does maintenance at the moment. */
  public boolean isLeading() {
    return election.current() != null;
  }

  private Duration lead() {
    boolean isLeader = isLeading();
    if (!isLeader) {
      rescue.lookIfDue(false).ifPresent(election::heard);
    }
    if (loops.stream().noneMatch(TaskLoop::hangs)) {
      if (!isLeader) {
        processes.endedLeader().ifPresent(election::takeOver);
      }
      election.askIfDue();
    }
    if (isLeader) {
      // The lead comes first
      rescue.lookIfDue(true);
      leads.run();
    }
    if (rescue.isUrgent()) {
      scheduledRescue.hasten();
    }
    asLeader(scheduledRescue, System.nanoTime());
    notes.writeIfDue();
    return tick;
  }

  private void asLeader(ScheduledTask task, long now) {
    Leadership current = election.current();
    if (current != null) {
      try {
        task.runIfDue(current, now);
      } catch (LeadershipLostException e) {
        LOG.warn("{} Another process does maintenance.", e.getMessage());
        election.lost(current);
      }
    }
  }

  /** Gives up the leadership, and stops. */
  @Override
  public void close() {
    leader.closeSoon();
    if (witness != null) {
      witness.closeSoon();
    }
    loops.forEach(TaskLoop::closeSoon);
    try {
      boolean allHaveEnded = leader.close(MAX_CLOSE);
      for (TaskLoop loop : loops) {
        allHaveEnded &= loop.close(MAX_CLOSE);
      }
      if (allHaveEnded) {
        election.resign();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
