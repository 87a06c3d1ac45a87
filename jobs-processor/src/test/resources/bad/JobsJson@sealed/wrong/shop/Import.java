package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
record Import(Shape shape, Outcome<String> outcome, Kind kind) {
  sealed interface Shape {}

  record Box<T>(T content) implements Shape {}

  sealed interface Outcome<T> {}

  record Done<T>(T value) implements Outcome<T> {}

  sealed interface Kind {}

  enum Simple implements Kind {
    ONE
  }
}
