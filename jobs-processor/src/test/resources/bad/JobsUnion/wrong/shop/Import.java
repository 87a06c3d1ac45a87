package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
record Import(Shape shape) {
  sealed interface Shape {}

  record Circle(int radius) implements Shape {}

  record Custom(String type) implements Shape {}
}
