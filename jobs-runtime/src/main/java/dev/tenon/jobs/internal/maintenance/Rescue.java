package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.background.RestAfterWork;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.listeners.ListenerRecords;
import dev.tenon.jobs.internal.signal.Notifications;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.store.HeartbeatStore;
import dev.tenon.jobs.internal.store.HeartbeatStore.Beat;
import dev.tenon.jobs.internal.store.HeartbeatStore.Heartbeats;
import dev.tenon.jobs.internal.store.RescueStore;
import dev.tenon.jobs.internal.store.RescueStore.Rescued;
import dev.tenon.jobs.internal.store.RescueStore.Silent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the jobs of lost workers to others. A job of a live worker is left alone, however long it
 * runs. Every process watches the workers, so that a new leader knows immediately which are silent.
 */
final class Rescue implements MaintenanceTask {

  private static final Logger LOG = LoggerFactory.getLogger(Rescue.class);
  private static final int BATCH = 1000;
  private static final Duration MAX_REST = Duration.ofMinutes(1);
  private static final Duration WORKERS_ARE_REMEMBERED = Duration.ofDays(1);

  /** The pause before the rescue waits again for workflows that others held. */
  private static final Duration WAIT_AGAIN = Duration.ofSeconds(30);

  private final HeartbeatStore heartbeatStore;
  private final RescueStore store;
  private final @Nullable Dispatcher dispatcher;
  private final Duration silence;
  private final int maxCrashes;
  private final SilenceWatch watch;
  private final EndedProcesses processes;
  private final Notifications notices;
  private final JobListeners listeners;

  private final BatchSize batches = new BatchSize("jobs of lost workers", BATCH);

  /** The rest between searches for unregistered workers, which read all claims. */
  private final RestAfterWork restOfUnregistered = new RestAfterWork(MAX_REST);

  /** The rest between searches for the jobs of lost workers, which read all of their claims. */
  private final RestAfterWork restOfRescues = new RestAfterWork(MAX_REST);

  /** Lost workers whose processes had ended when the last search began. */
  private Set<Beat> ended = Set.of();

  /** Workers that are lost, and had no jobs in the last search. */
  private Set<Beat> withoutJobs = Set.of();

  /** True if others held workflows of such jobs when the rescue last waited for them. */
  private boolean someAreHeld;

  private long heldNanos;
  private List<Beat> unregistered = List.of();
  private boolean hasLooked;
  private long lookedNanos;

  /**
   * Creates a rescue.
   *
   * @param dispatcher publishes pointers; null if there is no RabbitMQ
   * @param limits when workers and jobs are lost
   * @param processes knows which processes have ended
   * @param notices is notified of jobs that only the table has
   * @param listeners are notified of each rescued job
   */
  Rescue(
      HeartbeatStore heartbeatStore,
      RescueStore store,
      @Nullable Dispatcher dispatcher,
      LossLimits limits,
      EndedProcesses processes,
      Notifications notices,
      JobListeners listeners) {
    this.notices = notices;
    this.listeners = listeners;
    this.heartbeatStore = heartbeatStore;
    this.store = store;
    this.dispatcher = dispatcher;
    this.silence = limits.silence();
    this.maxCrashes = limits.maxCrashes();
    this.processes = processes;
    this.watch = new SilenceWatch(silence);
  }

  @Override
  public String name() {
    return "rescue";
  }

  @Override
  public Duration interval() {
    return watch.interval();
  }

  /**
   * Checks the heartbeats, when it is time to. Processes that do not lead do this, too, half as
   * often. If a process may have ended, the next look is sooner.
   *
   * @return whether some process is the leader, according to this look; empty if it was not time
   *     for one
   */
  Optional<Boolean> lookIfDue(boolean leads) {
    long asked = System.nanoTime();
    Duration interval = leads ? watch.interval() : watch.interval().multipliedBy(2);
    if (interval.compareTo(EndedProcesses.CONFIRMATION) > 0 && processes.isSuspicious()) {
      interval = EndedProcesses.CONFIRMATION;
    }
    if (hasLooked && asked - lookedNanos < interval.toNanos()) {
      return Optional.empty();
    }
    hasLooked = true;
    lookedNanos = asked;
    boolean unregisteredToo = restOfUnregistered.hasEnded();
    Heartbeats heartbeats;
    try {
      heartbeats = heartbeatStore.heartbeats(unregisteredToo);
    } finally {
      if (unregisteredToo) {
        restOfUnregistered.begin(asked);
      }
    }
    List<Beat> beats = new ArrayList<>(heartbeats.beats());
    if (unregisteredToo) {
      unregistered = beats.stream().filter(beat -> beat.heartbeatAt() == null).toList();
    } else {
      addUnregistered(beats);
    }
    long answered = System.nanoTime();
    watch.looked(beats, heartbeats.databaseTime(), heartbeats.databaseUpSince(), asked, answered);
    processes.looked(heartbeats, asked, answered);
    return Optional.of(heartbeats.isLed());
  }

  /**
   * Adds the unregistered workers that the last search found and that have not registered since.
   */
  private void addUnregistered(List<Beat> beats) {
    Set<String> registered = beats.stream().map(Beat::workerId).collect(Collectors.toSet());
    unregistered.stream().filter(beat -> !registered.contains(beat.workerId())).forEach(beats::add);
  }

  /** Returns whether a process has ended whose jobs nobody has searched for yet. */
  boolean isUrgent() {
    return processes.ended().stream().map(Silent::beat).anyMatch(beat -> !ended.contains(beat));
  }

  /** Returns the workers that are lost: those whose processes have ended, and those in silence. */
  private List<Silent> lost() {
    Map<String, Silent> lost = new LinkedHashMap<>();
    List<Silent> proved = processes.ended();
    ended = proved.stream().map(Silent::beat).collect(Collectors.toSet());
    proved.forEach(each -> lost.put(each.beat().workerId(), each));
    watch.silent().forEach(each -> lost.putIfAbsent(each.beat().workerId(), each));
    return List.copyOf(lost.values());
  }

  @Override
  public Round run(Leadership leadership) {
    List<Silent> silent = lost();
    Set<Beat> beats = silent.stream().map(Silent::beat).collect(Collectors.toSet());
    if (beats.isEmpty()) {
      return Round.DONE;
    }
    if (withoutJobs.containsAll(beats) && !restOfRescues.hasEnded()) {
      return Round.SKIPPED;
    }
    long startNanos = System.nanoTime();
    Optional<Batch> batch =
        batches.run(
            limit -> {
              int count = rescue(leadership, silent, startNanos, limit);
              return new Batch(count > 0, count >= limit);
            });
    withoutJobs = batch.isPresent() && !batch.get().foundSome() && !someAreHeld ? beats : Set.of();
    restOfRescues.begin(startNanos);
    if (batch.isEmpty() || batch.get().moreAreLeft()) {
      return Round.MORE_TO_DO;
    }
    int unused = store.forgetLost(silent, WORKERS_ARE_REMEMBERED);
    return Round.DONE;
  }

  /** The result of one batch. */
  private record Batch(boolean foundSome, boolean moreAreLeft) {}

  /**
   * Rescues jobs; only those of free workflows, if others held some a short while ago.
   *
   * @return the number of rescued jobs
   */
  private int rescue(Leadership leadership, List<Silent> silent, long now, int limit) {
    if (!someAreHeld || now - heldNanos > WAIT_AGAIN.toNanos()) {
      try {
        List<Rescued> rescued = store.rescue(leadership, silent, maxCrashes, limit);
        someAreHeld = false;
        tell(rescued);
        return rescued.size();
      } catch (StoreUnavailableException e) {
        if (!e.isHeldByOthers() && !e.tookTooLong()) {
          throw e;
        }
        someAreHeld = true;
        heldNanos = now;
        if (e.tookTooLong()) {
          // That is as long as waits for many workflows take together. Jobs without a workflow go
          // first now, so that they do not wait until the batches are small enough.
          throw e;
        }
        LOG.warn(
            "Another transaction has locked a workflow whose jobs ran on lost workers. They run"
                + " again when that transaction has ended; all other jobs are rescued in the"
                + " meantime.");
      }
    }
    int[] count = {0};
    store.rescueFree(
        leadership,
        silent,
        maxCrashes,
        limit,
        rescued -> {
          count[0] += rescued.size();
          tell(rescued);
        });
    return count[0];
  }

  private void tell(List<Rescued> rescued) {
    for (Rescued job : rescued) {
      warn(job);
      listeners.rescued(
          () ->
              new ListenerRecords.Rescue(
                  job.pointer().jobId(),
                  job.pointer().type(),
                  job.pointer().routingKey(),
                  job.workerId(),
                  job.status()));
    }
    if (dispatcher != null) {
      dispatcher.committed(
          rescued.stream()
              .filter(job -> job.status() == JobStatus.PENDING && job.isPublished())
              .map(Rescued::pointer)
              .toList());
    }
    if (!rescued.isEmpty()) {
      notices.committed(List.of(), true);
    }
  }

  private void warn(Rescued job) {
    if (ended.stream().anyMatch(beat -> beat.workerId().equals(job.workerId()))) {
      LOG.warn(
          "Worker {} is lost: its process has ended. Its job {} of type '{}' {}.",
          LogText.escape(job.workerId()),
          job.pointer().jobId(),
          LogText.escape(job.pointer().type()),
          whatBecomesOf(job));
    } else {
      LOG.warn(
          "Worker {} is lost: it has been silent for {} s. Its job {} of type '{}' {}.",
          LogText.escape(job.workerId()),
          silence.toMillis() / 1000.0,
          job.pointer().jobId(),
          LogText.escape(job.pointer().type()),
          whatBecomesOf(job));
    }
  }

  private String whatBecomesOf(Rescued job) {
    return switch (job.status()) {
      case PENDING -> "runs again elsewhere";
      case CANCELLED -> "is cancelled, as requested";
      default -> "has lost " + maxCrashes + " workers and fails";
    };
  }
}
