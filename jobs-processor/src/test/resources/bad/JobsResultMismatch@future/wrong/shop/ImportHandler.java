package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import java.util.concurrent.CompletableFuture;

@JobType("shop.import")
final class ImportHandler implements JobHandler<Import, CompletableFuture<Void>> {
  @Override
  public CompletableFuture<Void> execute(Import payload, JobContext context) {
    return CompletableFuture.completedFuture(null);
  }
}
