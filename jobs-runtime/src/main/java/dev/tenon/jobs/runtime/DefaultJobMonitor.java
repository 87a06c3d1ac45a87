package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.internal.flow.SensitiveStore;
import dev.tenon.jobs.internal.operate.AuditStore;
import dev.tenon.jobs.internal.operate.MonitorStatistics;
import dev.tenon.jobs.internal.operate.MonitorStore;
import dev.tenon.jobs.internal.operate.MonitorWorkers;
import dev.tenon.jobs.internal.operate.MonitorWorkflows;
import dev.tenon.jobs.internal.scaling.ScalingReader;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.store.WorkerStore;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.operate.JobAudit;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.JobRollouts;
import dev.tenon.jobs.operate.JobScaling;
import dev.tenon.jobs.operate.WorkerQuery;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Reads for people who operate jobs. Thread-safe. */
final class DefaultJobMonitor implements JobMonitor {

  private final MonitorStore store;
  private final MonitorWorkers workers;
  private final WorkerStore registry;
  private final MonitorStatistics statistics;
  private final MonitorWorkflows workflows;
  private final AuditStore audit;
  private final SensitiveStore sensitive;
  private final Duration lostAfter;
  private final JobRollouts rollouts;
  private final JobScaling scaling;

  DefaultJobMonitor(Database database, Duration lostAfter, JobRollouts rollouts) {
    this.rollouts = rollouts;
    this.store = new MonitorStore(database);
    this.workers = new MonitorWorkers(database);
    this.registry = new WorkerStore(database);
    this.statistics = new MonitorStatistics(database);
    this.workflows = new MonitorWorkflows(database);
    this.audit = new AuditStore(database);
    this.sensitive = new SensitiveStore(database);
    this.lostAfter = lostAfter;
    this.scaling = new DefaultJobScaling(new ScalingReader(database, lostAfter));
  }

  @Override
  public List<Activity> activity(Range range) {
    return reading(() -> statistics.activity(range));
  }

  @Override
  public List<Activity> activityByType(Range range) {
    return reading(() -> statistics.activityByType(range));
  }

  @Override
  public List<Activity> activityByInterval(Range range, Collection<String> types) {
    return reading(() -> statistics.activityByInterval(range, types));
  }

  @Override
  public List<Backlog> backlog(int max) {
    SubmittedValues.max(max);
    return reading(() -> store.backlog(max));
  }

  @Override
  public Map<String, Long> running() {
    return reading(store::running);
  }

  @Override
  public List<FailureGroup> failures(Range range, Collection<String> types, int max) {
    SubmittedValues.max(max);
    return reading(() -> statistics.failures(range, types, max));
  }

  @Override
  public List<Worker> workers(WorkerQuery query) {
    query.type().ifPresent(type -> SubmittedValues.name("type", type));
    query.host().ifPresent(host -> SubmittedValues.name("host", host));
    query
        .applicationVersion()
        .ifPresent(version -> SubmittedValues.name("applicationVersion", version));
    return reading(() -> workers.list(query, lostAfter));
  }

  @Override
  public boolean quietWorker(String workerId, Actor actor) {
    return quiet(workerId, true, SubmittedValues.withReason("Quieting a worker", actor));
  }

  @Override
  public boolean resumeWorker(String workerId, Actor actor) {
    return quiet(workerId, false, Objects.requireNonNull(actor, "actor"));
  }

  private boolean quiet(String workerId, boolean quieted, Actor actor) {
    SubmittedValues.name("workerId", workerId);
    try {
      return registry.quiet(workerId, quieted, actor);
    } catch (StoreException e) {
      throw StoreFailures.of("The worker cannot be changed", null, e);
    }
  }

  @Override
  public Masked masked(Job job) {
    SensitiveStore.Declared declared = reading(() -> sensitive.find(job.type()));
    return new MaskedValues(
        declared.payload(job.version(), job.payload()),
        job.result().map(result -> declared.result(job.resultVersion().orElseThrow(), result)));
  }

  private record MaskedValues(String payload, Optional<String> result) implements Masked {}

  @Override
  public List<Sensitive> sensitive(String type) {
    return reading(() -> sensitive.find(type)).byVersion();
  }

  @Override
  public Optional<String> traceContext(UUID jobId) {
    return reading(() -> store.traceContext(jobId));
  }

  @Override
  public Optional<UUID> workflowOf(UUID jobId) {
    return reading(() -> workflows.of(jobId));
  }

  @Override
  public List<UUID> nested(UUID workflowId) {
    return reading(() -> workflows.nested(workflowId));
  }

  @Override
  public List<JobSummary> workflowJobs(
      UUID workflowId, Collection<String> types, int offset, int limit) {
    if (offset < 0) {
      throw new IllegalArgumentException("The offset is " + offset + "; it must be at least 0.");
    }
    JobQuery all = JobQuery.all().withWorkflowId(workflowId).withLimit(limit);
    JobQuery query = types.isEmpty() ? all : all.withTypes(List.copyOf(types));
    SubmittedValues.check(query);
    return reading(() -> store.failedFirst(query, offset));
  }

  @Override
  public List<Dependency> dependencies(UUID workflowId) {
    return reading(() -> workflows.dependencies(workflowId));
  }

  @Override
  public JobRollouts rollouts() {
    return rollouts;
  }

  @Override
  public JobScaling scaling() {
    return scaling;
  }

  @Override
  public JobAudit audit() {
    return new DefaultAudit();
  }

  private static <T> T reading(Supplier<T> read) {
    return Searches.reading("The jobs cannot be read", read);
  }

  /** Reads the record of changes by hand. */
  private final class DefaultAudit implements JobAudit {

    @Override
    public Page<Entry> list(AuditQuery query) {
      query.by().ifPresent(by -> SubmittedValues.name("by", by));
      query.action().ifPresent(action -> SubmittedValues.name("action", action));
      query.target().ifPresent(target -> SubmittedValues.name("target", target));
      query.cursor().ifPresent(Cursors::entry);
      return reading(() -> audit.list(query));
    }
  }
}
