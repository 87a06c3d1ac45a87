package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Param;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Records;
import dev.tenon.jobs.libraries.jooq.Select;
import dev.tenon.jobs.libraries.jooq.SelectField;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Claims jobs for a worker: many with one statement. The payloads of one claim have a limited
 * number of bytes in all, so that they fit into the worker's memory. Thread-safe.
 */
public final class ClaimStore {

  /**
   * So many times as many jobs are looked at as are wanted, since other workers may be claiming the
   * same ones.
   */
  private static final int CANDIDATES_PER_JOB = 4;

  private static final int MIN_CANDIDATES = 100;

  private static final Param<Integer> CANDIDATES = DSL.param("candidates", SQLDataType.INTEGER);
  private static final Param<Long> OVERDUE_MILLIS = DSL.param("overdue_millis", SQLDataType.BIGINT);

  private final Database database;
  private final Map<String, HotStatement> statements = new ConcurrentHashMap<>();

  /** The store of this database. */
  public ClaimStore(Database database) {
    this.database = database;
  }

  /**
   * Claims jobs by their pointers. Every pointer has done its work then, except those of {@link
   * Claims#left}. A job whose type or version is not among the given ones is set back: no pointer
   * brings it for a while, and the first worker that knows it finds it in the table.
   *
   * @param types the types that may be claimed, each up to a version
   * @param limit how many jobs are claimed at most
   * @param maxBytes how many bytes the payloads may have in all; the first job is claimed in any
   *     case
   */
  public Claims claim(
      String workerId,
      Collection<UUID> jobIds,
      Map<String, Integer> types,
      int limit,
      long maxBytes) {
    KnownTypes known = new KnownTypes(database.tables(), types);
    // A job may have several pointers
    UnnestedRows<UUID> pointers = new UnnestedRows<>("p", List.copyOf(Set.copyOf(jobIds)));
    Field<UUID> pointedTo = pointers.column("id", SQLDataType.UUID, Function.identity());
    Map<String, @Nullable Object> values = known.parameters();
    values.putAll(pointers.parameters());
    return claim(
        "by pointers",
        () -> List.of(ClaimStatement.waiting(byPointers(known, pointers, pointedTo))),
        values,
        workerId,
        limit,
        maxBytes);
  }

  private Select<?> byPointers(
      KnownTypes known, UnnestedRows<UUID> pointers, Field<UUID> pointedTo) {
    Tables.Jobs j = database.tables().jobs;
    var inOrder = select(pointedTo).from(pointers.table()).orderBy(pointedTo).asTable("o");
    // It waits for locks, in the order of the ids as every statement does: a job that is passed
    // over here would never be claimed by its pointer. One look at the primary key for each
    // pointer: in one condition with the status, the planner may prefer to read all that waits.
    var ofOnePointer =
        select(waitingColumns(j, known))
            .from(j)
            .where(
                j.id
                    .eq(DSL.field(name("o", "id"), SQLDataType.UUID))
                    .and(j.status.in(StatusChange.CLAIM.from()))
                    .and(j.limitKey.isNull())
                    .and(j.runAt.le(currentInstant())))
            .forNoKeyUpdate();
    return select(DSL.table(name("w")).asterisk())
        .from(inOrder, lateral(ofOnePointer.asTable("w")));
  }

  /** Claims with the statement of that name, whose text is written when it runs first. */
  private Claims claim(
      String name,
      Supplier<List<CommonTableExpression<?>>> expressions,
      Map<String, @Nullable Object> values,
      String workerId,
      int limit,
      long maxBytes) {
    values.put(ClaimStatement.WORKER.getName(), workerId);
    values.put(ClaimStatement.LIMIT.getName(), limit);
    values.put(ClaimStatement.MAX_BYTES.getName(), maxBytes);
    Claims claims = new Claims(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    statements
        .computeIfAbsent(
            name, unused -> new ClaimStatement(database.tables()).claim(expressions.get()))
        .run(database.control(), values, row -> ClaimStatement.read(row, workerId, false, claims));
    return claims;
  }

  /**
   * Claims jobs from the table, without pointers: the most urgent first, and of those the ones that
   * have been due the longest, except that one which has waited ten minutes longer for each level
   * of priority comes before. Jobs that another worker claims at the same moment are passed over.
   *
   * @param types the types that may be claimed, each up to a version
   * @param limit how many jobs at most
   * @param maxBytes how many bytes the payloads may have in all; the first job is claimed in any
   *     case
   */
  public List<ClaimedJob> claimDue(
      String workerId, Map<String, Integer> types, int limit, long maxBytes) {
    KnownTypes known = new KnownTypes(database.tables(), types);
    Map<String, @Nullable Object> values = known.parameters();
    values.put(CANDIDATES.getName(), Math.max(MIN_CANDIDATES, limit * CANDIDATES_PER_JOB));
    return claim("due", () -> findings(known), values, workerId, limit, maxBytes).jobs();
  }

  private List<CommonTableExpression<?>> findings(KnownTypes known) {
    CommonTableExpression<?> waitingTypes = WaitingJobs.types(database.tables().jobs);
    CommonTableExpression<?> due = due(known, waitingTypes);
    CommonTableExpression<?> found = name("found").as(lockedInOrder(known, due));
    return withSetBack(known, List.of(waitingTypes, due, found));
  }

  /**
   * The ids of the most urgent jobs that are due, more than are wanted: others may be claiming the
   * first of them. For each type and priority the index leads to those that are due, past any
   * number of other jobs.
   */
  private CommonTableExpression<?> due(KnownTypes known, CommonTableExpression<?> waitingTypes) {
    Tables.Jobs j = database.tables().jobs;
    UnnestedRows<JobPriority> priorities = new UnnestedRows<>("p", List.of(JobPriority.values()));
    var priority = priorities.column("priority", Tables.PRIORITY, Function.identity());
    var ofOneKind =
        select(j.id, j.runAt)
            .from(j)
            .where(
                WaitingJobs.isAmong(j)
                    .and(j.type.eq(known.type()))
                    .and(j.priority.eq(priority))
                    .and(j.runAt.le(currentInstant()))
                    .and(j.version.le(known.version())))
            .orderBy(j.runAt, j.id)
            .limit(CANDIDATES)
            .asTable("c");
    return name("due")
        .as(
            select(Fields.of(ofOneKind, j.id))
                .from(waitingTypes)
                .join(known.table())
                .on(known.type().eq(WaitingJobs.TYPE))
                .crossJoin(priorities.table())
                .crossJoin(lateral(ofOneKind))
                .orderBy(
                    ClaimStatement.order(
                        priority, Fields.of(ofOneKind, j.runAt), Fields.of(ofOneKind, j.id)))
                .limit(CANDIDATES));
  }

  /** The first of these jobs that nobody else is claiming. */
  private Select<?> lockedInOrder(KnownTypes known, CommonTableExpression<?> due) {
    Tables.Jobs j = database.tables().jobs;
    var ifFree =
        select(waitingColumns(j, known))
            .from(j)
            .where(
                j.id
                    .eq(Fields.of(due, j.id))
                    // In words that fit no index but that of the ids
                    .and(LockedJobs.isIn(j.status, StatusChange.CLAIM.from()))
                    .and(j.setBackAt.isNull())
                    .and(j.limitKey.isNull())
                    .and(j.runAt.le(currentInstant())))
            .forNoKeyUpdate()
            .skipLocked();
    return select(DSL.table(name("f")).asterisk())
        .from(due, lateral(ifFree.asTable("f")))
        .limit(ClaimStatement.LIMIT);
  }

  /**
   * Claims jobs that no pointer brings: those whose pointers should have been published some time
   * ago and were not, since nobody leads or the broker takes no messages; and those that were set
   * back by workers which do not know them.
   *
   * @param types the types that may be claimed, each up to a version
   * @param age how long ago their pointers should have been published, at least
   * @param limit how many jobs at most
   * @param maxBytes how many bytes the payloads may have in all; the first job is claimed in any
   *     case
   */
  public List<ClaimedJob> claimOverdue(
      String workerId, Map<String, Integer> types, Duration age, int limit, long maxBytes) {
    KnownTypes known = new KnownTypes(database.tables(), types);
    Map<String, @Nullable Object> values = known.parameters();
    values.put(OVERDUE_MILLIS.getName(), age.toMillis());
    return claim(
            "overdue",
            () -> withSetBack(known, List.of(overdue(known))),
            values,
            workerId,
            limit,
            maxBytes)
        .jobs();
  }

  private CommonTableExpression<?> overdue(KnownTypes known) {
    Tables.Jobs j = database.tables().jobs;
    return name("found")
        .as(
            select(waitingColumns(j, known))
                .from(j)
                .where(
                    j.status
                        .eq(inline(JobStatus.PENDING, Tables.STATUS))
                        .and(j.publishAt.le(Intervals.beforeNow(OVERDUE_MILLIS)))
                        .and(j.setBackAt.isNull())
                        .and(j.limitKey.isNull())
                        .and(j.runAt.le(currentInstant()))
                        .and(known.include(j)))
                .orderBy(j.publishAt)
                .limit(ClaimStatement.LIMIT)
                .forNoKeyUpdate()
                .skipLocked());
  }

  /** What is found, and what was set back. */
  private List<CommonTableExpression<?>> withSetBack(
      KnownTypes known, List<CommonTableExpression<?>> findings) {
    CommonTableExpression<?> found = findings.get(findings.size() - 1);
    CommonTableExpression<?> setBack = name("set_back").as(setBack(known));
    Select<?> both =
        select(DSL.asterisk()).from(found).unionAll(select(DSL.asterisk()).from(setBack));
    List<CommonTableExpression<?>> expressions = new ArrayList<>(findings);
    expressions.add(setBack);
    expressions.add(ClaimStatement.waiting(both));
    return expressions;
  }

  /**
   * Jobs that were set back. For each known type the index leads to the known versions, past any
   * number of other jobs.
   */
  private Select<Record> setBack(KnownTypes known) {
    Tables.Jobs j = database.tables().jobs;
    var ofOneType =
        select(waitingColumns(j, known))
            .from(j)
            .where(
                j.status
                    .eq(inline(JobStatus.PENDING, Tables.STATUS))
                    .and(j.setBackAt.isNotNull())
                    .and(j.limitKey.isNull())
                    .and(j.type.eq(known.type()))
                    .and(j.version.le(known.version()))
                    .and(j.runAt.le(currentInstant())))
            // The order of the index, or the planner reads the whole table where it expects many
            .orderBy(j.version)
            .limit(ClaimStatement.LIMIT)
            .forNoKeyUpdate()
            .skipLocked();
    return DSL.select(DSL.table(name("s")).asterisk())
        .from(known.table(), lateral(ofOneType.asTable("s")))
        .limit(ClaimStatement.LIMIT);
  }

  /**
   * A job that the table says the worker runs.
   *
   * @param lease its lease
   * @param payloadBytes how many bytes its payload has
   */
  public record Held(Lease lease, int payloadBytes) {}

  /** What the worker runs, by the table, except the known jobs: claims whose answers were lost. */
  public List<Held> held(String workerId, Collection<UUID> except) {
    Tables.Jobs j = database.tables().jobs;
    return database
        .control()
        .select(j.id, j.lease, payloadBytes(j))
        .from(j)
        .where(j.workerId.eq(workerId).and(j.status.eq(JobStatus.RUNNING)))
        .fetch(
            Records.mapping(
                (id, lease, bytes) ->
                    new Held(new Lease(id, lease, workerId), Objects.requireNonNullElse(bytes, 0))))
        .stream()
        .filter(held -> !except.contains(held.lease().jobId()))
        .toList();
  }

  private static List<SelectField<?>> waitingColumns(Tables.Jobs j, KnownTypes known) {
    return List.of(
        j.id, j.priority, j.runAt, payloadBytes(j).as("bytes"), known.include(j).as("known"));
  }

  /** Rows that were inserted before the column was there have to be measured. */
  private static Field<Integer> payloadBytes(Tables.Jobs j) {
    return DSL.coalesce(j.payloadBytes, DSL.octetLength(j.payload.cast(SQLDataType.CLOB)));
  }
}
