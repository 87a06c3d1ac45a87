package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

/** Would publish a design. */
@JobType("design.publish")
public final class DesignPublishHandler implements JobHandler<DesignPublish, Void> {

  @Override
  public Void execute(DesignPublish design, JobContext context) {
    return null;
  }
}
