package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
final class ImportHandler {
  public Void execute(Import payload, JobContext context) {
    return null;
  }
}
