package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;
import java.util.List;

/** Reads the parts of a design from a file. */
@JobType(
    value = "design.import",
    result = DesignImport.Parts.class,
    maxAttempts = 1,
    retryDelays = {})
public record DesignImport(@NotBlank String file) {

  /** The numbers of the parts that were found. */
  public record Parts(String design, List<String> numbers) {}
}
