package shop;

import dev.tenon.jobs.annotation.JobType;

final class Imports {
  private Imports() {}

  @JobType("shop.import")
  public record Import(String file) {}
}
