package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.store.WorkerStore.Beat;
import dev.tenon.jobs.internal.store.WorkerStore.Silent;
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
 * Tells which workers are silent, by what this process has seen itself: a worker is lost when its
 * heartbeat has not changed for the whole silence, during which this process could read the table
 * all the time.
 *
 * <p>So an outage of PostgreSQL makes no worker count as lost: the time of the outage does not
 * count, and after it every worker gets a whole silence to beat again. Times in heartbeats are
 * compared with each other only, and except when a watch has just begun only for equality, so jumps
 * of clocks do no harm.
 *
 * <p>A process that has just started would watch for a whole silence although the workers that it
 * finds died before it began. So it believes the database's clock in part: a worker that was there
 * at the first look is lost if its heartbeat is older than a silence by that clock, the server has
 * been up for as long, and this process has watched for two heartbeat intervals. It stops to
 * believe the clock, and watches for the whole silence, once a worker beats whose heartbeat was as
 * old, the clock goes on differently from the process's own, or the watch has paused. Not
 * thread-safe.
 */
final class SilenceWatch {

  /** So many looks fit into a silence. */
  private static final int LOOKS_PER_SILENCE = 10;

  /**
   * Three heartbeats fit into a silence. What happened between two looks that are further apart
   * than one of them is unknown; a gap that is shorter delays a heartbeat by less than two.
   */
  private static final int HEARTBEATS_PER_SILENCE = 3;

  /**
   * For so many heartbeats a process watches at least. A live worker that comes back to the
   * database after an outage sends its heartbeat within one of them, and the time limit of a
   * statement.
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
   * What was seen of a worker.
   *
   * @param beat its last heartbeat
   * @param sinceNanos when it was seen first
   * @param isNew whether it came while this process watched, and was not there when it began
   */
  private record Seen(Beat beat, long sinceNanos, boolean isNew) {}

  SilenceWatch(Duration silence) {
    this.silenceNanos = silence.toNanos();
  }

  /** How often to look. */
  Duration interval() {
    return Duration.ofNanos(silenceNanos / LOOKS_PER_SILENCE);
  }

  /**
   * Takes in what a look at the table has found.
   *
   * @param databaseTime the time by the clock of the database
   * @param upSince when its server was started, by the same clock
   * @param asked when the question was asked, by {@link System#nanoTime()}
   * @param answered when the answer was there
   */
  void looked(List<Beat> beats, Instant databaseTime, Instant upSince, long asked, long answered) {
    boolean begins = !started || answered - answeredNanos > heartbeatsNanos(1);
    if (begins) {
      seen.clear();
      // After a pause of the watch, old heartbeats may be due to what made it pause
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

  /** Whether the database's clock says that the worker could have beaten, and has not. */
  private boolean isOld(Seen worker) {
    return !worker.isNew() && isSilence(worker.beat().heartbeatAt()) && isSilence(databaseUpSince);
  }

  private boolean isSilence(@Nullable Instant from) {
    return from != null
        && Duration.between(from, lastDatabaseTime).compareTo(Duration.ofNanos(silenceNanos)) >= 0;
  }

  /** Whether as much time has passed by the clock of the database as by that of this process. */
  private boolean clocksAgree(Instant databaseTime, long answered) {
    Duration difference =
        Duration.between(firstDatabaseTime, databaseTime).minusNanos(answered - firstAnsweredNanos);
    return difference.abs().compareTo(Duration.ofNanos(heartbeatsNanos(1))) < 0;
  }

  /** The workers that were silent for too long, at the last look. */
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
   * Whether the worker fell silent alone. If others did at the same time and none went on, the
   * cause lies between the workers and PostgreSQL, and not in the jobs.
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
   * Whether they sent their last heartbeats at about the same time. When a watch begins, it sees
   * those that died long ago fall silent together with those that have only just died.
   */
  private boolean beatTogether(Seen one, Seen other) {
    Instant beat = one.beat().heartbeatAt();
    Instant otherBeat = other.beat().heartbeatAt();
    return beat == null
        || otherBeat == null
        || Duration.between(beat, otherBeat).abs().toNanos() <= silenceNanos;
  }

  /** Workers of one process are lost together. */
  private static boolean isElsewhere(Seen other, Seen worker) {
    String process = worker.beat().process();
    return process.isEmpty()
        ? !worker.beat().workerId().equals(other.beat().workerId())
        : !process.equals(other.beat().process());
  }
}
