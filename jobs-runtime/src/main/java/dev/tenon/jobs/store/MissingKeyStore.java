package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.row;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Gives jobs the keys that they lack: those that were submitted before their type had {@code
 * limitBy}, or by a process that does not know of it yet. A job that somebody else is changing is
 * passed over. Thread-safe.
 */
public final class MissingKeyStore {

  /** PostgreSQL parses the payloads, and a statement of the leader may take 5 s. */
  private static final long MAX_BYTES = 4L * 1024 * 1024;

  private final Database database;

  /** The store of this database. */
  public MissingKeyStore(Database database) {
    this.database = database;
  }

  /**
   * A name under which jobs with keys are submitted.
   *
   * @param name the type, or an earlier name of it
   * @param component the component of the payload whose values are the keys
   */
  public record KeyedName(String name, String component) {}

  /**
   * A place among the jobs without a key that wait.
   *
   * @param priority how urgent the job there is
   * @param runAt when it is due
   * @param id the job
   */
  public record Place(JobPriority priority, Instant runAt, UUID id) {}

  /**
   * What a batch has done.
   *
   * @param count how many jobs got a key
   * @param next where to go on; empty if there are no more
   */
  public record Given(int count, Optional<Place> next) {}

  /** All names under which jobs with keys are submitted, in their order. */
  public List<KeyedName> keyedNames() {
    Tables.JobTypes t = database.tables().jobTypes;
    Field<String> name = BarredTypes.eachName(t).as("name");
    return database
        .control()
        .select(name, t.limitBy)
        .from(t)
        .where(t.limitBy.isNotNull())
        .orderBy(name, t.limitBy)
        .fetch(row -> new KeyedName(row.value1(), row.value2()));
  }

  /**
   * Gives their keys to some of the jobs of a name that wait or run. A job whose payload has none
   * is looked at, and left as it is.
   *
   * @param leadership proof that the caller leads
   * @param after where to go on; null for the first jobs
   * @param limit how many to look at, at most
   * @throws LeadershipLostException if the caller no longer leads
   */
  public Given giveKeys(Leadership leadership, KeyedName keyed, @Nullable Place after, int limit) {
    return LeaderStore.asLeader(database, leadership, dsl -> giveKeys(dsl, keyed, after, limit));
  }

  private Given giveKeys(DSLContext dsl, KeyedName keyed, @Nullable Place after, int limit) {
    Tables.Jobs j = database.tables().jobs;
    Condition isWithoutKey = j.limitKey.eq(inline("")).and(j.type.eq(keyed.name()));
    int count = 0;
    if (after == null) {
      List<Found> running =
          find(
              dsl,
              isWithoutKey.and(j.status.eq(inline(JobStatus.RUNNING, Tables.STATUS))),
              List.of(),
              limit);
      count += set(dsl, keyed, fitting(running), List.of(JobStatus.RUNNING));
    }
    Condition isLater =
        after == null
            ? DSL.noCondition()
            : row(j.priority, j.runAt, j.id).gt(row(after.priority(), after.runAt(), after.id()));
    List<Found> waiting =
        find(
            dsl,
            isWithoutKey.and(LimitedClaimStore.isLimitedAndWaiting(j)).and(isLater),
            List.of(j.priority, j.runAt, j.id),
            limit);
    List<Found> fitting = fitting(waiting);
    count += set(dsl, keyed, fitting, List.copyOf(StatusChange.CLAIM.from()));
    boolean isAll = waiting.size() < limit && fitting.size() == waiting.size();
    return new Given(
        count, isAll ? Optional.empty() : Optional.of(fitting.get(fitting.size() - 1).place()));
  }

  private record Found(Place place, int bytes) {}

  private List<Found> find(DSLContext dsl, Condition condition, List<Field<?>> order, int limit) {
    Tables.Jobs j = database.tables().jobs;
    return dsl.select(j.priority, j.runAt, j.id, j.payloadBytes)
        .from(j)
        .where(condition)
        .orderBy(order)
        .limit(limit)
        .fetch(row -> new Found(new Place(row.value1(), row.value2(), row.value3()), row.value4()));
  }

  /** As many of the first ones as one statement reads the payloads of, at least one. */
  private static List<Found> fitting(List<Found> found) {
    long bytes = 0;
    int count = 0;
    while (count < found.size()) {
      bytes += found.get(count).bytes();
      if (count > 0 && bytes > MAX_BYTES) {
        break;
      }
      count++;
    }
    return found.subList(0, count);
  }

  private int set(DSLContext dsl, KeyedName keyed, List<Found> jobs, List<JobStatus> statuses) {
    if (jobs.isEmpty()) {
      return 0;
    }
    Tables.Jobs j = database.tables().jobs;
    UUID[] ids = jobs.stream().map(each -> each.place().id()).toArray(UUID[]::new);
    Field<String> key = LimitKeyText.of(j.payload, DSL.val(keyed.component(), SQLDataType.CLOB));
    CommonTableExpression<?> locked =
        name("locked")
            .fields("id")
            .as(
                select(j.id)
                    .from(j)
                    .where(
                        j.id
                            .eq(DSL.any(ids))
                            .and(LockedJobs.isIn(j.status, statuses))
                            .and(j.limitKey.isNotDistinctFrom(inline("")))
                            .and(key.ne(inline(""))))
                    .forNoKeyUpdate()
                    .skipLocked());
    return dsl.with(locked)
        .update(j)
        .set(j.limitKey, key)
        .from(locked)
        .where(j.id.eq(DSL.field(name("locked", "id"), SQLDataType.UUID)))
        .execute();
  }
}
