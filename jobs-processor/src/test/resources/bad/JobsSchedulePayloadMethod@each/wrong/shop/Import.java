package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Schedule;
import java.io.IOException;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "shop.import",
    schedules = {
      @Schedule(name = "none", cron = "@daily", payload = ""),
      @Schedule(name = "private", cron = "@daily", payload = "hidden"),
      @Schedule(name = "accessor", cron = "@daily", payload = "file"),
      @Schedule(name = "parameters", cron = "@daily", payload = "of"),
      @Schedule(name = "type", cron = "@daily", payload = "text"),
      @Schedule(name = "checked", fixedDelay = "1h", payload = "read"),
      @Schedule(name = "unrelated", fixedDelay = "1h", payload = "toString"),
      @Schedule(name = "right", cron = "@daily", payload = "nightly"),
      @Schedule(name = "overloaded", cron = "@daily", payload = "weekly")
    })
record Import(String file) {

  private static Import hidden() {
    return nightly();
  }

  static Import of(String file) {
    return new Import(file);
  }

  static String text() {
    return "prices.csv";
  }

  static Import read() throws IOException {
    throw new IOException();
  }

  static Import nightly() {
    return new Import("prices.csv");
  }

  static Import weekly() {
    return nightly();
  }

  static Import weekly(int days) {
    return nightly();
  }
}
