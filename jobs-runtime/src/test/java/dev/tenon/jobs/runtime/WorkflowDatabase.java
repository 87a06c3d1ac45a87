package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.plan.PlannedWorkflow;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.pointer.PublishedPointer;
import dev.tenon.jobs.internal.publish.PublishStore;
import dev.tenon.jobs.internal.signal.Notifications;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.ControlStore;
import dev.tenon.jobs.internal.store.ExpiryStore;
import dev.tenon.jobs.internal.store.HeartbeatStore;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.NextTasks;
import dev.tenon.jobs.internal.store.OutcomeStore;
import dev.tenon.jobs.internal.store.RescueStore;
import dev.tenon.jobs.internal.store.SubmitStore;
import dev.tenon.jobs.internal.store.WorkerStore;
import dev.tenon.jobs.internal.submit.NewJobFactory;
import dev.tenon.jobs.internal.submit.SubmitInterceptors;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.internal.workflow.NewGraph;
import dev.tenon.jobs.internal.workflow.PreparationStore;
import dev.tenon.jobs.internal.workflow.WorkflowStore;
import dev.tenon.jobs.options.SizeLimits;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * The real tables, changed only by calls of the stores and of the job service, without workers that
 * run in the background. Thread-safe.
 */
final class WorkflowDatabase implements AutoCloseable {

  /** The name of the one worker that is registered. */
  static final String WORKER = "w";

  /** The failure of each attempt that fails. */
  static final AttemptFailure FAILURE =
      new AttemptFailure(JobError.Reason.EXCEPTION, "Failed", "failed", "at", "f");

  private static final Map<String, Integer> TYPES =
      Map.of(FlowJobs.TASK.type(), 1, FlowJobs.EVENT.type(), 1);
  private static final int MAX_PREPARED = 1000;
  private static final int MAX_RESCUED = 10_000;

  private final DataSource source;
  private final WorkflowStore workflows;
  private final OutcomeStore outcomes;
  private final PublishStore publishes;
  private final PreparationStore preparations;
  private final ClaimStore claims;
  private final WorkerStore workers;
  private final HeartbeatStore heartbeats;
  private final RescueStore rescues;
  private final ExpiryStore expiry;
  private final Leadership leadership;
  private final NewJobFactory newJobs;
  private final JobService jobs;
  private final JobControls controls;
  private final ConcurrentLinkedQueue<JobPointer> pointers = new ConcurrentLinkedQueue<>();

  /** Empties the tables. */
  WorkflowDatabase(DataSource source) {
    this.source = source;
    execute(
        "CALL by_test.truncate_jobs(); TRUNCATE tenon.workers, tenon.workflows,"
            + " tenon.workflow_tasks, tenon.workflow_edges, tenon.workflow_changes");
    Database database = new Database(source, source, source, "tenon");
    SubmitStore submits = new SubmitStore(database);
    workflows = new WorkflowStore(database, submits);
    outcomes = new OutcomeStore(database);
    publishes = new PublishStore(database);
    preparations = new PreparationStore(database, submits, 1_000_000);
    claims = new ClaimStore(database);
    workers = new WorkerStore(database);
    heartbeats = new HeartbeatStore(database);
    rescues = new RescueStore(database);
    expiry = new ExpiryStore(database);
    registerWorker();
    leadership = new LeaderStore(database).acquire("test", Duration.ofHours(1)).orElseThrow();
    ValueStorage storage = ValueStorage.unencrypted(SizeLimits.defaults());
    newJobs = new NewJobFactory(storage, null);
    Notifications told = new Told();
    jobs =
        new DefaultJobService(
            database,
            new RuntimeSettings(
                "tenon",
                null,
                Duration.ofSeconds(10),
                RuntimeSettings.limits(Duration.ofSeconds(10), WorkflowModel.MAX_CRASHES, false),
                storage,
                false,
                false,
                Clock.systemUTC(),
                null,
                JobListeners.NONE,
                SubmitInterceptors.NONE,
                List.of(),
                null),
            told,
            List.of());
    controls = new JobControls(new ControlStore(database), jobs, told, new Starts(told));
  }

  /** What is to be published. */
  private final class Told implements Notifications {
    @Override
    public void committed(List<JobPointer> some, boolean othersMayWait) {
      pointers.addAll(some);
    }

    @Override
    public void recorded(List<UUID> jobIds, boolean othersMayWait) {}

    @Override
    public void canPrepare() {}

    @Override
    public void cancelRequested(UUID jobId) {}
  }

  // What users do

  JobService jobs() {
    return jobs;
  }

  /** Submits a workflow, and returns its rows. */
  NewGraph submit(Workflow workflow) {
    NewGraph rows = new WorkflowGraphs(newJobs).of(PlannedWorkflow.of(workflow).plan()).rows();
    pointers.addAll(workflows.insert(rows).startable().pointers());
    return rows;
  }

  /** Runs a job again; returns false if it cannot run again, where the job service would throw. */
  boolean retryUnlessStopped(UUID jobId) {
    return controls.retryUnlessStopped(
        jobId, ChangeByHand.of("retry job", jobId.toString(), Actor.of("ann")));
  }

  // What workers do

  private void registerWorker() {
    workers.register(WORKER, "here", 1, 10, Map.of());
  }

  List<ClaimedJob> claim(String worker, int limit) {
    return claims.claimDue(worker, TYPES, limit, Long.MAX_VALUE);
  }

  /** Records the ends of attempts, and returns their jobs. */
  Set<UUID> finish(List<AttemptEnd> ends) {
    return outcomes.finish(ends);
  }

  /**
   * Records the ends of attempts, and claims tasks that can start because of them.
   *
   * @param limit the largest number of tasks to claim
   */
  OutcomeStore.Finished finish(List<AttemptEnd> ends, int limit) {
    OutcomeStore.Finished finished = outcomes.finish(ends, new NextTasks(WORKER, TYPES, limit));
    pointers.addAll(finished.startable().pointers());
    return finished;
  }

  /** Makes the payloads of all tasks that are ready. */
  void prepare(Function<PreparationStore.Ready, PreparationStore.Prepared> maker) {
    pointers.addAll(
        preparations.prepare(TYPES.keySet(), MAX_PREPARED, Fixture.PATIENCE, maker).pointers());
  }

  /** Returns a job, with its payload, of a task that is ready. */
  NewJob job(PreparationStore.Ready task, String name) {
    return newJobs
        .of(
            FlowJobs.TASK,
            new Order(name, 1),
            -1,
            SubmitOptions.by("t").withHeaders(task.headers()))
        .in(new NewJob.InWorkflow(task.workflowId(), false));
  }

  // What the leader and the publisher do

  /** Cancels the jobs that are late, and returns how many there were of each type. */
  Collection<Integer> expire() {
    return expiry.expire(leadership, expiry.find(null, 10)).values();
  }

  /** Takes the jobs from the worker, as if it had crashed, and registers it again. */
  void loseWorker() {
    List<RescueStore.Silent> silent =
        heartbeats.heartbeats(true).beats().stream()
            .map(beat -> new RescueStore.Silent(beat, true))
            .toList();
    var unused = rescues.rescue(leadership, silent, WorkflowModel.MAX_CRASHES, MAX_RESCUED);
    registerWorker();
  }

  /** Returns the pointers that came since the last call, as the broker confirms them. */
  List<PublishedPointer> takePointers() {
    List<PublishedPointer> taken = new ArrayList<>();
    for (JobPointer each = pointers.poll(); each != null; each = pointers.poll()) {
      taken.add(new PublishedPointer(each, each.jobId()));
    }
    return taken;
  }

  void markQueued(List<PublishedPointer> confirmed) {
    publishes.markQueued(confirmed);
  }

  // The tables themselves

  Connection connect() throws SQLException {
    return source.getConnection();
  }

  void execute(String sql, Object... values) {
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.execute();
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Returns the one number that a query finds. */
  long number(String sql) {
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Makes all jobs due that wait only for a time. */
  void makeLaterJobsDue() {
    execute(
        "UPDATE tenon.live_jobs SET run_at = now() WHERE status = 'pending' AND run_at <"
            + " tenon.never()");
  }

  @Override
  public void close() {
    execute("TRUNCATE tenon.leaders");
  }
}
