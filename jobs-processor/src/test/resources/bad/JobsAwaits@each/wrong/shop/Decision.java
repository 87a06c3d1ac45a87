package shop;

import dev.tenon.jobs.annotation.Signal;

interface Decision {

  @Signal("order.approved")
  record Approved(String by) implements Decision {}

  @Signal("order.rejected")
  record Rejected(String by) implements Decision {}

  @Signal("order.delayed")
  record Delayed(int days) {}

  @Signal("order.bought")
  record Bought(int cents) implements Decision, Cents {}

  @Signal("order.sold")
  record Sold(int cents) implements Decision, Cents {}

  interface Cents {}
}
