package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
record Import(Line line) {
  private record Line(String sku) {}
}
