package design;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobType;
import java.util.List;
import java.util.UUID;

/** As many jobs as the design has parts; a worker in another language handles them. */
@JobType(value = "part.convert", result = byte[].class, external = true)
public record PartConvert(UUID partId, String format) {

  @FromResults
  static List<PartConvert> ofClone(DesignClone.Report clone) {
    return clone.partIds().stream().map(id -> new PartConvert(id, "task")).toList();
  }

  @FromResults
  static List<PartConvert> againFrom(PartConvert draft, DesignClone.Report clone) {
    return clone.partIds().stream().map(id -> new PartConvert(id, draft.format())).toList();
  }
}
