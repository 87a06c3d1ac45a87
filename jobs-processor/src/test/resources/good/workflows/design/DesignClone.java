package design;

import dev.tenon.jobs.annotation.JobType;
import java.util.List;
import java.util.UUID;

/** Submitted with its own payload. */
@JobType(value = "design.clone", result = DesignClone.Report.class)
record DesignClone(UUID designId) {

  /** The result that the other tasks are made from. */
  record Report(UUID designId, List<UUID> partIds) {}
}
