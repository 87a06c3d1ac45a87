package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.coalesce;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.field;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.row;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.internal.cursor.Cursors.StepPlace;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.StepTables;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.OrderField;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads steps, signals and cursors for people. Thread-safe. */
public final class StepPages {

  /** The largest number of records of a job that are read. */
  private static final int MAX_STEPS = 10_000;

  /** The largest number of signals of a job that are read: the last ones. */
  private static final int MAX_SIGNALS = 1_000;

  private final Database database;

  /** The pages of this database. */
  public StepPages(Database database) {
    this.database = database;
  }

  /**
   * The record of a step, a wait or a token, as it is stored.
   *
   * @param jobId the job
   * @param jobType its type
   * @param name the name of the record
   * @param key its key
   * @param kind what it is
   * @param state its state
   * @param version the version of the job type in the code that wrote it
   * @param lease the lease of the attempt that wrote it
   * @param number its position among the records of the job
   * @param attempts the attempts of the step
   * @param startedAt when it began
   * @param endedAt when it ended
   * @param until when a wait ends at the latest
   * @param signals the signals that end a wait
   * @param signal the name of the signal that has ended it
   * @param json the result, or that signal
   * @param message the last error, or the question
   */
  public record StoredRecord(
      UUID jobId,
      String jobType,
      String name,
      String key,
      JobStep.Kind kind,
      JobStep.State state,
      int version,
      long lease,
      int number,
      int attempts,
      Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable Instant until,
      List<String> signals,
      @Nullable String signal,
      @Nullable String json,
      @Nullable String message) {

    /** The place of the record among those that are in doubt. */
    public StepPlace place() {
      return new StepPlace(startedAt, jobId, number);
    }
  }

  /** The last records of a job, in the order they began. */
  public List<StoredRecord> ofJob(UUID jobId) {
    StepTables.Steps t = database.tables().steps;
    List<StoredRecord> lastFirst =
        new ArrayList<>(read(t.jobId.eq(jobId), List.of(t.number.desc()), MAX_STEPS));
    Collections.reverse(lastFirst);
    return lastFirst;
  }

  /** The record of a step, a wait or a token. */
  public Optional<StoredRecord> find(UUID jobId, String name, String key) {
    StepTables.Steps t = database.tables().steps;
    return read(t.jobId.eq(jobId).and(t.name.eq(name)).and(t.stepKey.eq(key)), List.of(t.number), 1)
        .stream()
        .findFirst();
  }

  /**
   * Steps that are in doubt, those that have waited longest first.
   *
   * @param after the place of the last one before; null for the first page
   * @param max the largest number of steps
   */
  public List<StoredRecord> inDoubt(@Nullable StepPlace after, int max) {
    StepTables.Steps t = database.tables().steps;
    Condition condition = isDoubtful();
    if (after != null) {
      condition =
          condition
              .and(t.startedAt.ge(after.startedAt()))
              .and(
                  row(t.startedAt, t.jobId, t.number)
                      .gt(row(after.startedAt(), after.jobId(), after.number())));
    }
    return read(condition, List.of(t.startedAt, t.jobId, t.number), max);
  }

  /** The condition of {@code job_steps_doubtful}, without the steps that are running. */
  private Condition isDoubtful() {
    StepTables.Steps t = database.tables().steps;
    JobTables.Live j = database.tables().live;
    Field<Boolean> isRunning =
        field(
            select(field(j.status.eq(JobStatus.RUNNING).and(j.lease.eq(t.lease))))
                .from(j)
                .where(j.id.eq(t.jobId)));
    return t.state
        .in(inlined(JobStep.State.BEGUN), inlined(JobStep.State.IN_DOUBT))
        .and(
            t.state
                .eq(inlined(JobStep.State.IN_DOUBT))
                .or(coalesce(isRunning, inline(false)).isFalse()));
  }

  private static Field<JobStep.State> inlined(JobStep.State state) {
    return inline(state, StepTables.STATE);
  }

  private List<StoredRecord> read(
      Condition condition, List<? extends OrderField<?>> order, int max) {
    StepTables.Steps t = database.tables().steps;
    StepTables.Signals g = database.tables().signals;
    JobTables.States s = database.tables().states;
    Field<String> type =
        field(select(s.type).from(s).where(s.id.eq(t.jobId)).limit(1)).as("job_type");
    Field<String> signal =
        field(select(g.name).from(g).where(g.jobId.eq(t.jobId).and(g.id.eq(t.signalId))))
            .as("signal_name");
    Field<JSON> payload =
        field(select(g.payload).from(g).where(g.jobId.eq(t.jobId).and(g.id.eq(t.signalId))))
            .as("signal_payload");
    return database
        .planned()
        .select(List.of(t.fields()))
        .select(type, signal, payload)
        .from(t)
        .where(condition)
        .orderBy(order)
        .limit(max)
        .fetch(each -> record(each, type, signal, payload));
  }

  private StoredRecord record(
      Record row, Field<String> type, Field<String> signal, Field<JSON> payload) {
    StepTables.Steps t = database.tables().steps;
    String[] signals = row.get(t.signals);
    JSON json = row.get(payload) == null ? row.get(t.result) : row.get(payload);
    String jobType = row.get(type);
    return new StoredRecord(
        row.get(t.jobId),
        // Deleted at this moment
        jobType == null ? "" : jobType,
        row.get(t.name),
        row.get(t.stepKey),
        row.get(t.kind),
        row.get(t.state),
        row.get(t.version),
        row.get(t.lease),
        row.get(t.number),
        row.get(t.attempts),
        row.get(t.startedAt),
        row.get(t.endedAt),
        row.get(t.until),
        signals == null ? List.of() : List.of(signals),
        row.get(signal),
        json == null ? null : json.data(),
        row.get(t.message));
  }

  /** The record that a job waits for: a step in doubt, or else the wait that ends first. */
  public Optional<StoredRecord> awaited(UUID jobId) {
    StepTables.Steps t = database.tables().steps;
    return read(
            t.jobId
                .eq(jobId)
                .and(t.state.in(inlined(JobStep.State.WAITING), inlined(JobStep.State.IN_DOUBT))),
            List.of(t.number),
            MAX_STEPS)
        .stream()
        .min(
            Comparator.<StoredRecord, Boolean>comparing(
                    each -> each.state() != JobStep.State.IN_DOUBT)
                .thenComparing(each -> -each.lease())
                .thenComparing(each -> each.until() == null ? Instant.MAX : each.until()));
  }

  /**
   * A signal, as it is stored.
   *
   * @param jobId the job
   * @param id its id
   * @param name its name
   * @param key the key of the wait that it ends
   * @param version the version of its shape
   * @param sentBy the sender
   * @param sentAt when it was sent
   * @param deliveredAt when the handler got it
   * @param error the reason that it is not delivered
   * @param json the signal
   */
  public record StoredRecordOfSignal(
      UUID jobId,
      String id,
      String name,
      String key,
      int version,
      String sentBy,
      Instant sentAt,
      @Nullable Instant deliveredAt,
      @Nullable String error,
      String json) {}

  /** The last signals of a job, in the order they arrived. */
  public List<StoredRecordOfSignal> signalsOfJob(UUID jobId) {
    StepTables.Signals g = database.tables().signals;
    List<StoredRecordOfSignal> newestFirst =
        new ArrayList<>(
            database
                .planned()
                .select(List.of(g.fields()))
                .from(g)
                .where(g.jobId.eq(jobId))
                .orderBy(g.number.desc())
                .limit(MAX_SIGNALS)
                .fetch(
                    each ->
                        new StoredRecordOfSignal(
                            each.get(g.jobId),
                            each.get(g.id),
                            each.get(g.name),
                            each.get(g.stepKey),
                            each.get(g.version),
                            each.get(g.sentBy),
                            each.get(g.sentAt),
                            each.get(g.deliveredAt),
                            each.get(g.error),
                            each.get(g.payload).data())));
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  /**
   * The cursor of a job, as it is stored.
   *
   * @param version the version of the job type in the code that saved it
   * @param json the cursor
   */
  public record CursorOfJob(int version, String json) {}

  /** The cursor of a job; empty if it has none. */
  public Optional<CursorOfJob> cursorOfJob(UUID jobId) {
    StepTables.Cursors c = database.tables().cursors;
    return database
        .planned()
        .select(c.version, c.value)
        .from(c)
        .where(c.jobId.eq(jobId))
        .fetchOptional(each -> new CursorOfJob(each.value1(), each.value2().data()));
  }

  /** The type of a job, by the name that it was submitted with; empty if there is no such job. */
  public Optional<String> typeOf(UUID jobId) {
    JobTables.States s = database.tables().states;
    return database.planned().select(s.type).from(s).where(s.id.eq(jobId)).fetchOptional(s.type);
  }

  /**
   * A job.
   *
   * @param type its type, by the name that it was submitted with
   * @param status its status
   */
  public record JobState(String type, JobStatus status) {}

  /** The type and the status of a job; empty if there is no such job. */
  public Optional<JobState> stateOf(UUID jobId) {
    JobTables.States s = database.tables().states;
    return database
        .planned()
        .select(s.type, s.status)
        .from(s)
        .where(s.id.eq(jobId))
        .fetchOptional(each -> new JobState(each.value1(), each.value2()));
  }

  /**
   * The numbers of waits, for the health report and metrics. Each is counted up to {@code max}.
   *
   * @param waiting the number of waits of jobs that have not ended
   * @param inDoubt the number of steps that are in doubt
   * @param oldestSignal the age of the oldest signal that no handler has taken, of jobs that have
   *     not ended, in milliseconds; null if there is none
   */
  public record Figures(long waiting, long inDoubt, @Nullable Long oldestSignal) {}

  /** Reads what waits. */
  public Figures figures(int max) {
    StepTables.Steps t = database.tables().steps;
    StepTables.Signals g = database.tables().signals;
    JobTables.Live j = database.tables().live;
    Field<Boolean> isLive = field(select(inline(true)).from(j).where(j.id.eq(t.jobId)).limit(1));
    Field<Boolean> hasLiveJob =
        field(select(inline(true)).from(j).where(j.id.eq(g.jobId)).limit(1));
    Field<Integer> waiting =
        DSL.field(
            select(DSL.count())
                .from(
                    select(inline(1))
                        .from(t)
                        .where(
                            t.state
                                .in(inlined(JobStep.State.WAITING), inlined(JobStep.State.IN_DOUBT))
                                .and(t.state.eq(inlined(JobStep.State.WAITING)))
                                .and(isLive.isNotNull()))
                        .limit(max)));
    Field<Integer> inDoubt =
        DSL.field(
            select(DSL.count()).from(select(inline(1)).from(t).where(isDoubtful()).limit(max)));
    Field<Long> oldest =
        DSL.field(
            select(
                    field(
                        "(extract(epoch FROM now() - {0}) * 1000)::bigint",
                        SQLDataType.BIGINT, g.sentAt))
                .from(g)
                .where(g.deliveredAt.isNull().and(hasLiveJob.isNotNull()))
                .orderBy(g.sentAt)
                .limit(1));
    return database
        .control()
        .select(waiting, inDoubt, oldest)
        .fetchSingle(each -> new Figures(each.value1(), each.value2(), each.value3()));
  }
}
