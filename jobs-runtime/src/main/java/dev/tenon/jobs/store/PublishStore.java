package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.countDistinct;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Record6;
import dev.tenon.jobs.libraries.jooq.Records;
import dev.tenon.jobs.libraries.jooq.SelectForUpdateStep;
import dev.tenon.jobs.libraries.jooq.SelectLimitStep;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.pointer.JobPointer;
import dev.tenon.jobs.pointer.PublishedPointer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads which pointers are to be published, and records which were. Thread-safe. */
public final class PublishStore {

  private static final String QUEUED_KEYS = "queued_keys";
  private static final Field<String> QUEUED_KEY =
      DSL.field(name(QUEUED_KEYS, "routing_key"), SQLDataType.CLOB);
  private static final Field<JobPriority> POINTER_PRIORITY =
      DSL.field(name("pointer_priority"), Tables.PRIORITY);
  private static final Field<Boolean> IS_EXTERNAL =
      DSL.field(name("is_external"), SQLDataType.BOOLEAN);
  private static final Field<UUID> MESSAGE_ID =
      DSL.field(name("pointer_message"), SQLDataType.UUID);

  private final Database database;
  private final HotStatement markQueued;

  /** The store of this database. */
  public PublishStore(Database database) {
    this.database = database;
    this.markQueued =
        HotStatement.call(
            database.tables(), "mark_queued", "ids", "leases", "message_ids", "status");
  }

  /**
   * The pointers that nobody has published though it is time to, the oldest first. Those of jobs
   * whose rows somebody has locked are left out: nobody could claim these, nor note that they were
   * published, so that they would be published again and again.
   *
   * @param from those that should have been published at that time or later; empty if there may be
   *     others
   * @param limit how many at most
   * @param exceptRoutingKeys whose pointers cannot be published
   */
  public List<JobPointer> due(
      Optional<Instant> from, int limit, Collection<String> exceptRoutingKeys) {
    Tables.Jobs j = database.tables().jobs;
    return pointers(
            j.status
                .in(StatusChange.PUBLISH.from())
                .and(j.limitKey.isNull())
                .and(j.publishAt.le(currentInstant()))
                .and(from.map(j.publishAt::ge).orElseGet(DSL::noCondition))
                .and(j.routingKey.ne(DSL.all(exceptRoutingKeys.toArray(String[]::new)))),
            limit)
        .forNoKeyUpdate()
        .skipLocked()
        .fetch(Records.mapping(JobPointer::new));
  }

  /** Those of the jobs that are committed. */
  public Set<UUID> visibleAmong(Collection<UUID> jobIds) {
    Tables.Jobs j = database.tables().jobs;
    return database
        .control()
        .select(j.id)
        .from(j)
        .where(j.id.eq(DSL.any(jobIds.toArray(UUID[]::new))))
        .fetchSet(j.id);
  }

  /** Those of the jobs that are committed and wait to be published. */
  public List<JobPointer> pendingAmong(Collection<UUID> jobIds) {
    Tables.Jobs j = database.tables().jobs;
    return pointers(
            j.id
                .eq(DSL.any(jobIds.toArray(UUID[]::new)))
                .and(j.limitKey.isNull())
                .and(LockedJobs.isIn(j.status, StatusChange.PUBLISH.from())),
            jobIds.size())
        .fetch(Records.mapping(JobPointer::new));
  }

  /**
   * What is queued.
   *
   * @param now the time, by the database's clock
   * @param routingKeys those of jobs that are queued
   */
  public record Queued(Instant now, List<String> routingKeys) {}

  /** By which routing keys jobs are queued. */
  public Queued queued() {
    CommonTableExpression<?> keys = queuedKeys();
    Field<String[]> routingKeys =
        DSL.array(select(QUEUED_KEY).from(keys).where(QUEUED_KEY.isNotNull()));
    return database
        .control()
        .withRecursive(keys)
        .select(currentInstant(), routingKeys)
        .fetchSingle(Records.mapping((now, found) -> new Queued(now, List.of(found))));
  }

  /**
   * Jobs of a routing key whose messages are still to be counted.
   *
   * @param routingKey the routing key
   * @param after only those that were confirmed after that; null for all
   */
  public record Uncounted(String routingKey, @Nullable Instant after) {}

  /**
   * How many messages should be in a queue, by the table: those of which a job is still queued.
   *
   * @param messages how many of one routing key
   * @param rest the jobs of that routing key that were not looked at; empty if there are none
   */
  public record Counted(int messages, Optional<Uncounted> rest) {}

  /**
   * Counts messages, by their jobs, those first that were confirmed the longest ago.
   *
   * @param leadership proof that the caller leads
   * @param uncounted which are counted, by their routing keys
   * @param until when their pointers were confirmed, at the latest
   * @param limit how many jobs of each routing key are looked at; those that were confirmed at the
   *     same time stay together
   * @throws LeadershipLostException if the caller no longer leads
   */
  public List<Counted> count(
      Leadership leadership, List<Uncounted> uncounted, Instant until, int limit) {
    Tables.Jobs j = database.tables().jobs;
    UnnestedRows<Uncounted> u = new UnnestedRows<>("u", uncounted);
    Field<String> routingKey = u.column("routing_key", SQLDataType.CLOB, Uncounted::routingKey);
    Field<Instant> after = u.column("after", SQLDataType.INSTANT, Uncounted::after);
    // In the order of the index, or the planner may read all that is queued
    Table<?> some =
        select(j.publishAt, messageId().as(MESSAGE_ID))
            .from(j)
            .where(
                isQueued()
                    .and(j.routingKey.eq(routingKey))
                    .and(j.publishAt.gt(Intervals.orEver(after)))
                    .and(j.publishAt.le(until)))
            .orderBy(j.publishAt)
            .limit(limit)
            .withTies()
            .asTable("some");
    Field<Integer> messages = countDistinct(Fields.of(some, MESSAGE_ID)).as("messages");
    Field<Integer> jobs = DSL.count().as("jobs");
    Field<Instant> last = DSL.max(Fields.of(some, j.publishAt)).as("last");
    Table<?> counted = select(messages, jobs, last).from(some).asTable("counted");
    return LeaderStore.asLeader(
        database,
        leadership,
        dsl ->
            dsl.select(
                    routingKey,
                    Fields.of(counted, messages),
                    Fields.of(counted, jobs),
                    Fields.of(counted, last))
                .from(u.table())
                .crossJoin(lateral(counted))
                .fetch(
                    row ->
                        new Counted(
                            row.value2(),
                            row.value3() < limit
                                ? Optional.empty()
                                : Optional.of(new Uncounted(row.value1(), row.value4())))));
  }

  /**
   * The jobs that have been queued the longest, as many of each of these routing keys, by the
   * table, and the messages that carry their pointers.
   *
   * @param leadership proof that the caller leads
   * @param routingKeys whose jobs; one at least
   * @param age how long ago their pointers were confirmed, at least
   * @param limit how many at most
   * @throws LeadershipLostException if the caller no longer leads
   */
  public List<PublishedPointer> queuedLongest(
      Leadership leadership, Collection<String> routingKeys, Duration age, int limit) {
    Tables.Jobs j = database.tables().jobs;
    Table<?> keys =
        DSL.unnest(routingKeys.toArray(String[]::new)).as(QUEUED_KEYS, QUEUED_KEY.getName());
    int ofEach = Math.max(1, limit / routingKeys.size());
    // With all that were noted at the same time, among whom the jobs of one message stay together
    Table<?> oldest = queuedOfOneKey(age).limit(ofEach).withTies().asTable("oldest");
    Table<?> ofOneKey =
        select(oldest.fields())
            .from(oldest)
            .orderBy(Fields.of(oldest, j.publishAt), Fields.of(oldest, MESSAGE_ID))
            .limit(ofEach)
            .asTable("o");
    return LeaderStore.asLeader(
        database,
        leadership,
        dsl ->
            dsl.select(ofOneKey.fields())
                .from(keys)
                .crossJoin(lateral(ofOneKey))
                .orderBy(Fields.of(ofOneKey, j.publishAt), Fields.of(ofOneKey, MESSAGE_ID))
                .limit(limit)
                .fetch(this::published));
  }

  /**
   * Some jobs of each routing key that have been queued the longest, the oldest first.
   *
   * @param age how long ago their pointers were confirmed, at least
   * @param limit how many of each routing key at most
   */
  public List<JobPointer> queuedFor(Duration age, int limit) {
    CommonTableExpression<?> keys = queuedKeys();
    Table<?> ofOneKey = queuedOfOneKey(age).limit(limit).asTable("o");
    return database
        .control()
        .withRecursive(keys)
        .select(ofOneKey.fields())
        .from(keys)
        .crossJoin(lateral(ofOneKey))
        .orderBy(Fields.of(ofOneKey, database.tables().jobs.publishAt))
        .fetch(row -> published(row).pointer());
  }

  /**
   * The jobs of one routing key that are queued, in the order of the index, by which a planner
   * reads few of them even without statistics; the key comes from the table {@link #QUEUED_KEYS},
   * with which this is joined.
   */
  private SelectLimitStep<?> queuedOfOneKey(Duration age) {
    Tables.Jobs j = database.tables().jobs;
    return select(
            j.id,
            j.type,
            j.routingKey,
            priority(j).as(POINTER_PRIORITY),
            j.lease,
            isExternal(j).as(IS_EXTERNAL),
            j.publishAt,
            messageId().as(MESSAGE_ID))
        .from(j)
        .where(queuedFor(age).and(j.routingKey.eq(QUEUED_KEY)))
        .orderBy(j.publishAt);
  }

  private PublishedPointer published(Record row) {
    Tables.Jobs j = database.tables().jobs;
    return new PublishedPointer(
        new JobPointer(
            row.get(j.id),
            row.get(j.type),
            row.get(j.routingKey),
            row.get(POINTER_PRIORITY),
            row.get(j.lease),
            row.get(IS_EXTERNAL)),
        row.get(MESSAGE_ID));
  }

  /** The routing keys of queued jobs: from each to the next one in the index. */
  private CommonTableExpression<?> queuedKeys() {
    Tables.Jobs j = database.tables().jobs;
    Condition isQueued = j.status.eq(inline(JobStatus.QUEUED, Tables.STATUS));
    var first = select(j.routingKey).from(j).where(isQueued).orderBy(j.routingKey).limit(1);
    var next =
        select(j.routingKey)
            .from(j)
            .where(isQueued.and(j.routingKey.gt(QUEUED_KEY)))
            .orderBy(j.routingKey)
            .limit(1);
    return name(QUEUED_KEYS)
        .fields("routing_key")
        .as(
            select(DSL.field(first))
                .unionAll(
                    select(DSL.field(next))
                        .from(DSL.table(name(QUEUED_KEYS)))
                        .where(QUEUED_KEY.isNotNull())));
  }

  /** Those of the jobs that are still queued, with their routing keys. */
  public Map<UUID, String> queuedAmong(Collection<UUID> jobIds) {
    Tables.Jobs j = database.tables().jobs;
    return jobIds.isEmpty()
        ? Map.of()
        : database
            .control()
            .select(j.id, j.routingKey)
            .from(j)
            .where(
                j.id
                    .eq(DSL.any(jobIds.toArray(UUID[]::new)))
                    .and(LockedJobs.isIn(j.status, StatusChange.PUBLISH_AGAIN.from())))
            .fetchMap(j.id, j.routingKey);
  }

  private Field<UUID> messageId() {
    Tables.Jobs j = database.tables().jobs;
    return DSL.coalesce(j.messageId, j.id);
  }

  private Condition queuedFor(Duration age) {
    Tables.Jobs j = database.tables().jobs;
    return isQueued().and(j.publishAt.le(Intervals.beforeNow(age.toMillis())));
  }

  private Condition isQueued() {
    Tables.Jobs j = database.tables().jobs;
    return j.status.eq(inline(JobStatus.QUEUED, Tables.STATUS)).and(j.limitKey.isNull());
  }

  private SelectForUpdateStep<Record6<UUID, String, String, JobPriority, Long, Boolean>> pointers(
      Condition condition, int limit) {
    Tables.Jobs j = database.tables().jobs;
    return database
        .control()
        .select(j.id, j.type, j.routingKey, priority(j), j.lease, isExternal(j))
        .from(j)
        .where(condition)
        .orderBy(j.publishAt)
        .limit(limit);
  }

  private static Field<Boolean> isExternal(Tables.Jobs j) {
    return DSL.field(j.externalPolicy.isNotNull());
  }

  /** A job whose last worker was lost has waited for long enough. */
  private static Field<JobPriority> priority(Tables.Jobs j) {
    return when(
            j.errorReason.eq(JobError.Reason.WORKER_LOST),
            inline(JobPointer.RESCUED, Tables.PRIORITY))
        .otherwise(j.priority);
  }

  /**
   * Notes that the broker has confirmed these pointers. A job that was claimed meanwhile is left
   * alone, even if it is pending once more: the pointer has done its work, and the next attempt
   * needs another.
   */
  public void markQueued(List<PublishedPointer> confirmed) {
    markQueued(confirmed, JobStatus.PENDING);
  }

  /**
   * Notes that pointers of jobs that were queued already were published and confirmed once more.
   */
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

  /** Null if it is the message of that job alone. */
  private static @Nullable UUID sharedMessageId(PublishedPointer published) {
    UUID messageId = published.messageId();
    return messageId.equals(published.pointer().jobId()) ? null : messageId;
  }

  /**
   * Notes that these pointers are not to be tried again for a while, except those of jobs whose
   * rows somebody has locked.
   */
  public void postpone(List<JobPointer> pointers, Duration delay) {
    Tables.Jobs j = database.tables().jobs;
    UnnestedRows<JobPointer> p = new UnnestedRows<>("p", pointers);
    var id = p.column("id", SQLDataType.UUID, JobPointer::jobId);
    var lease = p.column("lease", SQLDataType.BIGINT, JobPointer::lease);
    var given = LockedJobs.given(p, id);
    var locked = LockedJobs.free(j, given, id, isUnclaimed(lease));
    database
        .control()
        .with(given)
        .with(locked)
        .update(j)
        .set(j.publishAt, Intervals.after(currentInstant(), DSL.val(delay.toMillis())))
        .from(locked)
        .where(j.id.eq(locked.field("id", UUID.class)))
        .execute();
  }

  /**
   * Whether nobody has claimed the job since its pointer was read, and it still needs one; {@code
   * mark_queued} in the database asks for the same.
   */
  private Condition isUnclaimed(Field<Long> lease) {
    Tables.Jobs j = database.tables().jobs;
    return j.lease
        .eq(lease)
        .and(LockedJobs.isIn(j.status, StatusChange.PUBLISH.from()))
        .and(j.runAt.lt(Intervals.never()))
        .and(j.limitKey.isNull());
  }
}
