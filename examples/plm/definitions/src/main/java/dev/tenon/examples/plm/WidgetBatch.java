package dev.tenon.examples.plm;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a batch of widgets.
 *
 * @param name the name of the batch
 * @param items what to make
 * @param options how to make it; the usual way if there are none
 */
@JobType(
    value = "widget.process.batch",
    label = "Widget batch",
    routingKey = "jobs.widget.process",
    result = WidgetReport.class,
    timeout = "5m",
    maxAttempts = 3,
    retryDelays = {"30s", "1m"},
    priority = JobPriority.HIGH)
public record WidgetBatch(
    @NotBlank @Size(max = 80) String name,
    @NotEmpty @Size(max = 500) List<@Valid Item> items,
    @Nullable @Valid Options options) {

  /**
   * Widgets of one kind.
   *
   * @param sku which kind
   * @param count how many
   * @param unitPrice what one of them is worth
   */
  public record Item(
      @NotBlank String sku, @Min(1) @Max(1_000) int count, @PositiveOrZero BigDecimal unitPrice) {}

  /**
   * The options for making widgets.
   *
   * @param quality from 1, rough, to 10, perfect
   * @param packaging how they are packed; not at all if there is none
   */
  public record Options(@Min(1) @Max(10) int quality, @Nullable @Valid Packaging packaging) {}

  /**
   * The packaging of widgets.
   *
   * @param perBox how many go into a box
   * @param label what is printed on each box
   */
  public record Packaging(@Min(1) @Max(100) int perBox, @NotBlank @Size(max = 40) String label) {}
}
