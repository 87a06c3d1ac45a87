package widgets;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A batch of widgets. */
@JobType(
    value = "widget.process.batch",
    label = "Widget batch processing",
    result = WidgetReport.class,
    timeout = "5m",
    maxAttempts = 4,
    retryDelays = {"30s", "1m", "2m"},
    priority = JobPriority.HIGH)
public record WidgetBatch(
    UUID widgetId,
    @NotBlank @Size(max = 80) String name,
    @Nullable @Valid Options options,
    @NotEmpty List<@Valid Item> items) {

  /** The way the batch is processed. */
  public record Options(@Min(1) @Max(9) int priority, @Nullable @Size(min = 2) String note) {}

  /** One widget. */
  public record Item(@Pattern(regexp = "[A-Z]{3}-\\d+") String sku, @Positive int count) {}
}
