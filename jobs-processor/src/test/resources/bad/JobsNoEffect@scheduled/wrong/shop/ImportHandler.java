package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import org.springframework.scheduling.annotation.Scheduled;

@JobType("shop.import")
final class ImportHandler implements JobHandler<Import, Void> {
  @Scheduled(cron = "0 0 3 * * *")
  @Override
  public Void execute(Import payload, JobContext context) {
    return null;
  }
}
