package dev.tenon.jobs.internal.workflow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.internal.store.LifeCycle;
import dev.tenon.jobs.internal.store.LineTimes;
import dev.tenon.jobs.internal.store.LockedJobs;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.Settlement;
import dev.tenon.jobs.internal.store.StartableJobs;
import dev.tenon.jobs.internal.store.StatusChange;
import dev.tenon.jobs.internal.values.StoredText;
import dev.tenon.jobs.internal.workflow.PreparationStore.Prepared;
import dev.tenon.jobs.internal.workflow.PreparationStore.Ready;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Writes the payloads that were made for workflow tasks, under the locks of their workflows. */
final class MadeTasks {

  /**
   * The time that a payload which this process cannot make is left to others before it is tried
   * again.
   */
  private static final Duration LEFT_TO_OTHERS = Duration.ofSeconds(1);

  private final Database database;
  private final List<Made> made = new ArrayList<>();
  private final Map<UUID, List<NewJob>> expanded = new HashMap<>();
  private final List<UUID> notNeeded = new ArrayList<>();
  private final List<Refused> refused = new ArrayList<>();
  private final List<UUID> leftToOthers = new ArrayList<>();

  MadeTasks(Database database) {
    this.database = database;
  }

  /** Adds the result for a task. */
  void add(Ready task, Prepared prepared) {
    if (prepared instanceof Prepared.Jobs jobs) {
      if (task.isForEach()) {
        expanded.put(
            task.id(),
            jobs.jobs().stream()
                .map(job -> job.in(new NewJob.InWorkflow(task.id(), false)))
                .toList());
      } else {
        made.add(new Made(task, jobs.jobs().get(0)));
      }
    } else if (prepared instanceof Prepared.NotNeeded) {
      notNeeded.add(task.id());
    } else if (prepared instanceof Prepared.Failed failed) {
      refused.add(new Refused(task, failed));
    } else {
      leftToOthers.add(task.id());
    }
  }

  private record Made(Ready task, NewJob job) {}

  private record Refused(Ready task, Prepared.Failed why) {}

  /** Writes all results, and returns the jobs to record. */
  List<NewJob> apply(DSLContext dsl) {
    List<NewJob> added = new ArrayList<>();
    if (!made.isEmpty()) {
      letGo(dsl, made);
    }
    TaskTraces traces = new TaskTraces(database.tables());
    expanded.replaceAll((id, jobs) -> traces.traced(dsl, id, jobs));
    expanded.forEach((id, jobs) -> expand(dsl, id, jobs));
    expanded.values().forEach(added::addAll);
    if (!notNeeded.isEmpty()) {
      skip(dsl, notNeeded);
    }
    refused.forEach(each -> refuse(dsl, each));
    Tables.WorkflowTasks s = database.tables().workflowTasks;
    if (!leftToOthers.isEmpty()) {
      dsl.update(s)
          .set(s.prepareAt, Intervals.after(currentInstant(), inline(LEFT_TO_OTHERS.toMillis())))
          .where(s.id.eq(DSL.any(leftToOthers.toArray(UUID[]::new))))
          .execute();
    }
    return added;
  }

  /** Gives jobs their payloads, and lets them start. */
  private void letGo(DSLContext dsl, List<Made> made) {
    JobTables.Live j = database.tables().live;
    JobTables.Data d = database.tables().data;
    Tables.WorkflowTasks s = database.tables().workflowTasks;
    Tables.Workflows w = database.tables().workflows;
    UnnestedRows<Made> n = new UnnestedRows<>("n", made);
    var id = n.column("id", SQLDataType.UUID, each -> each.task().id());
    var payload = n.column("payload", SQLDataType.CLOB, each -> each.job().payload());
    var bytes =
        n.column("bytes", SQLDataType.INTEGER, each -> StoredText.utf8Length(each.job().payload()));
    var version = n.column("version", SQLDataType.INTEGER, each -> each.job().version());
    var limitKey = n.column("limit_key", SQLDataType.CLOB, each -> each.job().limitKey());
    var orderKey = n.column("order_key", SQLDataType.CLOB, each -> each.job().orderKey());
    var backlogKey = n.column("backlog_key", SQLDataType.CLOB, each -> each.job().backlogKey());
    var cost = n.column("cost", SQLDataType.BIGINT, each -> each.job().cost());
    var delay = n.column("delay", SQLDataType.BIGINT, each -> each.task().delay().toMillis());
    Field<Instant> due =
        when(w.pausedAt.isNotNull(), Intervals.never())
            .otherwise(Intervals.after(currentInstant(), delay));
    // If the workflow runs again from an earlier task, the payload is made from it again
    dsl.update(s)
        .setNull(s.prepareAt)
        .set(s.draft, DSL.coalesce(s.draft, d.payload))
        .set(s.version, when(s.draft.isNull(), d.version).otherwise(s.version))
        .from(d)
        .where(
            s.id
                .eq(DSL.any(made.stream().map(each -> each.task().id()).toArray(UUID[]::new)))
                .and(d.type.eq(s.type))
                .and(d.id.eq(s.id)))
        .execute();
    var let =
        name("let")
            .as(
                DSL.update(j)
                    .set(j.status, JobStatus.PENDING)
                    .set(j.payloadBytes, bytes)
                    .set(j.version, version)
                    .set(j.limitKey, limitKey)
                    .set(j.orderKey, orderKey)
                    .set(j.backlogKey, backlogKey)
                    .set(j.cost, cost)
                    .set(j.runAt, LineTimes.runAt(database.tables(), j, orderKey, due))
                    .set(
                        j.publishAt,
                        LineTimes.publishAt(
                            database.tables(),
                            j,
                            orderKey,
                            due,
                            Intervals.after(due, inline(500L))))
                    .set(
                        j.startBefore,
                        Intervals.latestStart(due, j.startWithinMillis, j.startBefore))
                    .from(n.table(), w)
                    .where(
                        j.id
                            .eq(id)
                            .and(w.id.eq(j.workflowId))
                            .and(LockedJobs.isIn(j.status, StatusChange.PUT_BACK.from()))
                            .and(j.runAt.eq(Intervals.never())))
                    .returning(
                        j.id,
                        j.type,
                        j.version,
                        j.limitKey,
                        j.orderKey,
                        j.backlogKey,
                        j.cost,
                        payload.as("payload")));
    dsl.with(let)
        .update(d)
        .set(d.payload, DSL.field(name("let", "payload"), SQLDataType.CLOB).cast(JSON.class))
        .set(d.version, SubqueryFields.of(let, j.version))
        .set(d.limitKey, SubqueryFields.of(let, j.limitKey))
        .set(d.orderKey, SubqueryFields.of(let, j.orderKey))
        .set(d.backlogKey, SubqueryFields.of(let, j.backlogKey))
        .set(d.cost, SubqueryFields.of(let, j.cost))
        .from(let)
        .where(d.type.eq(SubqueryFields.of(let, j.type)).and(d.id.eq(SubqueryFields.of(let, j.id))))
        .execute();
  }

  /** Sets the number of jobs of a task; they are recorded after this. */
  private void expand(DSLContext dsl, UUID workflowId, List<NewJob> jobs) {
    Tables.Workflows w = database.tables().workflows;
    Tables.WorkflowTasks s = database.tables().workflowTasks;
    dsl.update(w)
        .set(w.isOpen, false)
        .set(w.members, w.members.plus(jobs.size()))
        .set(w.unsettled, w.unsettled.plus(jobs.size()))
        .set(w.unattempted, w.unattempted.plus(jobs.size()))
        .where(w.id.eq(workflowId))
        .execute();
    dsl.update(s).setNull(s.prepareAt).where(s.id.eq(workflowId)).execute();
    Settlement.request(dsl, database.tables(), List.of(workflowId), Settlement.Reason.CHANGED);
  }

  private void skip(DSLContext dsl, List<UUID> jobIds) {
    Tables.WorkflowTasks s = database.tables().workflowTasks;
    dsl.update(s)
        .set(s.isStopped, true)
        .set(s.broken, s.broken.plus(1))
        .setNull(s.prepareAt)
        .where(s.id.eq(DSL.any(jobIds.toArray(UUID[]::new))))
        .execute();
    int unused = LifeCycle.skip(dsl, database.tables(), jobIds);
  }

  private void refuse(DSLContext dsl, Refused refused) {
    Tables.WorkflowTasks s = database.tables().workflowTasks;
    Tables.Workflows w = database.tables().workflows;
    UUID id = refused.task().id();
    dsl.update(s)
        .setNull(s.prepareAt)
        .set(s.error, refused.why().message())
        .where(s.id.eq(id))
        .execute();
    if (refused.task().isForEach()) {
      // It counts as one failed job
      dsl.update(w)
          .set(w.isOpen, false)
          .set(w.members, w.members.plus(1))
          .set(w.failed, w.failed.plus(1))
          .where(w.id.eq(id))
          .execute();
      Settlement.request(dsl, database.tables(), List.of(id), Settlement.Reason.FAILED);
      return;
    }
    Prepared.Failed why = refused.why();
    LifeCycle.refuse(dsl, database.tables(), id, why.reason(), why.errorClass(), why.message());
  }

  /** Returns true if a job has got its payload. */
  boolean hasMade() {
    return !made.isEmpty();
  }

  /** The pointers that can be published now. */
  List<JobPointer> pointers(StartableJobs settled) {
    List<JobPointer> pointers = new ArrayList<>(settled.pointers());
    made.forEach(
        each -> {
          if (each.task().delay().isZero() && each.job().isPublished()) {
            pointers.add(each.job().withId(each.task().id()).pointer());
          }
        });
    return pointers;
  }
}
