package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.annotation.JobType;
import java.util.List;

/** Would read a file. */
@JobType("design.import")
public final class DesignImportHandler implements JobHandler<DesignImport, DesignImport.Parts> {

  @Override
  public DesignImport.Parts execute(DesignImport design, JobContext context) {
    return switch (design.file()) {
      case "gearbox.step" -> new DesignImport.Parts("Gearbox", List.of("P-1", "P-2", "P-3"));
      case "empty.step" -> new DesignImport.Parts("Nothing", List.of());
      default -> throw new PermanentJobException("There is no file " + design.file());
    };
  }
}
