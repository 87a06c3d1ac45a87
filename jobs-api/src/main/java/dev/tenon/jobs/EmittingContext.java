package dev.tenon.jobs;

/**
 * The context of a handler that emits values. Thread-safe, like every {@link JobContext}.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 *
 * @param <E> the values, as {@code emits} of {@code @JobType} declares them
 */
public interface EmittingContext<E> extends JobContext {

  /**
   * Emits a value: whoever follows the job sees it, in the order of the calls, and it is kept as
   * long as the log of the job. Values are gathered, sent a few times a second, and all recorded
   * before the end of the attempt is. If they are emitted faster than they can be recorded, or the
   * database cannot be reached, the call waits; none is left out. If the attempt should stop
   * meanwhile, the value is dropped.
   *
   * <p>Each run of the handler emits its own values: a further attempt begins again, and whoever
   * follows the job sees by {@link EmittedValue#run()} that it does.
   *
   * @param value the value
   * @throws IllegalArgumentException if it does not meet its constraints
   * @throws PermanentJobException if it has too many bytes as JSON, or this attempt has emitted too
   *     many values; see {@code SizeLimits}
   */
  void emit(E value);
}
