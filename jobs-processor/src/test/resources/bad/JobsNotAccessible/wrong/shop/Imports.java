package shop;

import dev.tenon.jobs.annotation.JobType;

final class Imports {
  @JobType("shop.import")
  private record Import(String file) {}
}
