package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;

abstract class Base<X> implements JobHandler<Import, Void> {
  @Override
  public Void execute(Import payload, JobContext context) {
    return null;
  }
}
