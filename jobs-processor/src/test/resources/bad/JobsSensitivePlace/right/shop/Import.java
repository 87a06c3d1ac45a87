package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Sensitive;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("shop.import")
record Import(@Sensitive String password) {

  static final String NAME = "password";

  static final class Settings {
    String password = "";
  }
}
