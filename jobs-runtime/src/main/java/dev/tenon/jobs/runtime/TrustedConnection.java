package dev.tenon.jobs.runtime;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection that counts as alive for a while after it was last used. A pool tests a connection
 * with a statement each time that it hands out one that was not used for half a second. For threads
 * that run one short statement every few seconds, that is half of all statements.
 *
 * <p>If a connection breaks in that time, the next statement on it fails, so this is for threads
 * that retry automatically. The pool closes the broken connection. From then on it trusts no other
 * connection that was not used since, so a restart of the server fails one statement, instead of
 * one for each connection.
 */
final class TrustedConnection implements InvocationHandler {

  /**
   * The time that a connection is trusted. It is longer than the pauses of threads that do
   * something every few seconds.
   */
  private static final Duration TRUST = Duration.ofSeconds(10);

  /** The methods that are called before or after each statement. */
  private static final Set<String> USES =
      Set.of("prepareStatement", "createStatement", "prepareCall", "commit", "rollback");

  private final Connection connection;
  private final Pool pool;
  private volatile long usedNanos;

  private TrustedConnection(Connection connection, Pool pool) {
    this.connection = connection;
    this.pool = pool;
    this.usedNanos = pool.nanoTime.getAsLong();
  }

  /** The state that the connections of one pool share. Thread-safe. */
  static final class Pool {

    private final LongSupplier nanoTime;
    private final AtomicLong lastClosedNanos;

    Pool() {
      this(System::nanoTime);
    }

    Pool(LongSupplier nanoTime) {
      this.nanoTime = nanoTime;
      this.lastClosedNanos = new AtomicLong(nanoTime.getAsLong());
    }

    /** The same connection, trusted for a while after each use. */
    Connection trusted(Connection connection) {
      return (Connection)
          Proxy.newProxyInstance(
              TrustedConnection.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              new TrustedConnection(connection, this));
    }
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    String name = method.getName();
    if (name.equals("isValid") && isTrusted()) {
      return true;
    }
    if (name.equals("equals")) {
      return args != null && proxy == args[0];
    }
    if (name.equals("close") || name.equals("abort")) {
      // Perhaps because it is broken; then the others are too
      pool.lastClosedNanos.set(pool.nanoTime.getAsLong());
    } else if (USES.contains(name)) {
      usedNanos = pool.nanoTime.getAsLong();
    }
    try {
      return method.invoke(connection, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private boolean isTrusted() throws SQLException {
    return usedNanos - pool.lastClosedNanos.get() > 0
        && pool.nanoTime.getAsLong() - usedNanos < TRUST.toNanos()
        && !connection.isClosed();
  }
}
