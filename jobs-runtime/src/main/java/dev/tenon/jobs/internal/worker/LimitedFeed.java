package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.background.LineLimiter;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.flow.LimitedClaimStore;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.LimitedTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes jobs of types with limits from the table, in turn with the jobs of another feed. Such a job
 * can start when another one ends, or as time goes by: so the table is asked when a job with limits
 * has ended here, when one was submitted here, and now and then.
 */
final class LimitedFeed implements JobFeed {

  private static final Logger LOG = LoggerFactory.getLogger(LimitedFeed.class);

  /**
   * While jobs with limits are due, or the worker knows types with limits and may not hear of new
   * jobs. Otherwise it looks as rarely as for all other jobs: an operator may give limits to types
   * that have none.
   */
  private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

  /** Another worker of the process asks, and has not got its answer yet. */
  private static final Duration WAIT_FOR_ANSWER = Duration.ofMillis(50);

  /**
   * Jobs that end one by one make room one by one, and a claim for each costs too much: room for a
   * few waits for that long for more.
   */
  private static final Duration MAX_WAIT_FOR_MORE_ROOM = Duration.ofMillis(4);

  /** Room for that share of the jobs that go on is enough for a claim. */
  private static final int SHARE_WORTH_A_CLAIM = 2;

  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);
  private final JobFeed other;
  private final LimitedClaimStore store;
  private final String workerId;
  private final Map<String, Integer> types;
  private final TableLook look;
  private final Activity activity;
  private final boolean declaresLimits;
  private final Duration restOfOther;
  private final LineLimiter lockedTypes = new LineLimiter(LOG_INTERVAL);

  /** Types of which jobs wait, those that are asked for next first. */
  private List<String> waitingTypes = new ArrayList<>();

  private final Map<String, TypeAtLimit> states = new ConcurrentHashMap<>();

  private long askedForTypesNanos = System.nanoTime();

  /** When the first job of another type is due, as far as that is known. */
  private @Nullable Long nextDueNanos;

  private boolean hasAsked;
  private boolean otherIsNext;
  private long otherWasEmptyNanos;
  private volatile boolean otherMayHaveJobs = true;
  private volatile boolean submittedHere;

  /** The jobs of a type that run here, and those that have ended since the last claim. */
  private static final class TypeAtLimit {
    private boolean isFull;
    private int running;
    private int ended;
    private long firstEndedNanos;

    synchronized void claimed(int jobs, boolean allThatWereAskedFor) {
      isFull = !allThatWereAskedFor;
      running += jobs;
    }

    /** Whether there is room for so many others that somebody should be told. */
    synchronized boolean ended() {
      running = Math.max(0, running - 1);
      ended++;
      if (ended == 1) {
        firstEndedNanos = System.nanoTime();
      }
      return ended == 1 || isWorthAClaim();
    }

    private boolean isWorthAClaim() {
      return ended * SHARE_WORTH_A_CLAIM >= running;
    }

    /** How long until a claim is worth the while; null if somebody has to end first. */
    synchronized @Nullable Duration untilClaim() {
      if (!isFull || (ended > 0 && isWorthAClaim())) {
        return Duration.ZERO;
      }
      if (ended == 0) {
        return null;
      }
      long waited = System.nanoTime() - firstEndedNanos;
      return Duration.ofNanos(Math.max(0, MAX_WAIT_FOR_MORE_ROOM.toNanos() - waited));
    }

    synchronized void isAskedFor() {
      ended = 0;
    }

    synchronized void mayHaveRoom() {
      isFull = false;
    }
  }

  /**
   * A feed.
   *
   * @param other where jobs without limits come from
   * @param types the types that are taken, each up to a version
   * @param look tells of which types jobs with limits wait
   * @param activity tells whether that has to be asked often
   * @param declaresLimits whether some of them have limits
   * @param restOfOther for how long the other feed is left alone after it had nothing, while there
   *     are jobs with limits
   */
  LimitedFeed(
      JobFeed other,
      LimitedClaimStore store,
      String workerId,
      Map<String, Integer> types,
      TableLook look,
      Activity activity,
      boolean declaresLimits,
      Duration restOfOther) {
    this.other = other;
    this.store = store;
    this.workerId = workerId;
    this.types = types;
    this.look = look;
    this.activity = activity;
    this.declaresLimits = declaresLimits;
    this.restOfOther = restOfOther;
  }

  @Override
  public List<ClaimedJob> next(int max, Duration wait) throws InterruptedException {
    if (!isDue()) {
      return other.next(max, min(wait, untilDue()));
    }
    if (otherIsNext && !otherRests()) {
      otherIsNext = false;
      otherMayHaveJobs = false;
      List<ClaimedJob> jobs = other.next(max, Duration.ZERO);
      if (!jobs.isEmpty()) {
        otherMayHaveJobs = true;
        return jobs;
      }
      otherWasEmptyNanos = System.nanoTime();
    }
    // Should this fail, the others have their turn all the same
    otherIsNext = true;
    List<ClaimedJob> jobs = claim(max);
    if (!jobs.isEmpty()) {
      return jobs;
    }
    otherIsNext = false;
    // A job that has ended since then has made room already
    return other.next(max, isDue() ? Duration.ZERO : min(wait, untilDue()));
  }

  private boolean otherRests() {
    return !otherMayHaveJobs && System.nanoTime() - otherWasEmptyNanos < restOfOther.toNanos();
  }

  private boolean isDue() {
    return (submittedHere && declaresLimits)
        || untilPoll().isZero()
        || waitingTypes.stream().anyMatch(this::isStartable);
  }

  private Duration untilPoll() {
    if (!hasAsked) {
      return Duration.ZERO;
    }
    Duration interval = looksOften() ? POLL_INTERVAL : TableLook.INTERVAL;
    long now = System.nanoTime();
    long left = interval.toNanos() - (now - askedForTypesNanos);
    Long nextDue = nextDueNanos;
    return Duration.ofNanos(Math.max(0, nextDue == null ? left : Math.min(left, nextDue - now)));
  }

  private boolean looksOften() {
    return !waitingTypes.isEmpty() || (declaresLimits && !activity.isQuiet());
  }

  private Duration untilDue() {
    Duration until = untilPoll();
    for (String type : waitingTypes) {
      Duration untilClaim = state(type).untilClaim();
      if (untilClaim != null) {
        until = min(until, untilClaim);
      }
    }
    return until;
  }

  private TypeAtLimit state(String type) {
    return states.computeIfAbsent(type, unused -> new TypeAtLimit());
  }

  private boolean isStartable(String type) {
    Duration untilClaim = state(type).untilClaim();
    return untilClaim != null && untilClaim.isZero();
  }

  private List<ClaimedJob> claim(int max) {
    if (submittedHere || waitingTypes.isEmpty() || untilPoll().isZero()) {
      boolean asksAlone = looksOften() || (submittedHere && declaresLimits);
      // What is submitted from here on is looked for the next time
      submittedHere = false;
      if (asksAlone) {
        askedForTypesNanos = System.nanoTime();
        LimitedTypes waiting = store.waitingTypes();
        waitFor(waiting, System.nanoTime());
      } else {
        takeSharedAnswer();
      }
    }
    List<String> startable = waitingTypes.stream().filter(this::isStartable).toList();
    List<ClaimedJob> claimed = new ArrayList<>();
    for (int i = 0; i < startable.size() && claimed.size() < max; i++) {
      String type = startable.get(i);
      // Others get their share; what they leave is there the next time
      int share = Math.max(1, (max - claimed.size()) / (startable.size() - i));
      TypeAtLimit state = state(type);
      state.isAskedFor();
      try {
        List<ClaimedJob> jobs = store.claim(workerId, type, version(type), share, MAX_CLAIM_BYTES);
        claimed.addAll(jobs);
        state.claimed(jobs.size(), jobs.size() == share);
      } catch (StoreException e) {
        if (e instanceof StoreUnavailableException unavailable && unavailable.isHeldByOthers()) {
          state.claimed(0, false);
          logLocked(type);
        } else if (claimed.isEmpty()) {
          goesLast(type);
          throw e;
        } else {
          // What was claimed must be started; if it was more than a hiccup, the next claim fails
          // too
          goesLast(type);
          break;
        }
      }
      goesLast(type);
    }
    return claimed;
  }

  private void goesLast(String type) {
    waitingTypes.remove(type);
    waitingTypes.add(type);
  }

  private void logLocked(String type) {
    if (lockedTypes.admit(type) > 0) {
      LOG.warn(
          "A transaction keeps the row of type '{}' in the table job_types locked, so worker {} starts no"
              + " jobs of the type; it asks again. End that transaction.",
          LogText.escape(type),
          workerId);
    }
  }

  private int version(String type) {
    return Objects.requireNonNull(types.get(type), type);
  }

  private void takeSharedAnswer() {
    Optional<TableLook.Answer> answer = look.since(askedForTypesNanos);
    hasAsked = true;
    if (answer.isPresent()) {
      askedForTypesNanos = answer.get().askedNanos();
      waitFor(answer.get().waiting().limitedTypes(), answer.get().answeredNanos());
    } else {
      askedForTypesNanos =
          System.nanoTime() - TableLook.INTERVAL.toNanos() + WAIT_FOR_ANSWER.toNanos();
      nextDueNanos = null;
    }
  }

  private void waitFor(LimitedTypes types, long answeredNanos) {
    hasAsked = true;
    Duration untilNext = types.untilNext();
    // Not before it is due, by the clock of the database
    nextDueNanos = untilNext == null ? null : Long.valueOf(answeredNanos + untilNext.toNanos());
    states.values().forEach(TypeAtLimit::mayHaveRoom);
    List<String> found = new ArrayList<>(types.due());
    found.retainAll(this.types.keySet());
    List<String> inTurn = new ArrayList<>(waitingTypes);
    inTurn.retainAll(found);
    found.removeAll(inTurn);
    inTurn.addAll(found);
    waitingTypes = inTurn;
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /** The outcome of a job with limits is recorded: another may start in its place. Thread-safe. */
  void ended(String type) {
    if (state(type).ended()) {
      other.wake();
    }
  }

  @Override
  public void pause() {
    other.pause();
  }

  @Override
  public void wake() {
    states.values().forEach(TypeAtLimit::mayHaveRoom);
    submittedHere = true;
    otherMayHaveJobs = true;
    activity.happened();
    other.wake();
  }

  @Override
  public void expect(Duration within) {
    activity.expected(within);
    other.expect(within);
  }
}
