package shop;

import dev.tenon.jobs.annotation.Upcaster;

record Report(String text) {

  @Upcaster(from = 1)
  static Report fromJson(String json) {
    return new Report(json);
  }
}
