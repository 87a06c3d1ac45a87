package dev.tenon.clients;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;

/**
 * A label to read, which must not take much time.
 *
 * @param text what should be on it
 */
@JobType(
    value = "label.scan",
    routingKey = "jobs.scanner",
    external = true,
    timeout = "2s",
    maxAttempts = 1,
    retryDelays = {})
public record LabelScan(@NotBlank String text) {

  /** Reads the printed labels. */
  @FromResults
  static LabelScan ofPrinted(LabelPrinted printed) {
    return new LabelScan(printed.text());
  }
}
