package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("search.index.update")
final class SearchIndexUpdateHandler implements JobHandler<SearchIndexUpdate, Void> {
  @Override
  public Void execute(SearchIndexUpdate payload, JobContext context) {
    return null;
  }
}
