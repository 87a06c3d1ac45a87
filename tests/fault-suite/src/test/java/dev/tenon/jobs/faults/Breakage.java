package dev.tenon.jobs.faults;

import dev.tenon.jobs.internal.broker.Delivery;
import dev.tenon.jobs.internal.broker.PointerConsumer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What the broken variants do. Public for the code that calls it. */
public final class Breakage {

  private Breakage() {}

  /** Acknowledges what was only just taken; that it is acknowledged again does no harm. */
  public static void acknowledge(PointerConsumer consumer, List<Delivery.Pointer> taken) {
    consumer.acknowledge(taken);
  }

  /** Commits what a step has written before its record is. */
  public static void commit(Connection connection) {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
