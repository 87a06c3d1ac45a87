package shop;

import dev.tenon.jobs.annotation.JobType;
import java.math.BigInteger;

final class Each {
  private Each() {}

  @JobType(value = "shop.real", rates = "10 cost/s")
  record Real(double cost) {}

  @JobType(value = "shop.flag", rates = "10 cost/s")
  record Flag(boolean cost) {}

  @JobType(value = "shop.huge", rates = "10 cost/s")
  record Huge(BigInteger cost) {}
}
