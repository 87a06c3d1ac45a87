package orders;

import dev.tenon.jobs.annotation.Signal;

/** What somebody has decided. */
public sealed interface Decision {

  @Signal("order.approved")
  record Approved(String by) implements Decision {}

  @Signal("order.rejected")
  record Rejected(String by, String reason) implements Decision {}
}
