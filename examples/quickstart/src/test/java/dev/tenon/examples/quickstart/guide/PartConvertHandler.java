package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.annotation.JobType;

/** Would make a mesh. */
@JobType("part.convert")
public final class PartConvertHandler implements JobHandler<PartConvert, PartConvert.Mesh> {

  @Override
  public PartConvert.Mesh execute(PartConvert part, JobContext context) {
    if (part.number().equals("P-0")) {
      throw new PermanentJobException("There is no part P-0");
    }
    return new PartConvert.Mesh(part.number(), 12);
  }
}
