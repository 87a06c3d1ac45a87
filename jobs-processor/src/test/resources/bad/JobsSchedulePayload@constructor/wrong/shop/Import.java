package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Schedule;
import java.io.IOException;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Import {
  @JobType(value = "shop.private", schedules = @Schedule(cron = "@daily"))
  record Private(String file) {
    private Private() {
      this("prices.csv");
    }
  }

  @JobType(value = "shop.checked", schedules = @Schedule(cron = "@daily"))
  record Checked(String file) {
    Checked() throws IOException {
      this("prices.csv");
    }
  }

  @JobType(value = "shop.unchecked", schedules = @Schedule(cron = "@daily"))
  record Unchecked(String file) {
    Unchecked() throws IllegalStateException, Error {
      this("prices.csv");
    }
  }
}
