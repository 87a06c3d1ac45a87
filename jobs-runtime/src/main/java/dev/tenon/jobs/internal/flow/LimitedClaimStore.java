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

  /** The types with limits that have waiting jobs. The cost depends on the number of such types. */
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

  /**
   * A condition that a job is in the indexes of jobs with limits, written as the indexes have it.
   */
  public static Condition isLimited(JobTables.Live j) {
    return j.limitKey.isNotNull();
  }

  /**
   * A condition that it is one of these jobs and waits. The same indexes also contain running jobs.
   */
  public static Condition isLimitedAndWaiting(JobTables.Live j) {
    return isLimited(j).and(WaitingJobs.isWaiting(j));
  }

  /**
   * Claims jobs of a type, as many as its limits allow: the keys take turns, and the most urgent
   * jobs of each key come first.
   *
   * @param type the name that the jobs were submitted with
   * @param version the newest version that is claimed
   * @param limit the largest number of jobs
   * @param maxBytes the largest total size of the payloads, in bytes; the first job is claimed
   *     whatever its size
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
