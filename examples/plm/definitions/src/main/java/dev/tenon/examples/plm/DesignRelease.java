package dev.tenon.examples.plm;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.UUID;

/**
 * Releases an item, if somebody approves it. The job waits for the decision for up to two weeks.
 *
 * @param designId the design of the item
 * @param itemNumber the number of the item
 * @param approver who decides, and gets a mail with two links
 * @param requester who gets a mail with the decision
 * @param pages where the application has the pages that the links lead to
 */
@JobType(
    value = "design.release",
    label = "Release of an item",
    routingKey = "jobs.design.release",
    result = DesignReleased.class,
    timeout = "1m",
    maxAttempts = 5,
    retryDelays = {"1s", "10s", "1m", "5m"})
public record DesignRelease(
    UUID designId,
    @NotBlank @Size(max = 40) String itemNumber,
    @NotBlank @Email String approver,
    @NotBlank @Email String requester,
    URI pages) {}
