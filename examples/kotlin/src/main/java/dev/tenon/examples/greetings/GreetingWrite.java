package dev.tenon.examples.greetings;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/** A greeting to write. Its result is the greeting. */
@JobType(
    value = "greeting.write",
    result = GreetingWritten.class,
    timeout = "30s",
    maxAttempts = 3,
    retryDelays = {"1s", "10s"})
public record GreetingWrite(@NotBlank @Size(max = 80) String name) {}
