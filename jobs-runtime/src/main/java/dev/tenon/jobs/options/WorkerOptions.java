package dev.tenon.jobs.options;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The settings of a worker. Immutable; each method returns a changed copy. */
public final class WorkerOptions {

  /** The highest concurrency. */
  private static final int MAX_CONCURRENCY = 1_000_000;

  private static final Duration MAX_GRACE_PERIOD = Duration.ofDays(365);
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9._+:-]{1,100}");

  private final int concurrency;
  private final Duration gracePeriod;
  private final boolean virtualThreads;
  private final @Nullable String applicationVersion;
  private final Map<String, Duration> gracePeriods;

  private WorkerOptions(
      int concurrency,
      Duration gracePeriod,
      boolean virtualThreads,
      @Nullable String applicationVersion,
      Map<String, Duration> gracePeriods) {
    if (concurrency < 1 || concurrency > MAX_CONCURRENCY) {
      throw new IllegalArgumentException(
          "The concurrency is %d; it must be from 1 to %,d."
              .formatted(concurrency, MAX_CONCURRENCY));
    }
    check("The grace period", gracePeriod);
    if (applicationVersion != null && !VERSION.matcher(applicationVersion).matches()) {
      throw new IllegalArgumentException(
          "The application version is '%s'; it must have 1 to 100 characters, and only letters, digits, and the characters . _ + : and -."
              .formatted(applicationVersion));
    }
    this.concurrency = concurrency;
    this.gracePeriod = gracePeriod;
    this.virtualThreads = virtualThreads;
    this.applicationVersion = applicationVersion;
    this.gracePeriods = Map.copyOf(gracePeriods);
  }

  private static void check(String what, Duration gracePeriod) {
    if (gracePeriod.isNegative() || gracePeriod.compareTo(MAX_GRACE_PERIOD) > 0) {
      throw new IllegalArgumentException(
          "%s is %s; it must be from 0 to %d days."
              .formatted(what, gracePeriod, MAX_GRACE_PERIOD.toDays()));
    }
  }

  /**
   * The defaults: ten jobs at a time, a grace period of 30 s, and virtual threads if the JVM has
   * them.
   */
  public static WorkerOptions defaults() {
    return new WorkerOptions(10, Duration.ofSeconds(30), true, null, Map.of());
  }

  /**
   * A copy with this concurrency.
   *
   * @throws IllegalArgumentException if it is below 1 or above 1,000,000
   */
  public WorkerOptions withConcurrency(int concurrency) {
    return new WorkerOptions(
        concurrency, gracePeriod, virtualThreads, applicationVersion, gracePeriods);
  }

  /**
   * A copy with this grace period.
   *
   * @throws IllegalArgumentException if it is negative or longer than 365 days
   */
  public WorkerOptions withGracePeriod(Duration gracePeriod) {
    return new WorkerOptions(
        concurrency, gracePeriod, virtualThreads, applicationVersion, gracePeriods);
  }

  /**
   * A copy with this grace period for the jobs of one type, in place of the one for all others. A
   * worker that is closed waits for each job as long as its type says, up to half a second longer.
   *
   * @param type the name of the type
   * @param gracePeriod the grace period
   * @throws IllegalArgumentException if it is negative or longer than 365 days
   */
  public WorkerOptions withGracePeriod(String type, Duration gracePeriod) {
    check("The grace period of '" + type + "'", gracePeriod);
    Map<String, Duration> all = new HashMap<>(gracePeriods);
    all.put(Objects.requireNonNull(type, "type"), gracePeriod);
    return new WorkerOptions(
        concurrency, this.gracePeriod, virtualThreads, applicationVersion, all);
  }

  /** A copy that uses virtual threads, or does not. */
  public WorkerOptions withVirtualThreads(boolean virtualThreads) {
    return new WorkerOptions(
        concurrency, gracePeriod, virtualThreads, applicationVersion, gracePeriods);
  }

  /**
   * A copy with this version of the application. Operators drain the workers of a version, and see
   * what each version would leave behind.
   *
   * @param applicationVersion the version, such as {@code 2.4.1} or the id of a commit
   * @throws IllegalArgumentException if it does not have 1 to 100 characters, or others than
   *     letters, digits, and {@code . _ + : -}
   */
  public WorkerOptions withApplicationVersion(String applicationVersion) {
    return new WorkerOptions(
        concurrency,
        gracePeriod,
        virtualThreads,
        Objects.requireNonNull(applicationVersion, "applicationVersion"),
        gracePeriods);
  }

  /** The largest number of jobs that run at a time, from 1 to 1,000,000. */
  public int concurrency() {
    return concurrency;
  }

  /**
   * The grace period: how long running handlers may continue when the worker is closed, before they
   * are asked to stop and their jobs are released.
   */
  public Duration gracePeriod() {
    return gracePeriod;
  }

  /** The grace period of the jobs of a type. */
  public Duration gracePeriod(String type) {
    return gracePeriods.getOrDefault(type, gracePeriod);
  }

  /** The longest grace period of any type: how long it may take to close the worker. */
  public Duration longestGracePeriod() {
    return Stream.concat(Stream.of(gracePeriod), gracePeriods.values().stream())
        .max(Duration::compareTo)
        .orElseThrow();
  }

  /** Returns true if handlers run on virtual threads where the JVM has them (21 and newer). */
  public boolean usesVirtualThreads() {
    return virtualThreads;
  }

  /** The version of the application; empty if none was given. */
  public Optional<String> applicationVersion() {
    return Optional.ofNullable(applicationVersion);
  }

  /** Options are equal if all of their values are. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WorkerOptions that
        && concurrency == that.concurrency
        && gracePeriod.equals(that.gracePeriod)
        && virtualThreads == that.virtualThreads
        && Objects.equals(applicationVersion, that.applicationVersion)
        && gracePeriods.equals(that.gracePeriods);
  }

  @Override
  public int hashCode() {
    return Objects.hash(concurrency, gracePeriod, virtualThreads, applicationVersion, gracePeriods);
  }

  @Override
  public String toString() {
    return "WorkerOptions[concurrency=%s, gracePeriod=%s, virtualThreads=%s, applicationVersion=%s, gracePeriods=%s]"
        .formatted(
            concurrency,
            gracePeriod,
            virtualThreads,
            applicationVersion,
            new TreeMap<>(gracePeriods));
  }
}
