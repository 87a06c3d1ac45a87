package shop;

import dev.tenon.jobs.annotation.Signal;

@Signal("order.decided")
sealed interface Decision {

  @Signal("order.approved")
  record Approved(String by) implements Decision {}

  @Signal("order.kind")
  enum Kind {
    FIRST
  }

  @Signal("order.marker")
  @interface Marker {}
}
