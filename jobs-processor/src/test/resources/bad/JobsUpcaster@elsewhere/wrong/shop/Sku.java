package shop;

import dev.tenon.jobs.annotation.Upcaster;

record Sku(String text) {

  @Upcaster(from = 1)
  static Sku fromVersion1(String json) {
    return new Sku(json);
  }
}
