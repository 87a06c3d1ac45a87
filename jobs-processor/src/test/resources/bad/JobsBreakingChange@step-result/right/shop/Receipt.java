package shop;

import dev.tenon.jobs.annotation.Upcaster;

record Receipt(long number) {

  record Before(String number) {}

  @Upcaster(from = 1)
  static Receipt of(Before before) {
    return new Receipt(Long.parseLong(before.number()));
  }
}
