package shop;

import dev.tenon.jobs.JobSnoozedException;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.RetryJobException;
import dev.tenon.jobs.annotation.JobType;
import java.time.Duration;

@JobType(value = "shop.import", noRetryOn = {PermanentJobException.class, JobSnoozedException.class, Import.Busy.class, Error.class, Import.Busy.class, Error.class})
record Import(String file) {
  static class Busy extends RetryJobException {
    private static final long serialVersionUID = 1;

    Busy() {
      super("busy", Duration.ZERO, null);
    }
  }
}
