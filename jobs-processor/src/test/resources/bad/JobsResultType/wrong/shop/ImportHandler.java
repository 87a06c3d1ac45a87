package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import java.util.List;

@SuppressWarnings("rawtypes")
@JobType("shop.import")
final class ImportHandler implements JobHandler<Import, List> {
  @Override
  public List execute(Import payload, JobContext context) {
    return null;
  }
}
