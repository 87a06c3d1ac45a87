package dev.tenon.jobs.internal.flow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;

import dev.tenon.jobs.internal.values.EncryptedJson;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;

/**
 * The key of a job from its payload in the table, for jobs that were submitted before their type
 * had a {@code @Limit}. It equals the key that a submit derives from the payload.
 */
final class LimitKeyText {

  /** The largest size of a key, as for a submit; a longer one would not fit into the index. */
  private static final int MAX_BYTES = 1_000;

  private LimitKeyText() {}

  /**
   * The key: the component as a string. It is empty if the payload, which may have an earlier
   * version, has no such component, or one that a submit would refuse as a key.
   *
   * @param component the name of the component; null for none
   */
  static Field<String> of(Field<JSON> payload, Field<String> component) {
    Field<String> value = DSL.field("({0} ->> {1})", SQLDataType.CLOB, payload, component);
    // PostgreSQL fails to read any component of a document that has this somewhere
    Condition hasNul =
        DSL.position(payload.cast(SQLDataType.CLOB), inline("\\u0000")).gt(inline(0));
    return DSL.when(hasNul, inline(""))
        .when(DSL.octetLength(value).gt(inline(MAX_BYTES)), inline(""))
        .when(value.startsWith(inline(EncryptedJson.MARKER)), inline(""))
        .otherwise(DSL.coalesce(value, inline("")));
  }
}
