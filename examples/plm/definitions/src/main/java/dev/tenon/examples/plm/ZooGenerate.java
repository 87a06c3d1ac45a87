package dev.tenon.examples.plm;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/**
 * Has a service on the network make a part from a description. The service allows few calls, so
 * that few of these jobs start in a minute, and two run at a time over all workers.
 *
 * @param prompt the description
 */
@JobType(
    value = "cad.zoo.generate",
    label = "Part from a description",
    routingKey = "jobs.cad.zoo",
    result = ZooModel.class,
    timeout = "10m",
    maxAttempts = 4,
    retryDelays = {"1s", "10s", "1m"},
    maxConcurrent = 2,
    rates = "60/m")
public record ZooGenerate(@NotBlank @Size(max = 500) String prompt) {}
