package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.EncryptionKeyException;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.Violation;
import dev.tenon.jobs.internal.background.DisplayText;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.steps.AttemptSteps;
import dev.tenon.jobs.internal.steps.StopReason;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.values.SensitiveValues;
import dev.tenon.jobs.internal.values.StoredJson;
import dev.tenon.jobs.internal.values.StoredText;
import dev.tenon.jobs.internal.values.ValueStorage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of an attempt at a job of one type, in the calling thread: it reads and validates the
 * payload, calls the handler, validates and writes the result, and decides what follows. Workers
 * and the test kit share it. Thread-safe.
 *
 * @param <P> the payload record
 * @param <R> what the handler returns
 */
public final class AttemptRunner<P, R> {

  private static final Logger LOG = LoggerFactory.getLogger(AttemptRunner.class);

  private final JobBinding<P, R> binding;
  private final ValueStorage storage;
  private final DoubleSupplier random;
  private final Predicate<Throwable> isOutage;

  /**
   * Creates a runner for jobs of one type.
   *
   * @param binding the type and its handler
   * @param storage the settings for storing results
   * @param random supplies a number from 0 to 1 for the jitter of each wait
   */
  public AttemptRunner(JobBinding<P, R> binding, ValueStorage storage, DoubleSupplier random) {
    this(binding, storage, random, e -> false);
  }

  /**
   * Creates a runner for jobs of one type, for a worker.
   *
   * @param isOutage tests whether a handler has thrown this only because the database was down, so
   *     that the attempt does not count
   */
  AttemptRunner(
      JobBinding<P, R> binding,
      ValueStorage storage,
      DoubleSupplier random,
      Predicate<Throwable> isOutage) {
    this.binding = binding;
    this.storage = storage;
    this.random = random;
    this.isOutage = isOutage;
  }

  /** Returns the time limit of an attempt. */
  Duration timeout() {
    return binding.definition().timeout();
  }

  /**
   * Makes an attempt. It never throws: an attempt without an outcome would keep its slot, and its
   * job would stay running, for good.
   *
   * @param job the job, which need not have its payload
   * @param payload the payload as it is stored
   * @param context makes the handler's context, once the payload is read, from the values that are
   *     hidden in its reports
   * @param stop the reason that the handler was asked to stop; returns null as long as it was not
   * @param failure receives the failure of the attempt
   * @return the end of the attempt, unless the handler was asked to stop: then {@link #afterStop}
   *     determines it
   */
  public AttemptEnd run(
      ClaimedJob job,
      String payload,
      Function<SensitiveValues, HandlerContext> context,
      Supplier<@Nullable StopReason> stop,
      Consumer<Throwable> failure) {
    try {
      return attempt(job, payload, context, stop, failure);
    } catch (Throwable e) {
      return indescribable(job, e);
    }
  }

  private static AttemptEnd indescribable(ClaimedJob job, Throwable e) {
    LOG.error(
        "The failure of job {} of type '{}' cannot be described ({}); the job fails.",
        job.id(),
        job.type(),
        e.getClass().getName());
    return new AttemptEnd.Failed(
        job.lease(),
        new AttemptFailure(
            JobError.Reason.EXCEPTION,
            e.getClass().getName(),
            "The failure cannot be described: a method of its exception throws.",
            null,
            null));
  }

  /**
   * A job whose handler can be called, or has ended before.
   *
   * @param end the end; null if the handler can be called
   * @param payload the payload; null if it could not be read
   * @param context the handler's context; null if the payload could not be read
   */
  record Opened<P>(
      @Nullable AttemptEnd end, @Nullable P payload, @Nullable HandlerContext context) {

    static <P> Opened<P> ended(AttemptEnd end) {
      return new Opened<>(end, null, null);
    }
  }

  /** Reads the payload, and makes the handler's context. It never throws. */
  Opened<P> open(
      ClaimedJob job,
      String stored,
      Function<SensitiveValues, HandlerContext> context,
      Supplier<@Nullable StopReason> stop,
      Consumer<Throwable> failure) {
    JobDefinition<P, R> definition = binding.definition();
    if (job.version() > definition.version()) {
      return Opened.ended(UncountedRelease.newerVersion(job, definition));
    }
    PayloadReading<P> reading = new PayloadReading<>(job, definition, storage);
    P payload;
    try {
      payload = reading.read(stored);
    } catch (EncryptionKeyException e) {
      return Opened.ended(UncountedRelease.missingKey(job, e));
    } catch (Throwable e) {
      failure.accept(e);
      return Opened.ended(
          e instanceof OutOfMemoryError
              // The shortage of memory may be due to others
              ? failed(job, e, reading.sensitive(), stop)
              : unreadable(job, e, reading.sensitive()));
    }
    try {
      return new Opened<>(null, payload, context.apply(reading.sensitive()));
    } catch (Throwable e) {
      failure.accept(e);
      return Opened.ended(failed(job, e, reading.sensitive(), stop));
    }
  }

  private AttemptEnd attempt(
      ClaimedJob job,
      String stored,
      Function<SensitiveValues, HandlerContext> context,
      Supplier<@Nullable StopReason> stop,
      Consumer<Throwable> failure) {
    Opened<P> opened = open(job, stored, context, stop, failure);
    if (opened.end() != null) {
      return opened.end();
    }
    HandlerContext given = Objects.requireNonNull(opened.context());
    AttemptSteps steps = given.attemptSteps();
    try {
      R result = binding.handler().execute(Objects.requireNonNull(opened.payload()), given);
      if (steps.suspension().isPresent()) {
        return decided(job, steps, null, failure);
      }
      return completed(job, result);
    } catch (Throwable e) {
      if (steps.suspension().isPresent()) {
        return decided(job, steps, e, failure);
      }
      failure.accept(e);
      return failed(job, e, steps.hidden().current(), stop);
    }
  }

  /** Returns the end of a job with this result, or throws why that is not valid. */
  AttemptEnd completed(ClaimedJob job, @Nullable R result) {
    return new AttemptEnd.Completed(
        job.lease(), encode(job, result), binding.definition().version());
  }

  /** Returns the end of a job of a batch that has failed. It never throws. */
  AttemptEnd failed(
      ClaimedJob job, Throwable e, HandlerContext given, Supplier<@Nullable StopReason> stop) {
    try {
      return failed(job, e, given.attemptSteps().hidden().current(), stop);
    } catch (Throwable indescribable) {
      return indescribable(job, indescribable);
    }
  }

  /** Returns the end that the steps of the handler have decided, whatever it has done then. */
  private AttemptEnd decided(
      ClaimedJob job, AttemptSteps steps, @Nullable Throwable thrown, Consumer<Throwable> failure) {
    Throwable cause = DecidedEnds.failureOf(steps);
    if (cause != null) {
      failure.accept(cause);
    }
    AttemptEnd end = decided(job, steps).orElseThrow();
    DecidedEnds.log(job, steps, end, thrown);
    return end;
  }

  /**
   * Returns the end that the steps of a handler have decided, even if it is still running; empty if
   * they have decided nothing.
   */
  public Optional<AttemptEnd> decided(ClaimedJob job, AttemptSteps steps) {
    return DecidedEnds.of(job, binding.definition(), steps);
  }

  /**
   * Returns the end of an attempt whose payload cannot be read; another attempt would find the same
   * payload.
   */
  private static AttemptEnd unreadable(ClaimedJob job, Throwable e, SensitiveValues sensitive) {
    if (e instanceof JobsException) {
      LOG.error("Job {} fails permanently: {}", job.id(), e.getMessage());
    } else {
      LOG.error(
          "Job {} fails permanently: its payload cannot be read or validated ({}).",
          job.id(),
          e.getClass().getName());
    }
    return Failures.permanent(job, e, sensitive);
  }

  private @Nullable String encode(ClaimedJob job, @Nullable R result) {
    JobDefinition<P, R> definition = binding.definition();
    if (result == null) {
      if (definition.resultType() != Void.class) {
        throw new JobsException(
            "The handler of job type '%s' returned null; its result type is %s. Return a result, or declare none."
                .formatted(job.type(), definition.resultType().getSimpleName()),
            job.type(),
            job.id(),
            null);
      }
      return null;
    }
    List<Violation> violations = definition.validateResult(result);
    if (!violations.isEmpty()) {
      throw new JobsException(
          "The result of job type '%s' is not valid: %s."
              .formatted(
                  job.type(),
                  violations.stream().map(Violation::toString).collect(Collectors.joining("; "))),
          job.type(),
          job.id(),
          null);
    }
    int maxBytes = storage.limits().resultBytes();
    String json =
        StoredJson.write(
            result,
            definition.resultCodec(),
            definition.sensitiveResult(),
            "the result of job type '" + job.type() + "'",
            maxBytes,
            bytes -> new ResultTooLargeException(job, bytes, maxBytes));
    return storage.encryption().storedResult(definition, job.id(), storable(job, json));
  }

  private static String storable(ClaimedJob job, String result) {
    if (StoredText.indexOfHalfCharacter(result).isPresent()) {
      throw new JobsException(
          ("The result of job type '%s' has a surrogate without its partner, which UTF-8 cannot "
                  + "encode. Cut strings between characters, not inside one.")
              .formatted(job.type()),
          job.type(),
          job.id(),
          null);
    }
    return result;
  }

  private AttemptEnd failed(
      ClaimedJob job, Throwable e, SensitiveValues sensitive, Supplier<@Nullable StopReason> stop) {
    if (stop.get() != null) {
      // It returned because it was asked to; afterStop decides what that means
      return new AttemptEnd.Released(job.lease());
    }
    RetryPolicy policy = binding.definition().retryPolicy();
    if (Failures.isRetryable(policy, e) && isOutage.test(e) && stop.get() == null) {
      AttemptEnd.Released released = Failures.withoutDatabase(job, e, sensitive);
      LOG.warn(
          "Attempt {} of {} at job {} of type '{}' failed with {}, while PostgreSQL could not be"
              + " reached. It does not count; the job is tried again in {}.",
          job.attempt(),
          job.maxAttempts(),
          job.id(),
          job.type(),
          LoggableFailure.describe(e),
          DisplayText.of(released.delay()));
      return released;
    }
    AttemptEnd end = Failures.thrown(job, policy, e, sensitive, random.getAsDouble());
    if (end instanceof AttemptEnd.Snoozed snoozed) {
      LOG.info(
          "The handler of job {} of type '{}' has postponed it by {}.",
          job.id(),
          job.type(),
          DisplayText.of(snoozed.delay()));
      return end;
    }
    if (end instanceof AttemptEnd.Retried) {
      LOG.warn(
          "Attempt {} of {} at job {} of type '{}' failed with {} {}; {}. 'tenon show {} --stack'"
              + " and the dashboard show the message and the stack trace.",
          job.attempt(),
          job.maxAttempts(),
          job.id(),
          job.type(),
          e.getClass().getName(),
          FailureFrames.first(e),
          Failures.whatHappensNext(job, end),
          job.id());
    } else {
      LOG.warn(
          "Attempt {} of {} at job {} of type '{}' failed with {}; {}. 'tenon show {} --stack' and"
              + " the dashboard show the message and the stack trace.{}",
          job.attempt(),
          job.maxAttempts(),
          job.id(),
          job.type(),
          e.getClass().getName(),
          Failures.whatHappensNext(job, end),
          job.id(),
          FailureFrames.all(e));
    }
    if (LOG.isDebugEnabled()) {
      LOG.debug("Job {} failed: {}", job.id(), sensitive.stack(e));
    }
    return end;
  }

  /**
   * Returns the end of an attempt. If its handler was asked to stop, that does not depend on what
   * it did then; but a job that waits already continues to wait.
   *
   * @param job the job
   * @param end the end of the attempt if the handler was not asked to stop
   * @param reason the reason that it was asked to stop; null if it was not
   */
  public AttemptEnd afterStop(ClaimedJob job, AttemptEnd end, @Nullable StopReason reason) {
    if (reason == null) {
      return end;
    }
    return switch (reason) {
      case CANCELLED -> new AttemptEnd.Cancelled(job.lease());
      case TIMED_OUT -> end instanceof AttemptEnd.Suspended ? end : timedOut(job);
      case SHUTDOWN, LEASE_LOST ->
          end instanceof AttemptEnd.Suspended ? end : new AttemptEnd.Released(job.lease());
    };
  }

  private AttemptEnd timedOut(ClaimedJob job) {
    AttemptEnd end = Failures.timedOut(job, binding.definition(), random.getAsDouble());
    LOG.warn(
        "Attempt {} of {} at job {} of type '{}' took longer than {}; {}.",
        job.attempt(),
        job.maxAttempts(),
        job.id(),
        job.type(),
        DisplayText.of(timeout()),
        Failures.whatHappensNext(job, end));
    return end;
  }
}
