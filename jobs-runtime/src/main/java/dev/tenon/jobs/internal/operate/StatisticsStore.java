package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** Rolls attempts up into statistics. Thread-safe. */
public final class StatisticsStore {

  private final Database database;
  private volatile @Nullable Boolean mayRollUp;

  /** The store of this database. */
  public StatisticsStore(Database database) {
    this.database = database;
  }

  /**
   * Rolls up some of the attempts that have ended since the last call; none if the database user
   * may not call the function for it, which belongs to the owner of the schema.
   *
   * @param leadership proof that the caller is the leader
   * @return true if there is more to do
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public boolean rollUp(Leadership leadership) {
    if (!mayRollUp()) {
      return false;
    }
    return LeaderStore.asLeader(
        database,
        leadership,
        dsl -> dsl.select(DSL.field("{0}()", Boolean.class, function())).fetchSingle().value1());
  }

  private boolean mayRollUp() {
    Boolean known = mayRollUp;
    if (known == null) {
      known =
          database
              .control()
              .select(
                  // Not every user may call it
                  DSL.field(
                      "has_function_privilege({0}, 'EXECUTE')",
                      Boolean.class, DSL.inline(function() + "()")))
              .fetchSingle()
              .value1();
      mayRollUp = known;
    }
    return known;
  }

  private Field<Object> function() {
    return DSL.field(
        database
            .tables()
            .jobs
            .getSchema()
            .getQualifiedName()
            .append(DSL.name("roll_up_statistics")),
        SQLDataType.OTHER);
  }
}
