package dev.tenon.examples.quickstart;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;

/**
 * A label to print.
 *
 * @param text what is printed on it
 * @param printer the name of the printer
 */
@JobType(
    value = "label.print",
    timeout = "10s",
    maxAttempts = 2,
    retryDelays = {"500ms"})
public record LabelPrint(@NotBlank String text, @NotBlank String printer) {

  /** The label for a batch that was made. */
  @FromResults
  static LabelPrint ofBatch(WidgetReport report) {
    return new LabelPrint(report.made() + " widgets", "packing");
  }
}
