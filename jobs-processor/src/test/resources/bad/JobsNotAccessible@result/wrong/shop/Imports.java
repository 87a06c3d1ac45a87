package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

class Imports {
  @JobType(value = "shop.import", result = Mode.class)
  record Import(String file) {}

  private enum Mode {
    FAST
  }

  @JobType("shop.import")
  static final class Handler implements JobHandler<Import, Mode> {
    @Override
    public Mode execute(Import payload, JobContext context) {
      return Mode.FAST;
    }
  }
}
