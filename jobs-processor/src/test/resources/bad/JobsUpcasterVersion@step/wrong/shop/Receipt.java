package shop;

import dev.tenon.jobs.annotation.Upcaster;

record Receipt(String number) {

  @Upcaster(from = 0)
  static Receipt of(String json) {
    return new Receipt(json);
  }
}
