package dev.tenon.examples.plm;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Unique;
import dev.tenon.jobs.annotation.UniqueScope;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.UUID;

/**
 * Alerts the owners of the work instructions that use a part. Changes that follow each other while
 * the job waits are one alert, about the last of them.
 *
 * @param partId the part that was changed
 * @param revision its revision now
 */
@JobType(
    value = "workinstruction.part.changed",
    label = "Alert about a changed part",
    routingKey = "jobs.workinstruction.part",
    result = OwnersAlerted.class,
    timeout = "5m",
    unique =
        @Unique(
            value = "partId",
            scope = UniqueScope.UNTIL_STARTED,
            onDuplicate = DuplicatePolicy.REPLACE_PAYLOAD))
public record PartChanged(UUID partId, @NotBlank @Size(max = 10) String revision) {}
