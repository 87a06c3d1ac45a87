package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.durable.JobStep;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A record of a step or a token, to be written. It replaces an earlier record with the same name
 * and key, except its number.
 *
 * @param lease the lease of the attempt
 * @param name the name of the step; of a token, {@link StepStore#TOKEN} and the name of the signal
 * @param key the key of the round; empty for none
 * @param kind a step or a token
 * @param state its state from now on
 * @param version the version of the job type in this code
 * @param number the position of the record among all of its job, in the order they began: one more
 *     than the largest {@link StoredStep#number()}
 * @param attempts the failed attempts of a step that has its own attempts; otherwise 0
 * @param age the time since it began
 * @param result the result as JSON, encrypted if necessary; null if there is none
 * @param message the error, or the question for a person; null if there is none
 */
public record NewStep(
    Lease lease,
    String name,
    String key,
    JobStep.Kind kind,
    JobStep.State state,
    int version,
    int number,
    int attempts,
    Duration age,
    @Nullable String result,
    @Nullable String message) {}
