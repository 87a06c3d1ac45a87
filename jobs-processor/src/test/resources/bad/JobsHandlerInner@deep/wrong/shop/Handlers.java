package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

class Handlers {
  class Inner {
    @JobType("shop.import")
    record ImportHandler() implements JobHandler<Import, Void> {
      @Override
      public Void execute(Import payload, JobContext context) {
        return null;
      }
    }
  }

  interface Fine {
    @JobType("shop.export")
    class ExportHandler implements JobHandler<Export, Void> {
      @Override
      public Void execute(Export payload, JobContext context) {
        return null;
      }
    }
  }

  record Small() {
    @JobType("shop.merge")
    record MergeHandler() implements JobHandler<Merge, Void> {
      @Override
      public Void execute(Merge payload, JobContext context) {
        return null;
      }
    }
  }
}
