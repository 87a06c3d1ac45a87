package shop;

import dev.tenon.jobs.annotation.JobType;

class Imports extends lib.Base {
  @JobType(value = "shop.import", noRetryOn = Broken.class)
  record Import(String file) {}

  @JobType(value = "shop.export", external = true, result = Report.class)
  record Export(String file) {}
}
