package dev.tenon.jobs.observability;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Unique;

/**
 * A job of a type with limits, of which one with the same name is enough.
 *
 * @param name its name
 */
@JobType(
    value = "watched.letter.send",
    maxAttempts = 2,
    retryDelays = "10ms",
    maxConcurrent = 1,
    unique = @Unique({"name"}))
record Letter(String name) {}
