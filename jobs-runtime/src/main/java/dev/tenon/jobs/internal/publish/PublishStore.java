package dev.tenon.jobs.internal.publish;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.pointer.PublishedPointer;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.JobKind;
import dev.tenon.jobs.internal.store.JobWalk;
import dev.tenon.jobs.internal.store.WalkPlace;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the pointers that have to be published, and records those that were. Thread-safe. */
public final class PublishStore {

  /** The number of jobs to read for each one to find, because some of them are running. */
  private static final int ROWS_PER_JOB = 10;

  private final Database database;
  private final JobWalk walk;
  private final HotStatement markQueued;
  private final HotStatement countQueued;
  private final HotStatement queuedFor;
  private final HotStatement firstRoutingKeys;
  private final HotStatement pointersAmong;
  private final HotStatement jobsAmong;
  private final HotStatement postpone;

  /** The store of this database. */
  public PublishStore(Database database) {
    this.database = database;
    Tables tables = database.tables();
    this.walk = new JobWalk(tables);
    this.markQueued =
        HotStatement.call(tables, "mark_queued", "ids", "leases", "message_ids", "status");
    this.countQueued =
        HotStatement.call(
            tables,
            "count_queued",
            "type",
            "priority",
            "after",
            "after_id",
            "counted",
            "until",
            "max_rows");
    this.queuedFor = HotStatement.call(tables, "queued_for", "age_millis", "max_rows", "max_jobs");
    this.firstRoutingKeys = HotStatement.call(tables, "first_routing_keys");
    this.pointersAmong = HotStatement.call(tables, "pointers_among", "ids", "status");
    this.jobsAmong = HotStatement.call(tables, "jobs_among", "ids");
    this.postpone = HotStatement.call(tables, "postpone_pointers", "ids", "leases", "delay_millis");
  }

  /** Returns those of the jobs that are committed. */
  public Set<UUID> visibleAmong(Collection<UUID> jobIds) {
    Set<UUID> visible = new HashSet<>();
    jobsAmong.run(
        database.control(),
        Map.of("ids", jobIds.toArray(UUID[]::new)),
        row -> visible.add(row.getObject("id", UUID.class)));
    return visible;
  }

  /** Returns those of the jobs that are committed and wait to be published. */
  public List<JobPointer> pendingAmong(Collection<UUID> jobIds) {
    return pointersAmong(jobIds, JobStatus.PENDING);
  }

  private List<JobPointer> pointersAmong(Collection<UUID> jobIds, JobStatus status) {
    List<JobPointer> pointers = new ArrayList<>();
    pointersAmong.run(
        database.control(),
        Map.of("ids", jobIds.toArray(UUID[]::new), "status", status.code()),
        row -> pointers.add(JobWalk.pointer(row)));
    return pointers;
  }

  /** Returns the time by the clock of the database. */
  public Instant now() {
    return database.control().select(currentInstant()).fetchSingle().value1();
  }

  /**
   * Returns the routing keys of the first jobs in turn: not all routing keys of queued jobs, but
   * most.
   */
  public Set<String> firstRoutingKeys() {
    Set<String> keys = new HashSet<>();
    firstRoutingKeys.run(
        database.control(), Map.of(), row -> keys.add(row.getString("routing_key")));
    return keys;
  }

  /**
   * The progress of a count of messages.
   *
   * @param place where the walk through the jobs continues; its first kind is the next one if it
   *     has no id
   * @param counted the messages that were counted last; more jobs may follow for them
   */
  public record CountedSoFar(WalkPlace place, List<UUID> counted) {}

  /**
   * The number of messages that should be in a queue, according to the queued jobs of a kind and a
   * routing key.
   *
   * @param kind the kind
   * @param routingKey the routing key
   * @param messages the number of those confirmed in time
   * @param later the number of those confirmed later
   */
  public record Counted(JobKind kind, String routingKey, long messages, long later) {}

  /**
   * A part of a count.
   *
   * @param counted what was counted
   * @param next where it continues; null if that was all
   */
  public record CountedPart(List<Counted> counted, @Nullable CountedSoFar next) {}

  /**
   * Counts the messages that should be in queues, according to the queued jobs.
   *
   * @param leadership proof that the caller is the leader
   * @param from where the count continues; null at its beginning
   * @param until the latest time when the counted messages were confirmed
   * @param limit the approximate number of jobs to read
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public CountedPart count(
      Leadership leadership, @Nullable CountedSoFar from, Instant until, int limit) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("type", from == null ? null : from.place().kind().type());
    values.put("priority", from == null ? null : from.place().kind().priority());
    values.put("after", from == null ? null : from.place().after());
    values.put("after_id", from == null ? null : from.place().afterId());
    values.put("counted", from == null ? null : from.counted().toArray(UUID[]::new));
    values.put("until", until);
    values.put("max_rows", limit);
    List<Counted> counted = new ArrayList<>();
    @Nullable CountedSoFar[] next = {null};
    LeaderStore.asLeader(
        database,
        leadership,
        dsl -> {
          countQueued.run(
              dsl,
              values,
              row -> {
                String routingKey = row.getString("routing_key");
                if (routingKey != null) {
                  counted.add(
                      new Counted(
                          kind(row), routingKey, row.getLong("messages"), row.getLong("later")));
                } else if (row.getString("type") != null) {
                  next[0] = soFar(row);
                }
              });
          return true;
        });
    return new CountedPart(counted, next[0]);
  }

  private static JobKind kind(ResultSet row) throws SQLException {
    return new JobKind(row.getString("type"), row.getShort("priority"));
  }

  private static CountedSoFar soFar(ResultSet row) throws SQLException {
    OffsetDateTime after = row.getObject("place", OffsetDateTime.class);
    return new CountedSoFar(
        new WalkPlace(
            kind(row), after == null ? null : after.toInstant(), row.getObject("id", UUID.class)),
        Arrays.asList((UUID[]) row.getArray("counted").getArray()));
  }

  /**
   * Some queued jobs, and the messages that carry their pointers.
   *
   * @param pointers the pointers
   * @param rest where the search continues; empty if nothing is left
   */
  public record Queued(List<PublishedPointer> pointers, List<WalkPlace> rest) {}

  /**
   * Returns jobs that have been queued for some time, those of each kind in turn.
   *
   * @param leadership proof that the caller is the leader
   * @param places the places where the search through kinds starts, in their order
   * @param routingKeys whose jobs
   * @param age the minimum time since their pointers were confirmed
   * @param limit the maximum number of jobs; about as many are read
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public Queued queued(
      Leadership leadership,
      List<WalkPlace> places,
      Collection<String> routingKeys,
      Duration age,
      int limit) {
    JobWalk.Step step =
        LeaderStore.asLeader(
            database,
            leadership,
            dsl ->
                walk.step(
                    dsl,
                    places,
                    new JobWalk.Search(
                        JobStatus.QUEUED, age, routingKeys, List.of(), limit, limit)));
    List<WalkPlace> rest = new ArrayList<>(places.subList(step.walked().size(), places.size()));
    for (WalkPlace next : step.walked()) {
      if (next != null) {
        rest.add(next);
      }
    }
    return new Queued(step.pointers(), rest);
  }

  /**
   * Returns some of the jobs of each kind that have been queued the longest, in the order of the
   * confirmations of their pointers. It searches only the head of each kind.
   *
   * @param age the minimum time since their pointers were confirmed
   * @param limit the maximum number of jobs of each kind
   */
  public List<JobPointer> queuedFor(Duration age, int limit) {
    List<JobPointer> pointers = new ArrayList<>();
    queuedFor.run(
        database.control(),
        Map.<String, Object>of(
            "age_millis", age.toMillis(), "max_rows", limit * ROWS_PER_JOB, "max_jobs", limit),
        row -> pointers.add(JobWalk.pointer(row)));
    return pointers;
  }

  /** Returns the jobs that are still queued, with their routing keys. */
  public Map<UUID, String> queuedAmong(Collection<UUID> jobIds) {
    return jobIds.isEmpty()
        ? Map.of()
        : pointersAmong(jobIds, JobStatus.QUEUED).stream()
            .collect(Collectors.toMap(JobPointer::jobId, JobPointer::routingKey));
  }

  /**
   * Records that the broker has confirmed these pointers. A job that was claimed meanwhile is left
   * alone, even if it is pending again: the pointer was consumed, and the next attempt needs a new
   * one.
   */
  public void markQueued(List<PublishedPointer> confirmed) {
    markQueued(confirmed, JobStatus.PENDING);
  }

  /** Records that pointers of jobs that were already queued were published and confirmed again. */
  public void markQueuedAgain(List<PublishedPointer> confirmed) {
    markQueued(confirmed, JobStatus.QUEUED);
  }

  private void markQueued(List<PublishedPointer> confirmed, JobStatus status) {
    UUID[] ids = new UUID[confirmed.size()];
    Long[] leases = new Long[ids.length];
    @Nullable UUID[] messageIds = new @Nullable UUID[ids.length];
    for (int i = 0; i < ids.length; i++) {
      PublishedPointer each = confirmed.get(i);
      ids[i] = each.pointer().jobId();
      leases[i] = each.pointer().lease();
      messageIds[i] = sharedMessageId(each);
    }
    markQueued.run(
        database.control(),
        Map.of("ids", ids, "leases", leases, "message_ids", messageIds, "status", status.code()),
        unused -> {});
  }

  /** Returns the id of the message; null if it carries only that job. */
  private static @Nullable UUID sharedMessageId(PublishedPointer published) {
    UUID messageId = published.messageId();
    return messageId.equals(published.pointer().jobId()) ? null : messageId;
  }

  /**
   * Records that these pointers must not be tried again for a while, except those of jobs whose
   * rows somebody has locked.
   */
  public void postpone(List<JobPointer> pointers, Duration delay) {
    postpone.run(
        database.control(),
        Map.of(
            "ids", pointers.stream().map(JobPointer::jobId).toArray(UUID[]::new),
            "leases", pointers.stream().map(JobPointer::lease).toArray(Long[]::new),
            "delay_millis", delay.toMillis()),
        unused -> {});
  }
}
