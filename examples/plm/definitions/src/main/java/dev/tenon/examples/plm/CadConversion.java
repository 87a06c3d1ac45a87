package dev.tenon.examples.plm;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Converts a CAD file to meshes. A worker in Python does it.
 *
 * @param source the STEP or IGES file, as its path in the file store
 * @param formats what to make
 * @param tessellation how fine the meshes are; the worker's choice if there is none
 */
@JobType(
    value = "cad.conversion.process",
    label = "CAD conversion",
    routingKey = "jobs.cad.conversion",
    result = MeshFiles.class,
    timeout = "15m",
    maxAttempts = 3,
    retryDelays = {"5s", "1m"},
    external = true)
public record CadConversion(
    @Size(max = 200) @Pattern(regexp = "[A-Za-z0-9][A-Za-z0-9_/-]*\\.(step|stp|iges|igs)") String source,
    @NotEmpty Set<MeshFormat> formats,
    @Nullable @Valid Tessellation tessellation) {

  /** All formats of each model of a clone. */
  @FromResults
  static List<CadConversion> ofClone(DesignCloned clone) {
    List<String> models = clone.models() == null ? List.of() : clone.models();
    return models.stream()
        .map(model -> new CadConversion(model, EnumSet.allOf(MeshFormat.class), null))
        .toList();
  }
}
