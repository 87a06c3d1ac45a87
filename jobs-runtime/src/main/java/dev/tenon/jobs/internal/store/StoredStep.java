package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.durable.JobStep;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The record of a step, a wait, a sleep or a token, as it is stored.
 *
 * @param name the name of the step or wait; of a token, {@link StepStore#TOKEN} and the name of the
 *     signal
 * @param key the key of the round; empty for none
 * @param kind what it is
 * @param state its state
 * @param version the version of the job type in the code that wrote it last
 * @param lease the lease of the attempt that wrote it last
 * @param number its position among the records of the job, in the order they began
 * @param attempts the failed attempts of a step that has its own attempts; otherwise 0
 * @param startedAt the time when it began
 * @param endedAt the time when it ended; null if it has not
 * @param until the time when a wait ends at the latest; null if it is none, or has no maximum
 * @param signals the names of the signals that end a wait
 * @param signal the signal that has ended a wait; null if none has
 * @param result the result of a step as JSON, or the secret of a token as a JSON string; null if
 *     there is none
 * @param message the last error, or the question for a person; null if there is none
 */
public record StoredStep(
    String name,
    String key,
    JobStep.Kind kind,
    JobStep.State state,
    int version,
    long lease,
    int number,
    int attempts,
    Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Instant until,
    List<String> signals,
    @Nullable StoredSignal signal,
    @Nullable String result,
    @Nullable String message) {

  /** Makes the list immutable. */
  public StoredStep {
    signals = List.copyOf(signals);
  }
}
