package shop;

import dev.tenon.jobs.annotation.JobType;

interface A {
  @JobType("shop.two")
  record B() {}
}
