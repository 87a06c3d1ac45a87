package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;
import java.util.List;

/** Makes a mesh of a part. */
@JobType(
    value = "part.convert",
    result = PartConvert.Mesh.class,
    maxAttempts = 1,
    retryDelays = {})
public record PartConvert(@NotBlank String number, @NotBlank String format) {

  /** A mesh. */
  public record Mesh(String number, int triangles) {}

  @FromResults
  static List<PartConvert> ofImport(PartConvert draft, DesignImport.Parts parts) {
    return parts.numbers().stream().map(number -> new PartConvert(number, draft.format())).toList();
  }
}
