package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobType;
import java.util.List;
import java.util.Optional;

/** Shows a design to everybody. */
@JobType("design.publish")
public record DesignPublish(String design, int triangles) {

  @FromResults
  static DesignPublish ofMeshes(DesignImport.Parts parts, List<PartConvert.Mesh> meshes) {
    return new DesignPublish(
        parts.design(), meshes.stream().mapToInt(PartConvert.Mesh::triangles).sum());
  }

  @FromResults
  static Optional<DesignPublish> ifEmpty(DesignImport.Parts parts) {
    return parts.numbers().isEmpty()
        ? Optional.of(new DesignPublish(parts.design(), 0))
        : Optional.empty();
  }
}
