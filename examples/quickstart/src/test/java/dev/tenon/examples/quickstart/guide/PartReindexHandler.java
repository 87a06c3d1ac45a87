package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

/** Would write the entry. */
@JobType("part.reindex")
public final class PartReindexHandler implements JobHandler<PartReindex, Void> {

  @Override
  public Void execute(PartReindex part, JobContext context) {
    return null;
  }
}
