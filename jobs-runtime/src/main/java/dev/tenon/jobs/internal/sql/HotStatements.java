package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.libraries.jooq.ResultQuery;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The variants of a statement whose SQL depends on the values: for example, on whether all rows
 * share one. There are only a few. Thread-safe.
 */
public final class HotStatements {

  private static final int MAX_STATEMENTS = 100;

  private final Map<String, HotStatement> byShape = new ConcurrentHashMap<>();

  /**
   * Returns the statement of a shape.
   *
   * @param shape everything that the SQL depends on
   * @param passed the names of the parameters that get values whenever it runs
   * @param query the statement, used if it was not written before
   * @throws IllegalStateException if the statement has other parameters
   */
  public HotStatement get(String shape, Set<String> passed, Supplier<ResultQuery<?>> query) {
    HotStatement known = byShape.get(shape);
    if (known != null) {
      return known;
    }
    if (byShape.size() >= MAX_STATEMENTS) {
      byShape.clear();
    }
    return byShape.computeIfAbsent(
        shape, unused -> HotStatement.of(query.get()).withoutConstants(passed));
  }
}
