package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.leader.LeaderStore.Leader;
import dev.tenon.jobs.internal.liveness.LivenessProbe.Answer;
import dev.tenon.jobs.internal.store.HeartbeatStore.Beat;
import dev.tenon.jobs.internal.store.HeartbeatStore.Heartbeats;
import dev.tenon.jobs.internal.store.HeartbeatStore.LedBy;
import dev.tenon.jobs.internal.store.HeartbeatStore.SeenSession;
import dev.tenon.jobs.internal.store.RescueStore.Silent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Detects workers whose processes have ended, long before their silence would show it. It needs two
 * witnesses that the same fault cannot fool:
 *
 * <ul>
 *   <li>PostgreSQL says that the session of the process has ended. This process has seen the
 *       session alive, in the same life of the server, and has seen it ended in two looks at least
 *       a second apart, without another heartbeat. This is only a hint: a broken connection ends
 *       sessions, too.
 *   <li>The host of the process refuses connections to its port, at each address where the process
 *       has answered this one before. A process that is frozen, cut off or overloaded does not
 *       refuse them, and neither does a host that cannot be reached.
 * </ul>
 *
 * <p>Whatever is missing, the worker is not lost before its silence says so. A worker that sends a
 * heartbeat after its port refused proves that this port says nothing; it is not asked again.
 * Thread-safe.
 */
final class EndedProcesses {

  /** The time between the first and the last look that find a session ended. */
  static final Duration CONFIRMATION = Duration.ofSeconds(1);

  /** The time between two introductions of a port that answers. */
  private static final Duration INTRODUCED_FOR = Duration.ofMinutes(5);

  /** The time between two introductions of a port that has not answered. */
  private static final Duration NOT_REACHED_FOR = Duration.ofMinutes(1);

  /** The time between two questions to a port whose session has ended. */
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(500);

  private final long silenceNanos;

  /**
   * The maximum time between two looks. After a longer one, it is unknown what has happened between
   * them, and all sessions must be seen alive again.
   */
  private final long maxGapNanos;

  private final Map<String, Session> workers = new HashMap<>();
  private final Map<String, Port> ports = new HashMap<>();
  private Optional<Leader> leader = Optional.empty();
  private @Nullable Session leaderSession;
  private boolean hasLooked;
  private long askedNanos;
  private long answeredNanos;

  /** The session of a worker, or of the leader. */
  private static final class Session {
    private Beat beat;
    private final SeenSession seen;

    /** The life of the server when this process last saw the session alive; null if never. */
    private @Nullable Instant aliveIn;

    private boolean isHeld;

    /** True if {@link #endedNanos} is the time of the first look that found it ended. */
    private boolean hasEnded;

    private long endedNanos;

    private Session(Beat beat, SeenSession seen) {
      this.beat = beat;
      this.seen = seen;
    }

    private boolean isOf(Beat beat, SeenSession seen) {
      return this.seen.key() == seen.key()
          && this.seen.port().equals(seen.port())
          && this.beat.workerId().equals(beat.workerId());
    }
  }

  /** A port, and what is known about it. */
  private static final class Port {
    private boolean hasAnswered;
    private boolean wasAsked;
    private long askedNanos;
    private boolean refuses;
    private boolean isWrong;
  }

  /**
   * A question to a port.
   *
   * @param port the port
   * @param isIntroduction whether all of its addresses are asked, to find out which lead to it
   */
  record Question(String port, boolean isIntroduction) {}

  /**
   * Creates a watch.
   *
   * @param silence how long a worker must be silent to count as lost
   */
  EndedProcesses(Duration silence) {
    this.silenceNanos = silence.toNanos();
    this.maxGapNanos = silence.dividedBy(SilenceWatch.HEARTBEATS_PER_SILENCE).toNanos();
  }

  /**
   * Takes in the result of a look at the table.
   *
   * @param asked when the query was sent, by {@link System#nanoTime()}
   * @param answered when its result arrived, by the same clock
   */
  synchronized void looked(Heartbeats heartbeats, long asked, long answered) {
    if (hasLooked && answered - answeredNanos > maxGapNanos) {
      workers.clear();
      leaderSession = null;
    }
    hasLooked = true;
    askedNanos = asked;
    answeredNanos = answered;
    Instant life = heartbeats.databaseUpSince();
    Set<String> present = new HashSet<>();
    for (Beat beat : heartbeats.beats()) {
      Session session = look(workers.get(beat.workerId()), beat, life);
      if (session != null) {
        workers.put(beat.workerId(), session);
        present.add(beat.workerId());
      }
    }
    workers.keySet().retainAll(present);
    LedBy ledBy = heartbeats.ledBy();
    leader = Optional.ofNullable(ledBy).map(LedBy::leader);
    leaderSession = ledBy == null ? null : look(leaderSession, asBeat(ledBy), life);
    forgetPorts();
  }

  /** The end of a term changes with each renewal, like the time in a heartbeat. */
  private static Beat asBeat(LedBy ledBy) {
    String term = "term " + ledBy.leader().token();
    return new Beat(term, "", ledBy.leader().expiresAt(), ledBy.session());
  }

  private @Nullable Session look(@Nullable Session before, Beat beat, Instant life) {
    SeenSession seen = beat.session();
    if (seen == null) {
      return null;
    }
    Session session = before != null && before.isOf(beat, seen) ? before : new Session(beat, seen);
    boolean hasBeat = !Objects.equals(session.beat.heartbeatAt(), beat.heartbeatAt());
    session.beat = beat;
    session.isHeld = seen.isHeld();
    if (seen.isHeld()) {
      session.aliveIn = life;
    }
    if (seen.isHeld() || hasBeat || session != before) {
      Port port = ports.get(seen.port());
      if (port != null && port.refuses) {
        port.refuses = false;
        port.isWrong = true;
      }
    }
    if (seen.isHeld() || !life.equals(session.aliveIn)) {
      session.hasEnded = false;
    } else if (!session.hasEnded || hasBeat) {
      session.hasEnded = true;
      session.endedNanos = askedNanos;
    }
    return session;
  }

  private void forgetPorts() {
    Set<String> present = new HashSet<>();
    sessions().forEach(session -> present.add(session.seen.port()));
    ports.keySet().retainAll(present);
    present.forEach(port -> ports.computeIfAbsent(port, unused -> new Port()));
  }

  private Collection<Session> sessions() {
    List<Session> all = new ArrayList<>(workers.values());
    if (leaderSession != null) {
      all.add(leaderSession);
    }
    return all;
  }

  /** Returns whether another look soon would show whether a process has ended. */
  synchronized boolean isSuspicious() {
    return sessions().stream()
        .anyMatch(session -> session.hasEnded && !isConfirmed(session) && isUsable(session));
  }

  private boolean isUsable(Session session) {
    Port port = ports.get(session.seen.port());
    return port != null && port.hasAnswered && !port.isWrong;
  }

  private boolean isConfirmed(Session session) {
    return session.hasEnded && askedNanos - session.endedNanos >= CONFIRMATION.toNanos();
  }

  /**
   * Returns the ports to ask now: those whose sessions have ended or, if there are none, one that
   * is to be introduced. An introduction may take some seconds.
   *
   * @param own the port of this process, which is not asked; empty if it has none
   * @param now the time, by {@link System#nanoTime()}
   */
  synchronized List<Question> questions(Optional<String> own, long now) {
    List<Question> urgent = new ArrayList<>();
    List<Question> introductions = new ArrayList<>();
    Set<String> chosen = new HashSet<>();
    own.ifPresent(chosen::add);
    for (Session session : sessions()) {
      String name = session.seen.port();
      Port port = ports.get(name);
      if (port == null || port.isWrong || chosen.contains(name)) {
        continue;
      }
      if (session.hasEnded) {
        boolean isKnown = port.refuses && port.askedNanos - session.endedNanos >= 0;
        if (port.hasAnswered && !isKnown && isTime(port, BETWEEN_QUESTIONS, now)) {
          chosen.add(name);
          urgent.add(new Question(name, false));
        }
      } else if (session.isHeld
          && introductions.isEmpty()
          && isTime(port, port.hasAnswered ? INTRODUCED_FOR : NOT_REACHED_FOR, now)) {
        chosen.add(name);
        introductions.add(new Question(name, true));
      }
    }
    return urgent.isEmpty() ? introductions : urgent;
  }

  private static boolean isTime(Port port, Duration between, long now) {
    return !port.wasAsked || now - port.askedNanos >= between.toNanos();
  }

  /**
   * Takes in the answer to a question.
   *
   * @param asked when the port was asked, by {@link System#nanoTime()}
   */
  synchronized void answered(Question question, Answer answer, long asked) {
    Port port = ports.get(question.port());
    if (port == null) {
      return;
    }
    port.wasAsked = true;
    port.askedNanos = asked;
    if (question.isIntroduction()) {
      port.hasAnswered = answer == Answer.ALIVE;
    }
    port.refuses = answer == Answer.REFUSED && port.hasAnswered;
  }

  /** Returns all ports of processes that the last look has found. */
  synchronized Set<String> ports() {
    return Set.copyOf(ports.keySet());
  }

  /** Returns the workers whose processes have ended. */
  synchronized List<Silent> ended() {
    return workers.values().stream()
        .filter(this::isProved)
        .map(session -> new Silent(session.beat, isCrash(session)))
        .toList();
  }

  /** Returns the leader, if its process has ended. */
  synchronized Optional<Leader> endedLeader() {
    Session session = leaderSession;
    return session != null && isProved(session) ? leader : Optional.empty();
  }

  private boolean isProved(Session session) {
    Port port = ports.get(session.seen.port());
    return isConfirmed(session)
        && port != null
        && port.hasAnswered
        && !port.isWrong
        && port.refuses
        && port.askedNanos - session.endedNanos >= 0;
  }

  /**
   * Returns whether a job may have crashed the process. If others have ended at the same time, and
   * none has continued, somebody has stopped them all.
   */
  private boolean isCrash(Session worker) {
    boolean othersHaveEnded = false;
    for (Session other : sessions()) {
      if (isElsewhere(other, worker)) {
        if (other.isHeld) {
          return true;
        }
        othersHaveEnded |=
            other.hasEnded && Math.abs(other.endedNanos - worker.endedNanos) <= silenceNanos / 2;
      }
    }
    return !othersHaveEnded;
  }

  private static boolean isElsewhere(Session other, Session worker) {
    String process = worker.beat.process();
    return !other.seen.port().equals(worker.seen.port())
        && (process.isEmpty() || !process.equals(other.beat.process()));
  }
}
