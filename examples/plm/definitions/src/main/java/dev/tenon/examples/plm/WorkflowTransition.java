package dev.tenon.examples.plm;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.util.List;

/**
 * Tells people by mail that an item has another state.
 *
 * @param itemNumber the number of the item
 * @param from its state before
 * @param to its state now
 * @param changedBy who changed it
 * @param recipients whom to tell
 */
@JobType(
    value = "notification.workflow.transition",
    label = "Mail on a change of state",
    routingKey = "jobs.notification.workflow",
    result = MailSent.class,
    timeout = "1m",
    maxAttempts = 5,
    retryDelays = {"10s", "1m", "5m", "30m"})
public record WorkflowTransition(
    @NotBlank @Size(max = 40) String itemNumber,
    ItemState from,
    ItemState to,
    @NotBlank @Size(max = 80) String changedBy,
    @NotEmpty @Size(max = 50) List<@NotBlank @Email String> recipients) {}
