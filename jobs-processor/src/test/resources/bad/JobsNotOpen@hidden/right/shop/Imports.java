package shop;

import dev.tenon.jobs.annotation.JobType;

public final class Imports {
  private Imports() {}

  @JobType("shop.import")
  public record Import(String file) {}
}
