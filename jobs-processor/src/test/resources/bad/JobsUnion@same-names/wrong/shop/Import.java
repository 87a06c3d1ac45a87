package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
record Import(Shape shape) {
  sealed interface Shape {}

  record Circle() implements Shape {}

  static final class Other {
    record Circle() implements Shape {}
  }
}
