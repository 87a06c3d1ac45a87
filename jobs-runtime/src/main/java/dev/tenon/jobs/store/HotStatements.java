package dev.tenon.jobs.store;

import dev.tenon.jobs.libraries.jooq.ResultQuery;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The texts of a statement whose parts depend on the values: whether all rows share one, say. There
 * are a few of them. Thread-safe.
 */
final class HotStatements {

  private static final int MAX_STATEMENTS = 100;

  private final Map<String, HotStatement> byShape = new ConcurrentHashMap<>();

  /**
   * The statement of a shape.
   *
   * @param shape says all that the text depends on
   * @param query the statement, if it was not written before
   */
  HotStatement get(String shape, Supplier<ResultQuery<?>> query) {
    HotStatement known = byShape.get(shape);
    if (known != null) {
      return known;
    }
    if (byShape.size() >= MAX_STATEMENTS) {
      byShape.clear();
    }
    return byShape.computeIfAbsent(shape, unused -> HotStatement.of(query.get()));
  }
}
