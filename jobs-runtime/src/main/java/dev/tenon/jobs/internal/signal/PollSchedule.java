package dev.tenon.jobs.internal.signal;

import dev.tenon.jobs.internal.background.WakeUp;
import dev.tenon.jobs.internal.store.LimitedTypes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The schedule of a worker: when it polls for jobs next, and where. It receives all events:
 * somebody has submitted, notified or ended a job, a message has arrived, a poll has found
 * something or nothing, RabbitMQ works or does not. The worker's claiming thread asks for the poll
 * that is {@linkplain #next() due}, reports {@linkplain #polled its result}, and {@linkplain #await
 * waits} when none is.
 *
 * <p>Due polls take turns, so that one that always finds jobs does not keep the worker from the
 * rest. A poll that has found something, or has failed, is due again immediately.
 *
 * <p>Without RabbitMQ, the worker polls the table often while something happens, and while it would
 * not be notified of new jobs. Otherwise it rarely runs a query that the workers of its process
 * share, and the answer says when to poll the table. Thread-safe.
 */
public final class PollSchedule {

  /** The time without RabbitMQ before a worker claims its jobs from the table. */
  public static final Duration FALL_BACK_AFTER = BrokerTrust.FALL_BACK_AFTER;

  /**
   * The pause between two polls while something happens, or the worker may not be notified of new
   * jobs.
   */
  static final Duration OFTEN = Duration.ofMillis(250);

  /** The pause between two polls otherwise. */
  static final Duration RARELY = Duration.ofSeconds(2);

  /** The time that a worker polls often after something has happened, because more may follow. */
  static final Duration REST = Duration.ofSeconds(2);

  /** The same time after a hint that it has not followed. */
  private static final Duration AFTER_A_HINT = Duration.ofSeconds(1);

  /** The first pause after a hint that has led to nothing; it doubles each time. */
  private static final Duration MIN_HINT_PAUSE = Duration.ofMillis(5);

  private static final Duration MAX_HINT_PAUSE = Duration.ofMillis(250);

  /** The pause while another worker of the process runs the query and has no answer yet. */
  private static final Duration WAIT_FOR_ANSWER = Duration.ofMillis(50);

  /**
   * The maximum pause between two polls of messages, so that the worker releases or requeues what
   * has waited in it too long even if nothing else arrives.
   */
  private static final Duration BETWEEN_MESSAGES = Duration.ofMillis(500);

  /**
   * The pause between two polls while a type is paused: jobs should start within a second after it
   * is resumed.
   */
  private static final Duration WHILE_PAUSED = Duration.ofMillis(500);

  private static final long NEVER = Long.MAX_VALUE;
  private static final List<ClaimSource> SOURCES = List.of(ClaimSource.values());

  private final boolean hasBroker;
  private final boolean declaresLimits;
  private final BooleanSupplier isNotifiedOfJobs;
  private final BooleanSupplier runsJobs;
  private final LongSupplier nanoTime;
  private final LimitedTurns limited;
  private final BrokerTrust trust = new BrokerTrust();
  private final WakeUp wakeUp = new WakeUp();
  private final Map<ClaimSource, Times> times = new EnumMap<>(ClaimSource.class);

  /** The last poll; the next one has the first turn. */
  private ClaimSource last = ClaimSource.LIMITED;

  /** The time when the query of the worker's shared answer was sent. */
  private long answerAskedNanos;

  /** The time when the first job from the table is due, as far as that is known. */
  private @Nullable Long tableDueNanos;

  /** The same time for jobs of types with limits that had no due jobs. */
  private @Nullable Long limitedDueNanos;

  private long quietFromNanos;
  private boolean isBrokerAway;
  private boolean missesMessages;
  private boolean hasPaused;

  /** True while a hint is being followed and has not led to a job yet. */
  private boolean followsHint;

  private long followedNanos;
  private long hintPauseNanos;

  /** The time of a source, and whether it is due regardless of the time. */
  private static final class Times {

    private boolean isDue;
    private long begunNanos;
    private long polledNanos;
  }

  /**
   * Creates the schedule of a worker, which begins now.
   *
   * @param hasBroker whether RabbitMQ brings its jobs, as long as that works
   * @param declaresLimits whether some of its types have limits
   * @param types the names of its types
   * @param isNotifiedOfJobs whether the process is notified at the moment when others have
   *     committed jobs that only the table has
   * @param runsJobs whether the worker runs jobs at the moment
   * @param nanoTime a clock such as {@link System#nanoTime()}
   */
  public PollSchedule(
      boolean hasBroker,
      boolean declaresLimits,
      Set<String> types,
      BooleanSupplier isNotifiedOfJobs,
      BooleanSupplier runsJobs,
      LongSupplier nanoTime) {
    this.hasBroker = hasBroker;
    this.declaresLimits = declaresLimits;
    this.isNotifiedOfJobs = isNotifiedOfJobs;
    this.runsJobs = runsJobs;
    this.nanoTime = nanoTime;
    this.limited = new LimitedTurns(types, nanoTime);
    long now = nanoTime.getAsLong();
    for (ClaimSource source : SOURCES) {
      Times first = new Times();
      first.begunNanos = now;
      first.polledNanos = now;
      first.isDue =
          switch (source) {
            case PAUSED_TYPES, MESSAGES, WAITING -> true;
            case TABLE -> !hasBroker;
            case LIMITED_TYPES -> declaresLimits;
            case LIMITED -> false;
          };
      times.put(source, first);
    }
    this.answerAskedNanos = now;
    this.quietFromNanos = now + REST.toNanos();
  }

  /** Returns the poll that is due now; empty if there is none. */
  public synchronized Optional<ClaimSource> next() {
    long now = nanoTime.getAsLong();
    int turn = SOURCES.indexOf(last);
    for (int i = 1; i <= SOURCES.size(); i++) {
      ClaimSource source = SOURCES.get((turn + i) % SOURCES.size());
      if (nanosUntil(source, now) <= 0) {
        begin(source, now);
        return Optional.of(source);
      }
    }
    if (followsHint) {
      followsHint = false;
      hintPauseNanos =
          Math.min(
              MAX_HINT_PAUSE.toNanos(), Math.max(MIN_HINT_PAUSE.toNanos(), hintPauseNanos * 2));
    }
    return Optional.empty();
  }

  private void begin(ClaimSource source, long now) {
    last = source;
    Times begun = times(source);
    // Events from here on are a reason to poll again
    begun.isDue = false;
    begun.begunNanos = now;
    if (source == ClaimSource.TABLE && nanosUntil(tableDueNanos, now) <= 0) {
      tableDueNanos = null;
      happened(now);
    }
    boolean asksForLimited = source == ClaimSource.WAITING || source == ClaimSource.LIMITED_TYPES;
    if (asksForLimited && nanosUntil(limitedDueNanos, now) <= 0) {
      limitedDueNanos = null;
    }
  }

  /** Returns the time until a poll is due, if nothing happens before then. */
  public synchronized Duration untilNext() {
    long now = nanoTime.getAsLong();
    long nanos = NEVER;
    for (ClaimSource source : SOURCES) {
      nanos = Math.min(nanos, nanosUntil(source, now));
    }
    return Duration.ofNanos(Math.max(0, nanos));
  }

  /**
   * Waits until a poll is due, or something happens that may make it due.
   *
   * @param max the maximum wait
   * @throws InterruptedException if the thread was interrupted while it waited
   */
  public void await(Duration max) throws InterruptedException {
    Duration until = untilNext();
    boolean unused = wakeUp.await(until.compareTo(max) < 0 ? until : max);
  }

  private long nanosUntil(ClaimSource source, long now) {
    return switch (source) {
      case PAUSED_TYPES ->
          delivers() ? nanosUntil(source, hasPaused ? WHILE_PAUSED : null, now) : NEVER;
      case MESSAGES -> delivers() ? nanosUntil(source, BETWEEN_MESSAGES, now) : NEVER;
      case WAITING ->
          Math.min(
              nanosUntil(source, RARELY, now),
              pollsOftenForLimited(now) ? NEVER : nanosUntil(limitedDueNanos, now));
      case TABLE ->
          Math.min(nanosUntil(source, betweenTables(now), now), nanosUntil(tableDueNanos, now));
      case LIMITED_TYPES ->
          pollsOftenForLimited(now)
              ? Math.min(nanosUntil(source, OFTEN, now), nanosUntil(limitedDueNanos, now))
              : nanosUntil(source, null, now);
      case LIMITED -> limited.nanosUntilRoom();
    };
  }

  private long nanosUntil(ClaimSource source, @Nullable Duration interval, long now) {
    Times known = times(source);
    if (known.isDue) {
      return 0;
    }
    return interval == null ? NEVER : known.polledNanos + interval.toNanos() - now;
  }

  private static long nanosUntil(@Nullable Long nanos, long now) {
    return nanos == null ? NEVER : nanos - now;
  }

  private @Nullable Duration betweenTables(long now) {
    if (delivers()) {
      return missesMessages ? RARELY : null;
    }
    // While RabbitMQ is down, submitters still rely on it, and notify nobody over PostgreSQL
    return hasBroker || !isQuiet(now) ? OFTEN : null;
  }

  private boolean pollsOftenForLimited(long now) {
    return limited.anyWait() || (declaresLimits && !isQuiet(now));
  }

  /**
   * Returns whether nothing has happened for a while, and the worker would be notified of new jobs.
   */
  private boolean isQuiet(long now) {
    if (runsJobs.getAsBoolean()) {
      // A running job may be tried again after a short time
      happened(now);
      return false;
    }
    return now - quietFromNanos >= 0 && isNotifiedOfJobs.getAsBoolean();
  }

  private boolean delivers() {
    return hasBroker && !isBrokerAway;
  }

  private Times times(ClaimSource source) {
    return Objects.requireNonNull(times.get(source));
  }

  /**
   * Sets the state of RabbitMQ. If it is lost repeatedly, it has to work for a while before it is
   * trusted.
   *
   * @param downFor the time that it has not worked; zero if it works
   * @param upFor the time that it has worked; zero if it does not
   * @param missesMessages whether messages for the worker may be missing, though it works
   * @return whether the worker takes its jobs from RabbitMQ, and not from the table
   */
  public synchronized boolean isTrusted(Duration downFor, Duration upFor, boolean missesMessages) {
    this.missesMessages = missesMessages;
    isBrokerAway = trust.isAway(downFor, upFor, nanoTime.getAsLong());
    return delivers();
  }

  /**
   * Returns whether the worker polls for all jobs in the table; otherwise only for those that no
   * message brings.
   */
  public synchronized boolean pollsForAll() {
    return !delivers() || missesMessages;
  }

  /**
   * Records a poll that was {@linkplain #next due}, whether it has succeeded or failed.
   *
   * @param again whether to repeat it, because it has found something or has failed
   */
  public synchronized void polled(ClaimSource source, boolean again) {
    long now = nanoTime.getAsLong();
    if (source != ClaimSource.WAITING) {
      times(source).polledNanos = now;
    }
    if (again) {
      times(source).isDue = true;
      followsHint = false;
      hintPauseNanos = 0;
      if (source == ClaimSource.TABLE && !hasBroker) {
        happened(now);
      }
    }
  }

  /**
   * Returns the time when the query of the worker's shared answer was sent: it needs a newer one.
   */
  public synchronized long answerAskedNanos() {
    return answerAskedNanos;
  }

  /**
   * Records the shared answer of {@link ClaimSource#WAITING}; empty if another worker is running
   * the query.
   */
  public synchronized void answered(Optional<SharedAnswer.Answer> shared) {
    long now = nanoTime.getAsLong();
    if (shared.isEmpty()) {
      times(ClaimSource.WAITING).polledNanos = now - RARELY.toNanos() + WAIT_FOR_ANSWER.toNanos();
      return;
    }
    SharedAnswer.Answer answer = shared.get();
    answerAskedNanos = answer.askedNanos();
    times(ClaimSource.WAITING).polledNanos = answer.askedNanos();
    if (answer.askedNanos() - times(ClaimSource.LIMITED_TYPES).begunNanos > 0) {
      waitFor(answer.waiting().limitedTypes(), answer.answeredNanos());
    }
    tableDueNanos = null;
    Duration untilDue = answer.waiting().untilDue();
    if (untilDue == null || untilDue.compareTo(RARELY) >= 0) {
      return;
    }
    if (untilDue.isZero()) {
      times(ClaimSource.TABLE).isDue = true;
    }
    if (!hasBroker) {
      // Not before it is due, by the clock of the database
      tableDueNanos = answer.answeredNanos() + untilDue.toNanos();
    }
  }

  /** Records the answer to {@link ClaimSource#LIMITED_TYPES}. */
  public synchronized void limitedTypes(LimitedTypes types) {
    waitFor(types, nanoTime.getAsLong());
  }

  private void waitFor(LimitedTypes types, long answeredNanos) {
    limited.waitFor(types.due());
    Duration untilNext = types.untilNext();
    limitedDueNanos = untilNext == null ? null : Long.valueOf(answeredNanos + untilNext.toNanos());
  }

  /**
   * Records the answer to {@link ClaimSource#PAUSED_TYPES}.
   *
   * @param any whether some are paused
   * @param resumed whether some are no longer paused, so that their jobs are in the table
   */
  public synchronized void pausedTypes(boolean any, boolean resumed) {
    hasPaused = any;
    times(ClaimSource.TABLE).isDue |= resumed;
  }

  /** Returns the types with limits that have waiting jobs. */
  public LimitedTurns limited() {
    return limited;
  }

  /** Records that a job of a type with limits has ended here: another may start in its place. */
  public void ended(String type) {
    if (limited.ended(type)) {
      wakeUp.wake();
    }
  }

  /** Makes a poll due regardless of its time. */
  public void pollSoon(ClaimSource source) {
    synchronized (this) {
      times(source).isDue = true;
    }
    wakeUp.wake();
  }

  /** Records that somebody in this process may have committed jobs to claim from the table. */
  public void wake() {
    synchronized (this) {
      if (delivers() && !declaresLimits && !limited.anyWait()) {
        // RabbitMQ brings it
        return;
      }
      limited.mayHaveRoom();
      times(ClaimSource.LIMITED_TYPES).isDue |= declaresLimits;
      times(ClaimSource.TABLE).isDue |= !delivers();
      happened(nanoTime.getAsLong());
    }
    wakeUp.wake();
  }

  /**
   * Records a hint from another process that there may be something to claim. All idle workers get
   * the same hint, and one of them gets the job. A worker that comes too late a few times follows
   * fewer hints, so that a hundred workers do not poll the table for each job. A worker that finds
   * something follows the next hint immediately.
   */
  public void hear() {
    synchronized (this) {
      long now = nanoTime.getAsLong();
      if (followsHint || (hintPauseNanos > 0 && now - followedNanos < hintPauseNanos)) {
        // It does not look now, but does not forget the hint either
        expect(AFTER_A_HINT);
        return;
      }
      followsHint = true;
      followedNanos = now;
    }
    wake();
  }

  /** Records that jobs may arrive within this time without a notification. */
  public synchronized void expect(Duration within) {
    quietFrom(nanoTime.getAsLong() + within.toNanos());
  }

  private void happened(long now) {
    quietFrom(now + REST.toNanos());
  }

  private void quietFrom(long nanos) {
    if (nanos - quietFromNanos > 0) {
      quietFromNanos = nanos;
    }
  }
}
