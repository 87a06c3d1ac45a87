package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;

final class ImportHandler implements JobHandler<Import, Void> {
  @Override
  public Void execute(Import payload, JobContext context) {
    return null;
  }
}
