package dev.tenon.jobs.faults;

import dev.tenon.jobs.broker.PointerConsumer;
import dev.tenon.jobs.broker.PointerConsumer.Delivery;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the broken variants do. Public for the code that calls it. */
public final class Breakage {

  static final String LEASE_CHECK = "\"tenon\".\"jobs\".\"lease\" = \"e\".\"lease\"";

  /** A lease belongs to a worker. */
  private static final String WORKER_CHECK = "\"tenon\".\"jobs\".\"worker_id\" = \"e\".\"worker\"";

  private static final Set<Delivery> ACKNOWLEDGED = ConcurrentHashMap.newKeySet();

  private Breakage() {}

  /** The statement without its lease check. */
  public static String withoutLeaseCheck(String sql) {
    if (!sql.contains(LEASE_CHECK)) {
      return sql;
    }
    System.out.println("the lease check is removed");
    return sql.replace(LEASE_CHECK, "true").replace(WORKER_CHECK, "true");
  }

  /** Acknowledges what was only just taken. */
  public static void acknowledge(PointerConsumer consumer, List<Delivery> taken) {
    for (Delivery delivery : taken) {
      consumer.acknowledge(delivery);
      ACKNOWLEDGED.add(delivery);
    }
  }

  /** Whether it was acknowledged too early. */
  public static boolean isAcknowledged(Delivery delivery) {
    return ACKNOWLEDGED.remove(delivery);
  }
}
