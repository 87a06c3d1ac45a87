package dev.tenon.jobs.faults;

import dev.tenon.jobs.broker.Delivery;
import dev.tenon.jobs.broker.PointerConsumer;
import java.util.List;

/** What the broken variants do. Public for the code that calls it. */
public final class Breakage {

  static final String LEASE_CHECK = "\"tenon\".\"jobs\".\"lease\" = \"e\".\"lease\"";

  /** A lease belongs to a worker. */
  private static final String WORKER_CHECK =
      "\"tenon\".\"jobs\".\"worker_id\" is not distinct from \"e\".\"worker\"";

  private Breakage() {}

  /** The statement without its lease check. */
  public static String withoutLeaseCheck(String sql) {
    if (!sql.contains(LEASE_CHECK)) {
      return sql;
    }
    System.out.println("the lease check is removed");
    return sql.replace(LEASE_CHECK, "true").replace(WORKER_CHECK, "true");
  }

  /** Acknowledges what was only just taken; that it is acknowledged again does no harm. */
  public static void acknowledge(PointerConsumer consumer, List<Delivery.Pointer> taken) {
    consumer.acknowledge(taken);
  }
}
