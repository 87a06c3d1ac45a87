package dev.tenon.jobs.internal.flow;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.ClaimedRow;
import dev.tenon.jobs.internal.store.Claims;
import dev.tenon.jobs.internal.store.LimitedTypes;
import dev.tenon.jobs.internal.store.WaitingJobs;
import dev.tenon.jobs.libraries.jooq.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Claims jobs of types that have limits. No pointers are published to them: they wait in the table,
 * and a function of the database claims as many as the limits allow, for workers in all languages.
 * Thread-safe.
 */
public final class LimitedClaimStore {

  private static final String TYPE = "type_name";
  private static final String WORKER = "worker_id";
  private static final String LIMIT = "max_jobs";
  private static final String MAX_BYTES = "max_bytes";
  private static final String VERSION = "version";
  private static final String EXTERNAL = "is_external";

  private final Database database;
  private final HotStatement waitingTypes;
  private final HotStatement claim;

  /** The store of this database. */
  public LimitedClaimStore(Database database) {
    this.database = database;
    this.waitingTypes = HotStatement.call(database.tables(), "waiting_limited_types");
    this.claim =
        HotStatement.call(
            database.tables(), "claim_limited", WORKER, TYPE, VERSION, LIMIT, MAX_BYTES, EXTERNAL);
  }

  /** The types with limits of which jobs wait; it costs as much as there are such types. */
  public LimitedTypes waitingTypes() {
    List<String> due = new ArrayList<>();
    AtomicReference<@Nullable Duration> untilNext = new AtomicReference<>();
    waitingTypes.run(
        database.control(),
        Map.of(),
        row -> {
          long millis = row.getLong(2);
          if (millis <= 0) {
            due.add(row.getString(1));
          } else {
            Duration last = untilNext.get();
            if (last == null || last.toMillis() > millis) {
              untilNext.set(Duration.ofMillis(millis));
            }
          }
        });
    return new LimitedTypes(due, untilNext.get());
  }

  /** Whether the indexes of the jobs under limits hold the job; in the words of the indexes. */
  public static Condition isLimited(JobTables.Live j) {
    return j.limitKey.isNotNull();
  }

  /** Whether it is one of these, and waits: the same indexes have those that run. */
  public static Condition isLimitedAndWaiting(JobTables.Live j) {
    return isLimited(j).and(WaitingJobs.isWaiting(j));
  }

  /**
   * Claims jobs of a type, as many as its limits allow: the keys in turn, and of each key the most
   * urgent first.
   *
   * @param type the name under which the jobs were submitted
   * @param version up to which version they are claimed
   * @param limit how many jobs at most
   * @param maxBytes how many bytes the payloads may have in all; the first job is claimed in any
   *     case
   */
  public List<ClaimedJob> claim(
      String workerId, String type, int version, int limit, long maxBytes) {
    Map<String, @Nullable Object> values =
        Map.of(
            WORKER, workerId,
            TYPE, type,
            VERSION, version,
            LIMIT, limit,
            MAX_BYTES, maxBytes,
            EXTERNAL, false);
    Claims claims = new Claims(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    claim.run(database.control(), values, row -> ClaimedRow.read(row, workerId, true, claims));
    return claims.jobs();
  }
}
