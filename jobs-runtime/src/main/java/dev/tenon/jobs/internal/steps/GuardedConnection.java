package dev.tenon.jobs.internal.steps;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a transactional step. It refuses what would end the transaction: what the step
 * has written would be committed without its record, and written again by the next attempt.
 */
final class GuardedConnection implements InvocationHandler {

  private static final Set<String> REFUSED = Set.of("commit", "close", "abort", "setAutoCommit");

  private final Connection connection;
  private final String step;

  private GuardedConnection(Connection connection, String step) {
    this.connection = connection;
    this.step = step;
  }

  /** Returns the connection with its guard. */
  static Connection of(Connection connection, String step) {
    return (Connection)
        Proxy.newProxyInstance(
            GuardedConnection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            new GuardedConnection(connection, step));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    String name = method.getName();
    // A rollback to a savepoint has a parameter, and is fine
    if (REFUSED.contains(name) || (name.equals("rollback") && method.getParameterCount() == 0)) {
      throw new IllegalStateException(
          "Step '%s' calls %s on its connection. Tenon commits what the step has written together with its record; throw an exception to roll it back."
              .formatted(step, name));
    }
    try {
      return method.invoke(connection, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
