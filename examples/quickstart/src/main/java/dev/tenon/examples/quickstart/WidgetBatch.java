package dev.tenon.examples.quickstart;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A batch of widgets to make. */
@JobType(
    value = "widget.process.batch",
    label = "Widget batch processing",
    result = WidgetReport.class,
    timeout = "5m",
    maxAttempts = 3,
    retryDelays = {"30s", "1m"},
    priority = JobPriority.HIGH)
public record WidgetBatch(
    UUID batchId,
    @NotBlank @Size(max = 80) String name,
    @Nullable @Valid WidgetOptions options,
    @NotEmpty List<@Valid WidgetItem> items) {}
