package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.libraries.jooq.ResultQuery;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The texts of a statement whose parts depend on the values: whether all rows share one, say. There
 * are a few of them. Thread-safe.
 */
public final class HotStatements {

  private static final int MAX_STATEMENTS = 100;

  private final Map<String, HotStatement> byShape = new ConcurrentHashMap<>();

  /**
   * The statement of a shape.
   *
   * @param shape says all that the text depends on
   * @param passed the names of the parameters for which values are passed whenever it runs
   * @param query the statement, if it was not written before
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
