package shop;

import dev.tenon.jobs.annotation.JobType;

final class Imports {
  @JobType("shop.import")
  record Import(String file) {}
}
