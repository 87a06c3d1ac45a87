package dev.tenon.examples.labels;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

/**
 * A label to print.
 *
 * @param text what is on it
 * @param copies how many are printed
 */
@JobType(value = "label.print", result = LabelPrinted.class, timeout = "30s")
public record LabelPrint(@NotBlank String text, @Min(1) @Max(100) int copies) {}
