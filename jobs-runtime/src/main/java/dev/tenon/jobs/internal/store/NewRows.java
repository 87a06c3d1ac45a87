package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.values.StoredText;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Records new jobs with the functions that all submits call: {@code insert_uniform_jobs} if they
 * differ only in their payloads and none has what {@link #WITH_ROWS_OF_THEIR_OWN} names, {@code
 * insert_jobs} otherwise.
 */
final class NewRows {

  private static final String FUNCTION = "insert_jobs";
  private static final String UNIFORM = "insert_uniform_jobs";
  private static final String SCHEDULE = "schedule";
  private static final String PUBLISH_MILLIS = "publish_millis";

  /**
   * The time that the submitter has to publish the pointer of a committed job before the relay
   * does. It is longer for the later jobs of a large submit.
   */
  private static final long MIN_MILLIS_TO_PUBLISH = 2_000;

  private static final long MAX_MILLIS_TO_PUBLISH = 10_000;

  /** The assumed rate of publishing; a submitter publishes more jobs than that in a millisecond. */
  private static final int JOBS_PER_MILLISECOND = 1;

  /** The parameters that lead to rows in further tables. Few jobs have them. */
  private static final Set<String> WITH_ROWS_OF_THEIR_OWN =
      Set.of("order_keys", "headers", "unique_keys", "unique_scopes", "unique_millis");

  /** The parameters of {@code insert_uniform_jobs} that are arrays. */
  private static final Set<String> OF_EACH = Set.of("ids", "payloads", "payload_bytes");

  private static final int MAX_ROWS_PER_STATEMENT = 1000;

  /**
   * The maximum size of a statement. PostgreSQL refuses statements of 1 GiB, and far smaller ones
   * already cost memory on both sides.
   */
  private static final long MAX_BYTES_PER_STATEMENT = 16L * 1024 * 1024;

  private NewRows() {}

  /** Returns the end of the statement that begins with a job; it always includes that job. */
  static int endOfChunk(List<NewJob> jobs, int from) {
    long bytes = 0;
    int end = from;
    while (end < jobs.size() && end - from < MAX_ROWS_PER_STATEMENT) {
      bytes += StoredText.utf8Length(jobs.get(end).payload());
      if (end > from && bytes > MAX_BYTES_PER_STATEMENT) {
        break;
      }
      end++;
    }
    return end;
  }

  /**
   * A job as it was recorded.
   *
   * @param priority its priority
   * @param limitKey the key that it is limited by; null if it is not limited
   */
  record Inserted(JobPriority priority, @Nullable String limitKey) {

    /** Returns whether a pointer to it is published. */
    boolean isPublished() {
      return limitKey == null;
    }
  }

  /**
   * Records the jobs, in their order. Those whose unique keys other jobs have are not recorded; it
   * waits for transactions that have recorded such a job and not yet ended.
   *
   * @param firstPosition the number of jobs that the same submit has recorded before these
   * @return the jobs that were recorded and have unique keys, and those that were recorded with
   *     other values than given, because of what operators have set for their types
   */
  static Map<UUID, Inserted> insert(
      DSLContext dsl, Database database, List<NewJob> jobs, int firstPosition) {
    return insert(dsl, database, null, jobs, firstPosition);
  }

  /**
   * Records jobs of a schedule, whose row is locked, except those that already exist. The existing
   * ones may have ended by now, and the schedule may have had another type when they were
   * submitted.
   *
   * @return the jobs that were recorded, with what operators have set for their types
   */
  static List<NewJob> insertScheduled(
      DSLContext dsl, Database database, String schedule, List<NewJob> jobs, int firstPosition) {
    Map<UUID, Inserted> inserted = insert(dsl, database, schedule, jobs, firstPosition);
    List<NewJob> recorded = new ArrayList<>();
    for (NewJob job : jobs) {
      Inserted as = inserted.get(job.id());
      if (as != null) {
        recorded.add(job.recordedAs(as.priority(), as.limitKey()));
      }
    }
    return recorded;
  }

  private static Map<UUID, Inserted> insert(
      DSLContext dsl,
      Database database,
      @Nullable String schedule,
      List<NewJob> jobs,
      int firstPosition) {
    Map<String, @Nullable Object[]> arrays = new HashMap<>();
    NewJobArrays.names().forEach(name -> arrays.put(name, NewJobArrays.shared(name, jobs)));
    boolean areUniform = schedule == null && areUniform(arrays);
    Map<String, @Nullable Object> values = new HashMap<>();
    arrays.forEach(
        (name, array) ->
            values.put(name, areUniform && !OF_EACH.contains(name) ? array[0] : array));
    values.put(SCHEDULE, schedule);
    values.put(PUBLISH_MILLIS, millisToPublish(firstPosition + jobs.size()));
    Map<UUID, Inserted> inserted = new HashMap<>();
    database
        .statement(areUniform ? UNIFORM : FUNCTION, areUniform ? NewRows::uniform : NewRows::any)
        .run(
            dsl,
            values,
            row ->
                inserted.put(
                    Objects.requireNonNull(row.getObject(1, UUID.class)),
                    new Inserted(JobPriority.ofLevel(row.getShort(2)), row.getString(3))));
    return inserted;
  }

  private static boolean areUniform(Map<String, @Nullable Object[]> arrays) {
    return arrays.entrySet().stream()
        .allMatch(
            each ->
                OF_EACH.contains(each.getKey())
                    || (each.getValue().length == 1
                        && (each.getValue()[0] == null
                            || !WITH_ROWS_OF_THEIR_OWN.contains(each.getKey()))));
  }

  private static HotStatement uniform(Tables tables) {
    List<String> parameters = new ArrayList<>(List.of(PUBLISH_MILLIS));
    parameters.addAll(NewJobArrays.names());
    parameters.removeAll(WITH_ROWS_OF_THEIR_OWN);
    return HotStatement.call(tables, UNIFORM, parameters.toArray(String[]::new));
  }

  private static HotStatement any(Tables tables) {
    List<String> parameters = new ArrayList<>(List.of(SCHEDULE, PUBLISH_MILLIS));
    parameters.addAll(NewJobArrays.names());
    return HotStatement.call(tables, FUNCTION, parameters.toArray(String[]::new));
  }

  private static long millisToPublish(int jobs) {
    return Math.min(MIN_MILLIS_TO_PUBLISH + jobs / JOBS_PER_MILLISECOND, MAX_MILLIS_TO_PUBLISH);
  }
}
