package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.pointer.PublishedPointer;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Walks through kinds of jobs, a part of each at every step, and finds the pointers of pending or
 * queued jobs. Immutable and thread-safe.
 */
public final class JobWalk {

  private static final String[] PARAMETERS = {
    "types",
    "priorities",
    "after",
    "after_ids",
    "status",
    "age_millis",
    "routing_keys",
    "except",
    "max_rows",
    "max_jobs"
  };

  private final HotStatement statement;

  /** Walks in these tables. */
  public JobWalk(Tables tables) {
    this.statement = HotStatement.call(tables, "walk_in_turn", PARAMETERS);
  }

  /**
   * The criteria of a walk.
   *
   * @param status the status of the jobs
   * @param age the minimum time since the pointers were published, or should have been
   * @param routingKeys only these; null for all
   * @param except the routing keys that are skipped
   * @param maxRows the approximate number of jobs to read
   * @param maxJobs the maximum number of pointers to find
   */
  public record Search(
      JobStatus status,
      Duration age,
      @Nullable Collection<String> routingKeys,
      Collection<String> except,
      int maxRows,
      int maxJobs) {}

  /**
   * The result of a step.
   *
   * @param pointers the pointers
   * @param walked the place where the walk of each kind continues, or null if that walk has ended;
   *     in the order of the given places, and shorter if the step did not get to the last ones
   * @param isFull whether the maximum was reached, or would have been without locked jobs
   */
  public record Step(
      List<PublishedPointer> pointers, List<@Nullable WalkPlace> walked, boolean isFull) {}

  /** Continues the walks at these places, in their order. */
  public Step step(DSLContext dsl, List<WalkPlace> places, Search search) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("types", places.stream().map(each -> each.kind().type()).toArray(String[]::new));
    values.put(
        "priorities", places.stream().map(each -> each.kind().priority()).toArray(Short[]::new));
    values.put("after", places.stream().map(WalkPlace::after).toArray(Instant[]::new));
    values.put("after_ids", places.stream().map(WalkPlace::afterId).toArray(UUID[]::new));
    values.put("status", search.status().code());
    values.put("age_millis", search.age().toMillis());
    values.put(
        "routing_keys",
        search.routingKeys() == null ? null : search.routingKeys().toArray(String[]::new));
    values.put("except", search.except().toArray(String[]::new));
    values.put("max_rows", search.maxRows());
    values.put("max_jobs", search.maxJobs());
    List<PublishedPointer> pointers = new ArrayList<>();
    List<@Nullable WalkPlace> walked = new ArrayList<>();
    int[] found = {0};
    statement.run(
        dsl,
        values,
        row -> {
          int number = row.getInt("number");
          if (number > 0) {
            found[0] += row.getInt("pointers");
            walked.add(place(places.get(number - 1).kind(), row));
          } else {
            pointers.add(
                new PublishedPointer(pointer(row), row.getObject("message_id", UUID.class)));
          }
        });
    return new Step(pointers, walked, found[0] >= search.maxJobs());
  }

  private static @Nullable WalkPlace place(JobKind kind, ResultSet row) throws SQLException {
    UUID afterId = row.getObject("id", UUID.class);
    return afterId == null
        ? null
        : new WalkPlace(kind, row.getObject("place", OffsetDateTime.class).toInstant(), afterId);
  }

  /**
   * Returns the pointer in a row. A job whose last worker was lost is published first, because it
   * has waited long enough.
   */
  public static JobPointer pointer(ResultSet row) throws SQLException {
    return new JobPointer(
        row.getObject("id", UUID.class),
        row.getString("type"),
        row.getString("routing_key"),
        row.getBoolean("is_rescued")
            ? JobPointer.RESCUED
            : JobPriority.ofLevel(row.getShort("priority")),
        row.getLong("lease"),
        row.getBoolean("is_external"));
  }
}
