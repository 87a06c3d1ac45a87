package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.store.HeartbeatStore.Beat;
import dev.tenon.jobs.internal.store.RescueStore.Silent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Detects silent workers, from what this process has observed: a worker is lost when its heartbeat
 * has not changed for the whole silence period, and this process could read the table all that
 * time.
 *
 * <p>So no worker counts as lost because of an outage of PostgreSQL: the time of the outage does
 * not count, and after it every worker has a whole silence period to send a heartbeat. Times in
 * heartbeats are compared only with each other and, except when a watch has just begun, only for
 * equality. So jumps of clocks do no harm.
 *
 * <p>A process that has just started would watch for a whole silence period although the workers
 * that it finds may have died before. So it trusts the database's clock to a degree: a worker that
 * was there at the first look is lost if its heartbeat is older than the silence period by that
 * clock, the server has been up for at least as long, and this process has watched for two
 * heartbeat intervals. It stops trusting the clock, and watches for the whole period, once a worker
 * with such an old heartbeat sends another, the clock runs differently from the process's own, or
 * the watch has paused. Not thread-safe.
 */
final class SilenceWatch {

  /** The number of looks in a silence period. */
  private static final int LOOKS_PER_SILENCE = 10;

  /**
   * The number of heartbeats in a silence period. If two looks are further apart than one heartbeat
   * interval, it is unknown what happened between them; a shorter gap delays a heartbeat by less
   * than two intervals.
   */
  static final int HEARTBEATS_PER_SILENCE = 3;

  /**
   * The minimum number of heartbeat intervals that a process watches. A live worker that reaches
   * the database again after an outage sends its heartbeat within one of them, plus the time limit
   * of a statement.
   */
  private static final int MIN_HEARTBEATS = 2;

  private final long silenceNanos;
  private final Map<String, Seen> seen = new HashMap<>();
  private boolean started;
  private long askedNanos;
  private long answeredNanos;
  private boolean believesClock;
  private Instant firstDatabaseTime = Instant.EPOCH;
  private Instant lastDatabaseTime = Instant.EPOCH;
  private Instant databaseUpSince = Instant.EPOCH;
  private long firstAnsweredNanos;

  /**
   * The observation of a worker.
   *
   * @param beat its last heartbeat
   * @param sinceNanos when that was first seen
   * @param isNew whether it arrived while this process was watching, and was not there at the start
   */
  private record Seen(Beat beat, long sinceNanos, boolean isNew) {}

  SilenceWatch(Duration silence) {
    this.silenceNanos = silence.toNanos();
  }

  /** Returns the time between two looks. */
  Duration interval() {
    return Duration.ofNanos(silenceNanos / LOOKS_PER_SILENCE);
  }

  /**
   * Takes in the result of a look at the table.
   *
   * @param databaseTime the time by the clock of the database
   * @param upSince when its server was started, by the same clock
   * @param asked when the query was sent, by {@link System#nanoTime()}
   * @param answered when its result arrived, by the same clock
   */
  void looked(List<Beat> beats, Instant databaseTime, Instant upSince, long asked, long answered) {
    boolean begins = !started || answered - answeredNanos > heartbeatsNanos(1);
    if (begins) {
      seen.clear();
      // After a pause of the watch, its cause may also explain old heartbeats
      believesClock = !started;
      firstDatabaseTime = databaseTime;
      firstAnsweredNanos = answered;
    }
    believesClock &= clocksAgree(databaseTime, answered);
    lastDatabaseTime = databaseTime;
    databaseUpSince = upSince;
    started = true;
    askedNanos = asked;
    answeredNanos = answered;
    Set<String> present = new HashSet<>();
    for (Beat beat : beats) {
      present.add(beat.workerId());
      Seen before = seen.get(beat.workerId());
      if (before == null || !Objects.equals(before.beat().heartbeatAt(), beat.heartbeatAt())) {
        believesClock &= before == null || !isOld(before);
        seen.put(beat.workerId(), new Seen(beat, answered, !begins));
      }
    }
    seen.keySet().retainAll(present);
  }

  private long heartbeatsNanos(int heartbeats) {
    return silenceNanos / HEARTBEATS_PER_SILENCE * heartbeats;
  }

  /**
   * Returns whether the worker could have sent a heartbeat by the database's clock, and has not.
   */
  private boolean isOld(Seen worker) {
    return !worker.isNew() && isSilence(worker.beat().heartbeatAt()) && isSilence(databaseUpSince);
  }

  private boolean isSilence(@Nullable Instant from) {
    return from != null
        && Duration.between(from, lastDatabaseTime).compareTo(Duration.ofNanos(silenceNanos)) >= 0;
  }

  /**
   * Returns whether as much time has passed by the clock of the database as by that of this
   * process.
   */
  private boolean clocksAgree(Instant databaseTime, long answered) {
    Duration difference =
        Duration.between(firstDatabaseTime, databaseTime).minusNanos(answered - firstAnsweredNanos);
    return difference.abs().compareTo(Duration.ofNanos(heartbeatsNanos(1))) < 0;
  }

  /** Returns the workers that were silent for too long at the last look. */
  List<Silent> silent() {
    return seen.values().stream()
        .filter(worker -> askedNanos - worker.sinceNanos() >= watchOf(worker))
        .map(worker -> new Silent(worker.beat(), isCrash(worker)))
        .toList();
  }

  private long watchOf(Seen worker) {
    return believesClock && isOld(worker) ? heartbeatsNanos(MIN_HEARTBEATS) : silenceNanos;
  }

  /**
   * Returns whether the worker fell silent alone. If others did at the same time and none of them
   * has resumed, the cause lies between the workers and PostgreSQL, and not in the jobs.
   */
  private boolean isCrash(Seen worker) {
    boolean othersFellSilent = false;
    for (Seen other : seen.values()) {
      if (isElsewhere(other, worker)) {
        long later = other.sinceNanos() - worker.sinceNanos();
        if (other.isNew() && later > silenceNanos / 2) {
          return true;
        }
        boolean seenToBeat = other.isNew() && worker.isNew();
        othersFellSilent |=
            Math.abs(later) <= silenceNanos / 2 && (seenToBeat || beatTogether(other, worker));
      }
    }
    return !othersFellSilent;
  }

  /**
   * Returns whether they sent their last heartbeats at about the same time. At the start of a
   * watch, workers that died long ago seem to fall silent together with those that have just died.
   */
  private boolean beatTogether(Seen one, Seen other) {
    Instant beat = one.beat().heartbeatAt();
    Instant otherBeat = other.beat().heartbeatAt();
    return beat == null
        || otherBeat == null
        || Duration.between(beat, otherBeat).abs().toNanos() <= silenceNanos;
  }

  /**
   * Returns whether the other worker runs in another process; workers of one process are lost
   * together.
   */
  private static boolean isElsewhere(Seen other, Seen worker) {
    String process = worker.beat().process();
    return process.isEmpty()
        ? !worker.beat().workerId().equals(other.beat().workerId())
        : !process.equals(other.beat().process());
  }
}
