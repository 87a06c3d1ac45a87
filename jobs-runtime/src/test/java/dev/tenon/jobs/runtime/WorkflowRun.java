package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStateException;
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
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.ControlStore;
import dev.tenon.jobs.internal.store.ExpiryStore;
import dev.tenon.jobs.internal.store.HeartbeatStore;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.NextTasks;
import dev.tenon.jobs.internal.store.OutcomeStore;
import dev.tenon.jobs.internal.store.RescueStore;
import dev.tenon.jobs.internal.store.StartableJobs;
import dev.tenon.jobs.internal.store.SubmitStore;
import dev.tenon.jobs.internal.store.WorkerStore;
import dev.tenon.jobs.internal.submit.NewJobFactory;
import dev.tenon.jobs.internal.submit.SubmitInterceptors;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.internal.workflow.PreparationStore;
import dev.tenon.jobs.internal.workflow.PreparationStore.Prepared;
import dev.tenon.jobs.internal.workflow.WorkflowStore;
import dev.tenon.jobs.operate.JobOperation;
import dev.tenon.jobs.options.SizeLimits;
import dev.tenon.jobs.runtime.WorkflowModel.End;
import dev.tenon.jobs.runtime.WorkflowModel.Node;
import dev.tenon.jobs.runtime.WorkflowModel.Status;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A few workflows in the real tables, and what the model says of them. Everything is done by the
 * stores and the job service, without workers, so that nothing happens but what the run does. Not
 * thread-safe.
 */
final class WorkflowRun implements AutoCloseable {

  private static final Map<String, Integer> TYPES =
      Map.of(FlowJobs.TASK.type(), 1, FlowJobs.EVENT.type(), 1);
  private static final AttemptFailure FAILURE =
      new AttemptFailure(JobError.Reason.EXCEPTION, "Failed", "failed", "at", "f");
  private static final int MAX_PREPARED = 1000;

  private final Random random;
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
  private final DefaultJobService jobs;
  private final JobControls controls;
  private final ConcurrentLinkedQueue<JobPointer> pointers = new ConcurrentLinkedQueue<>();
  private final Map<UUID, Lease> leases = new HashMap<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private WorkflowModel model = new WorkflowModel();
  private int names;
  private int operations;

  WorkflowRun(long seed, DataSource source) {
    this.random = new Random(seed);
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
    workers.register("w", "here", 1, 10, Map.of());
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

  int operations() {
    return operations;
  }

  void execute(String sql, Object... values) {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.execute();
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Random graphs, random operations, and then everything ends. */
  void run(int tasks, int count) {
    submit(tasks);
    for (int i = 0; i < count; i++) {
      String what = operate();
      operations++;
      publish();
      compare(what);
    }
    drain();
    // Now each of them has ended, and can run again
    for (int i = 0; i < 3; i++) {
      compare(each("run again", node -> !node.isGone, this::runAgain));
      operations++;
      for (int j = 0; j < 5; j++) {
        String what = operate();
        operations++;
        publish();
        compare(what);
      }
      drain();
    }
  }

  private String operate() {
    int kind = random.nextInt(100);
    if (kind < 20) {
      return claim();
    } else if (kind < 50) {
      return finish();
    } else if (kind < 62) {
      return prepare();
    } else if (kind < 65) {
      return each("cancel", job -> !job.isFlow, this::cancel);
    } else if (kind < 66) {
      return each("expire", job -> !job.isFlow, this::expire);
    } else if (kind < 72) {
      return each(
          "retry",
          job -> !job.isFlow && WorkflowModel.Status.RUNNING.compareTo(status(job)) < 0,
          this::retry);
    } else if (kind < 73) {
      return each(
          "run again",
          node -> node.id != null && (random.nextInt(9) == 0 || model.hasEnded(node)),
          this::runAgain);
    } else if (kind < 75) {
      return random.nextBoolean()
          ? each("retry all", node -> node.isFlow, this::retryFlow)
          : each("retry in bulk", node -> node.isFlow, this::retryInBulk);
    } else if (kind < 76) {
      return each("cancel all", node -> node.isFlow, this::cancelFlow);
    } else if (kind < 78) {
      return each("pause", node -> node.isFlow, this::pause);
    } else if (kind < 82) {
      return each("resume", node -> node.isFlow && node.isPaused, this::resume);
    } else if (kind < 85) {
      return each("add", this::isPlainFlow, this::grow);
    } else if (kind < 86) {
      return each("close", node -> this.isPlainFlow(node) && node.isOpen, this::closeFlow);
    } else if (kind < 87) {
      return lose();
    } else if (kind < 88) {
      return submit(1 + random.nextInt(10));
    } else {
      return two();
    }
  }

  private static Status status(Node job) {
    return Objects.requireNonNull(job.status);
  }

  private boolean isPlainFlow(Node node) {
    return node.isFlow && (node.name.startsWith("w") || node.name.startsWith("n"));
  }

  private @Nullable Node one(Predicate<Node> condition) {
    List<Node> all =
        model.nodes.stream().filter(node -> !node.isGone && condition.test(node)).toList();
    return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
  }

  private String each(String what, Predicate<Node> condition, Consumer<Node> action) {
    Node node = one(condition);
    if (node == null) {
      return "nothing";
    }
    String text = what + " " + node;
    try {
      action.accept(node);
    } catch (AssertionError e) {
      throw e;
    } catch (RuntimeException e) {
      throw new AssertionError(text, e);
    }
    return text;
  }

  private String submit(int tasks) {
    WorkflowGraph graph =
        new WorkflowGraph(random, model, FlowJobs.task(jobs), FlowJobs.event(jobs), names);
    Node after = random.nextBoolean() ? one(node -> node.isFlow && node.flow < 0) : null;
    WorkflowGraph.Made made = graph.make(tasks, after);
    names = graph.names();
    WorkflowGraphs.Graph rows =
        new WorkflowGraphs(newJobs).of(PlannedWorkflow.of(made.workflow()).plan());
    graph.identify(made, rows.rows());
    pointers.addAll(workflows.insert(rows.rows()).startable().pointers());
    model.settle();
    return "submit";
  }

  private String claim() {
    int limit = 1 + random.nextInt(8);
    List<ClaimedJob> claimed = claims.claimDue("w", TYPES, limit, Long.MAX_VALUE);
    long may = model.jobs(model::mayStart).size();
    assertThat(claimed).hasSize((int) Math.min(may, limit));
    claimed.forEach(this::start);
    return "claim";
  }

  private void start(ClaimedJob claimed) {
    Node job = model.of(claimed.id());
    assertThat(model.mayStart(job)).as("%s may start", job).isTrue();
    model.start(job);
    assertThat(claimed.headers().get(WorkflowGraph.FLOW)).as("%s has a header", job).isPresent();
    leases.put(job.id(), claimed.lease());
  }

  private record Ending(UUID jobId, End end) {}

  private List<Ending> endings(int limit) {
    List<Node> running = new ArrayList<>(model.jobs(job -> job.status == Status.RUNNING));
    List<Ending> some = new ArrayList<>();
    while (!running.isEmpty() && some.size() < limit) {
      Node job = running.remove(random.nextInt(running.size()));
      int kind = random.nextInt(20);
      some.add(
          new Ending(
              job.id(),
              kind < 10
                  ? End.COMPLETE
                  : kind < 14
                      ? End.FAIL
                      : kind < 17
                          ? End.TRY_AGAIN
                          : kind == 17 ? End.SNOOZE : kind == 18 ? End.RELEASE : End.CANCEL));
    }
    return some;
  }

  /** What is claimed with it: at most as many tasks as given. */
  private List<ClaimedJob> record(List<Ending> some, boolean settles, int limit) {
    if (some.isEmpty()) {
      return List.of();
    }
    List<AttemptEnd> ends = new ArrayList<>();
    for (Ending each : some) {
      Lease lease = Objects.requireNonNull(leases.get(each.jobId()));
      ends.add(
          switch (each.end()) {
            case COMPLETE ->
                new AttemptEnd.Completed(
                    lease, "{\"text\":\"" + model.of(each.jobId()).name + "\"}", 1);
            case FAIL -> new AttemptEnd.Failed(lease, FAILURE);
            case TRY_AGAIN -> new AttemptEnd.Retried(lease, FAILURE, Duration.ZERO);
            case SNOOZE -> new AttemptEnd.Snoozed(lease, Duration.ofDays(1));
            case RELEASE -> new AttemptEnd.Released(lease);
            case CANCEL -> new AttemptEnd.Cancelled(lease);
          });
    }
    if (!settles) {
      assertThat(outcomes.finish(ends)).hasSize(some.size());
      return List.of();
    }
    OutcomeStore.Finished finished = outcomes.finish(ends, new NextTasks("w", TYPES, limit));
    assertThat(finished.recorded()).hasSize(some.size());
    assertThat(finished.claimed()).hasSizeLessThanOrEqualTo(limit);
    pointers.addAll(finished.startable().pointers());
    return finished.claimed();
  }

  private static void apply(WorkflowModel model, List<Ending> some) {
    some.forEach(each -> model.end(model.of(each.jobId()), each.end()));
    model.settle();
  }

  private String finish() {
    List<Ending> some = endings(1 + random.nextInt(4));
    List<ClaimedJob> claimed = record(some, random.nextInt(3) > 0, random.nextInt(4));
    apply(model, some);
    // Follow-ups that come once more have ids of their own
    Map<String, String> unused = table();
    claimed.forEach(this::start);
    return "finish " + some + ", which starts " + claimed.stream().map(ClaimedJob::id).toList();
  }

  private void cancel(Node job) {
    JobService.CancelResult result = jobs.cancel(job.id(), Actor.of("ann"));
    assertThat(result != JobService.CancelResult.ALREADY_ENDED).isEqualTo(model.cancel(job));
    model.settle();
  }

  /** For the workflow of a waiting job, its expiry is a cancel. */
  private void expire(Node job) {
    boolean waits = status(job).compareTo(WorkflowModel.Status.RUNNING) < 0;
    execute("UPDATE tenon.live_jobs SET start_before = now() WHERE id = ?", job.id());
    assertThat(expiry.expire(leadership, expiry.find(null, 10)).values())
        .containsExactlyElementsOf(waits ? List.of(1) : List.of());
    if (waits) {
      assertThat(model.cancel(job)).isTrue();
      model.settle();
    }
    execute("UPDATE tenon.live_jobs SET start_before = NULL WHERE id = ?", job.id());
  }

  private void retry(Node job) {
    if (model.retry(job)) {
      jobs.retry(job.id(), Actor.of("ann"));
      model.settle();
    } else {
      assertThatThrownBy(() -> jobs.retry(job.id(), Actor.of("ann")))
          .isInstanceOf(JobStateException.class);
    }
  }

  private void retryFlow(Node flow) {
    int retried = jobs.workflows().retry(flow.id(), Actor.of("ann"));
    assertThat(retried).as("retried of %s", flow).isEqualTo(model.retryFlow(flow));
  }

  private void retryInBulk(Node flow) {
    JobOperation done =
        jobs.bulk()
            .retry(JobQuery.all().withWorkflowId(flow.id()), Actor.of("ann", "it is repaired"));
    assertThat(done.counts().changed())
        .as("retried in bulk of %s", flow)
        .isEqualTo(model.retryInBulk(flow));
  }

  private void runAgain(Node task) {
    UUID flow = task.flow < 0 ? task.id() : model.flowOf(task).id();
    WorkflowModel then = model.copy();
    int expected = then.runAgain(then.nodes.get(task.index));
    if (expected < 0) {
      assertThatThrownBy(() -> jobs.workflows().runAgainFrom(flow, task.id(), Actor.of("ann")))
          .isInstanceOfAny(IllegalStateException.class, IllegalArgumentException.class);
    } else {
      assertThat(jobs.workflows().runAgainFrom(flow, task.id(), Actor.of("ann")))
          .as("again from %s", task)
          .isEqualTo(expected);
      model = then;
    }
  }

  private void cancelFlow(Node flow) {
    int cancelled = jobs.workflows().cancel(flow.id(), Actor.of("ann"));
    assertThat(cancelled).as("cancelled of %s", flow).isEqualTo(model.cancelFlow(flow));
  }

  private void pause(Node flow) {
    jobs.workflows().pause(flow.id(), Actor.of("operator", "to see"));
    model.pause(flow);
  }

  private void resume(Node flow) {
    jobs.workflows().resume(flow.id(), Actor.of("ann"));
    model.resume(flow);
  }

  private void grow(Node flow) {
    List<Order> orders =
        random.nextBoolean()
            ? List.of(new Order("x" + names++, 1))
            : List.of(new Order("x" + names++, 1), new Order("x" + names++, 1));
    if (!model.mayGrow(flow)) {
      assertThatThrownBy(() -> jobs.workflows().add(flow.id(), FlowJobs.task(jobs), orders))
          .isInstanceOf(IllegalStateException.class);
      return;
    }
    List<UUID> ids = jobs.workflows().add(flow.id(), FlowJobs.task(jobs), orders);
    for (int i = 0; i < ids.size(); i++) {
      Node unused = model.grow(flow, ids.get(i), orders.get(i).name());
    }
    model.settle();
  }

  private void closeFlow(Node flow) {
    jobs.workflows().close(flow.id());
    flow.isOpen = false;
    model.settle();
  }

  private String lose() {
    List<RescueStore.Silent> silent =
        heartbeats.heartbeats(true).beats().stream()
            .map(beat -> new RescueStore.Silent(beat, true))
            .toList();
    var unused = rescues.rescue(leadership, silent, WorkflowModel.MAX_CRASHES, 10_000);
    model.jobs(job -> job.status == Status.RUNNING).forEach(model::lose);
    model.settle();
    workers.register("w", "here", 1, 10, Map.of());
    return "lose the worker";
  }

  private String prepare() {
    int percent = random.nextInt(100);
    return prepare(percent < 60 ? 0 : percent < 75 ? 1 : percent < 90 ? 2 : 3);
  }

  /**
   * Makes payloads of everything that is ready.
   *
   * @param kind 0 makes payloads, 1 finds the tasks not needed, 2 fails, 3 leaves some to others
   */
  private String prepare(int kind) {
    List<Consumer<WorkflowModel>> changes = new ArrayList<>();
    Set<UUID> seen = new HashSet<>();
    StartableJobs startable =
        preparations.prepare(
            TYPES.keySet(),
            MAX_PREPARED,
            Fixture.PATIENCE,
            task -> prepared(task, kind, seen, changes));
    Set<UUID> expected = new HashSet<>();
    model.nodes.stream()
        .filter(node -> node.status == Status.UNMADE)
        .forEach(node -> expected.add(node.id()));
    assertThat(seen).as("what is prepared").isEqualTo(expected);
    changes.forEach(change -> change.accept(model));
    model.settle();
    pointers.addAll(startable.pointers());
    if (kind == 3) {
      execute("UPDATE tenon.workflow_tasks SET prepare_at = now() WHERE prepare_at IS NOT NULL");
    }
    return "prepare " + kind + " of " + seen.size();
  }

  private Prepared prepared(
      PreparationStore.Ready task,
      int kind,
      Set<UUID> seen,
      List<Consumer<WorkflowModel>> changes) {
    assertThat(seen.add(task.id())).isTrue();
    Node node = model.of(task.id());
    for (PreparationStore.Results results : task.results()) {
      assertThat(results.results()).allMatch(result -> result.json() != null);
    }
    if (kind == 3) {
      return new Prepared.LeftToOthers();
    }
    if (kind == 2) {
      changes.add(now -> now.nodes.get(node.index).status = Status.FAILED);
      return new Prepared.Failed(JobError.Reason.EXCEPTION, "Failed", "failed");
    }
    if (kind == 1 && !task.isForEach()) {
      changes.add(
          now -> {
            now.nodes.get(node.index).status = Status.SKIPPED;
            now.nodes.get(node.index).isMade = true;
          });
      return new Prepared.NotNeeded();
    }
    List<NewJob> made = new ArrayList<>();
    int count = task.isForEach() ? random.nextInt(4) : 1;
    for (int i = 0; i < count; i++) {
      String name = task.isForEach() ? "p" + names++ : node.name;
      NewJob job =
          newJobs
              .of(
                  FlowJobs.TASK,
                  new Order(name, 1),
                  -1,
                  SubmitOptions.by("t").withHeaders(task.headers()))
              .in(new NewJob.InWorkflow(task.workflowId(), false));
      made.add(job);
      if (task.isForEach()) {
        changes.add(
            now -> {
              Node unused = now.grow(now.nodes.get(node.index), job.id(), name);
            });
      }
    }
    changes.add(
        now -> {
          Node of = now.nodes.get(node.index);
          of.isMade = true;
          of.status = of.isFlow ? null : Status.DUE;
        });
    return new Prepared.Jobs(made);
  }

  // Two at the same moment: what comes of it is what comes of one after the other

  private record Operation(String what, Runnable real, Consumer<WorkflowModel> modelled) {}

  private Operation operation(Set<UUID> taken) {
    int kind = random.nextInt(4);
    if (kind < 2) {
      List<Ending> some =
          endings(1 + random.nextInt(3)).stream().filter(each -> taken.add(each.jobId())).toList();
      boolean settles = random.nextBoolean();
      return new Operation(
          "finish " + some, () -> record(some, settles, 0), now -> apply(now, some));
    }
    Node job = one(node -> !node.isFlow && node.id != null && !taken.contains(node.id));
    if (job == null) {
      return new Operation("nothing", () -> {}, now -> {});
    }
    UUID id = job.id();
    taken.add(id);
    if (kind == 2) {
      return new Operation(
          "cancel " + job,
          () -> {
            var unused = jobs.cancel(id, Actor.of("ann"));
          },
          now -> {
            boolean unused = now.cancel(now.of(id));
            now.settle();
          });
    }
    return new Operation(
        "retry " + job,
        () -> {
          boolean unused =
              controls.retryUnlessStopped(
                  id, ChangeByHand.of("retry job", id.toString(), Actor.of("ann")));
        },
        now -> {
          boolean unused = now.retry(now.of(id));
          now.settle();
        });
  }

  private String two() {
    Set<UUID> taken = new HashSet<>();
    Operation first = operation(taken);
    Operation second = operation(taken);
    String what = "both " + first.what() + " and " + second.what();
    CyclicBarrier start = new CyclicBarrier(2);
    List<Future<?>> both =
        List.of(
            threads.submit(() -> begin(start, first)), threads.submit(() -> begin(start, second)));
    for (Future<?> each : both) {
      try {
        each.get();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } catch (ExecutionException e) {
        throw new AssertionError(what, e);
      }
    }
    WorkflowModel one = model.copy();
    WorkflowModel other = model.copy();
    first.modelled().accept(one);
    second.modelled().accept(one);
    second.modelled().accept(other);
    first.modelled().accept(other);
    model = one;
    Map<String, String> found = table();
    if (!found.equals(expected())) {
      model = other;
      found = table();
      if (!found.equals(expected())) {
        model = one;
      }
    }
    return what;
  }

  private static void begin(CyclicBarrier start, Operation operation) {
    try {
      start.await();
    } catch (InterruptedException | java.util.concurrent.BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
    operation.real().run();
  }

  /** What the broker has confirmed; or the process dies before. */
  private void publish() {
    List<PublishedPointer> confirmed = new ArrayList<>();
    for (JobPointer each = pointers.poll(); each != null; each = pointers.poll()) {
      confirmed.add(new PublishedPointer(each, each.jobId()));
    }
    if (!confirmed.isEmpty() && random.nextBoolean()) {
      publishes.markQueued(confirmed);
    }
  }

  // Many at the same moment, so that nobody can say what comes of it: but it fits together

  /** Four do what they like for a while, none is refused, and then everything ends. */
  void storm(int tasks, Duration time) {
    for (int i = 0; i < 3; i++) {
      String unused = submit(tasks);
    }
    List<UUID> jobIds = model.jobs(job -> true).stream().map(Node::id).toList();
    List<UUID> flowIds = model.flows(flow -> true).stream().map(Node::id).toList();
    long end = System.nanoTime() + time.toNanos();
    ExecutorService storm = Executors.newFixedThreadPool(4);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Random own = new Random(random.nextLong());
      String worker = "w" + i;
      all.add(
          storm.submit(
              () -> {
                while (System.nanoTime() < end) {
                  if (own.nextInt(3) > 0) {
                    work(worker, own, 4);
                  } else if (own.nextBoolean()) {
                    makeAll();
                  } else {
                    control(
                        own,
                        jobIds.get(own.nextInt(jobIds.size())),
                        flowIds.get(own.nextInt(flowIds.size())));
                  }
                }
              }));
    }
    storm.shutdown();
    for (Future<?> each : all) {
      try {
        each.get();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } catch (ExecutionException e) {
        throw new AssertionError("Somebody was refused", e);
      }
    }
    for (Node flow : model.flows(node -> node.flow < 0)) {
      jobs.workflows().resume(flow.id(), Actor.of("ann"));
    }
    model.flows(this::isPlainFlow).forEach(flow -> jobs.workflows().close(flow.id()));
    execute(
        "UPDATE tenon.live_jobs SET run_at = now() WHERE status = 'pending' AND run_at <"
            + " tenon.never()");
    boolean isUnfinished = true;
    while (isUnfinished) {
      boolean made = makeAll();
      isUnfinished = work("last", null, 50) > 0 || made;
    }
    for (String broken : NOTHING_OF) {
      assertThat(number(broken)).as(broken).isZero();
    }
  }

  /** What must not be there when everything has ended. */
  private static final List<String> NOTHING_OF =
      List.of(
          "SELECT count(*) FROM tenon.live_jobs",
          // Each job has what was submitted, and how it stands, once
          "SELECT count(*) FROM tenon.job_data d"
              + " WHERE (SELECT count(*) FROM tenon.job_states s WHERE s.id = d.id) <> 1",
          "SELECT count(*) FROM tenon.job_states s WHERE NOT EXISTS ("
              + "SELECT FROM tenon.job_data d WHERE d.type = s.type AND d.id = s.id)",
          "SELECT count(*) FROM tenon.workflows WHERE outcome IS NULL OR unsettled <> 0 OR"
              + " unattempted <> 0",
          "SELECT count(*) FROM tenon.workflow_changes",
          // The headers of a workflow are those of its jobs and of its tasks that are workflows
          "SELECT count(*) FROM tenon.job_data d JOIN tenon.workflows w ON w.id = d.workflow_id"
              + " WHERE d.headers IS DISTINCT FROM w.headers OR d.headers IS NULL",
          "SELECT count(*) FROM tenon.workflows w JOIN tenon.workflows p ON p.id = w.parent_id"
              + " WHERE w.headers IS DISTINCT FROM p.headers",
          "SELECT count(*) FROM tenon.job_data d WHERE NOT EXISTS (SELECT FROM tenon.job_headers h"
              + " WHERE h.name = 'flow' AND h.value = d.headers ->> 'flow' AND h.id = d.id)",
          "SELECT count(*) FROM tenon.workflows WHERE open_follow_ups <> 0",
          """
          SELECT count(*) FROM tenon.workflow_tasks s WHERE NOT s.is_released AND (
            s.waits_for <> (SELECT count(*) FROM tenon.workflow_edges e WHERE e.successor = s.id AND e.state = 'waiting')
            OR s.broken <> (SELECT count(*) FROM tenon.workflow_edges e WHERE e.successor = s.id AND e.state = 'broken'))
          """,
          """
          SELECT count(*) FROM tenon.workflow_edges e
          JOIN tenon.workflow_tasks s ON s.id = e.successor
          LEFT JOIN tenon.jobs j ON j.id = e.predecessor
          LEFT JOIN tenon.workflows w ON w.id = e.predecessor
          WHERE NOT e.leads_out AND s.workflow_id IS DISTINCT FROM coalesce(j.workflow_id, w.parent_id)
            AND s.workflow_id IS DISTINCT FROM w.id
          """,
          """
          SELECT count(*) FROM tenon.workflows w CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE m.status = 'completed') AS completed,
              count(*) FILTER (WHERE m.status = 'failed') AS failed,
              count(*) FILTER (WHERE m.status = 'cancelled') AS cancelled,
              count(*) FILTER (WHERE m.status = 'skipped') AS skipped
            FROM (
              SELECT CASE WHEN s.is_stopped THEN 'skipped' ELSE j.status END AS status
              FROM tenon.jobs j LEFT JOIN tenon.workflow_tasks s ON s.id = j.id
              WHERE j.workflow_id = w.id AND s.is_follow_up IS NOT TRUE
              UNION ALL
              SELECT c.outcome FROM tenon.workflows c WHERE c.parent_id = w.id
              UNION ALL
              SELECT 'cancelled' FROM tenon.workflow_tasks s WHERE s.id = w.id AND s.error IS NOT NULL) AS m) AS found
          WHERE w.completed <> found.completed OR w.failed <> found.failed OR w.cancelled <> found.cancelled
            OR w.skipped <> found.skipped
          """);

  private long number(String sql) {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private int work(String worker, @Nullable Random own, int limit) {
    List<AttemptEnd> ends = new ArrayList<>();
    for (ClaimedJob claimed : claims.claimDue(worker, TYPES, limit, Long.MAX_VALUE)) {
      int kind = own == null ? 0 : own.nextInt(8);
      Lease lease = claimed.lease();
      ends.add(
          kind == 6
              ? new AttemptEnd.Retried(lease, FAILURE, Duration.ZERO)
              : kind > 3
                  ? new AttemptEnd.Failed(lease, FAILURE)
                  : new AttemptEnd.Completed(lease, "{\"text\":\"done\"}", 1));
    }
    if (!ends.isEmpty()) {
      assertThat(
              untilNobodyIsInTheWay(() -> outcomes.finish(ends, new NextTasks("w", TYPES, 0)))
                  .recorded())
          .hasSize(ends.size());
      operations++;
    }
    return ends.size();
  }

  /**
   * What is done in the background is done again if a deadlock has ended it, or somebody has held a
   * row for too long, as happens on a busy machine.
   */
  private static <T> T untilNobodyIsInTheWay(Supplier<T> work) {
    while (true) {
      try {
        return work.get();
      } catch (StoreException e) {
        boolean isHeld =
            e instanceof StoreUnavailableException unavailable && unavailable.isHeldByOthers();
        if (!isHeld && !"40P01".equals(e.sqlState())) {
          throw e;
        }
      }
    }
  }

  private boolean makeAll() {
    List<UUID> made = new ArrayList<>();
    var unused =
        preparations.prepare(
            TYPES.keySet(),
            MAX_PREPARED,
            Fixture.PATIENCE,
            task -> {
              made.add(task.id());
              List<NewJob> some = new ArrayList<>();
              for (int i = 0; i < (task.isForEach() ? 2 : 1); i++) {
                some.add(
                    newJobs
                        .of(
                            FlowJobs.TASK,
                            new Order("made", 1),
                            -1,
                            SubmitOptions.by("t").withHeaders(task.headers()))
                        .in(new NewJob.InWorkflow(task.workflowId(), false)));
              }
              return new Prepared.Jobs(some);
            });
    return !made.isEmpty();
  }

  private void control(Random own, UUID jobId, UUID flowId) {
    switch (own.nextInt(8)) {
      case 0, 1 -> {
        var unused = jobs.cancel(jobId, Actor.of("ann"));
      }
      case 2, 3 -> {
        boolean unused =
            controls.retryUnlessStopped(
                jobId, ChangeByHand.of("retry job", jobId.toString(), Actor.of("ann")));
      }
      case 4 -> {
        int unused = jobs.workflows().cancel(flowId, Actor.of("ann"));
      }
      case 5 -> {
        int unused = jobs.workflows().retry(flowId, Actor.of("ann"));
      }
      case 6 -> jobs.workflows().pause(flowId, Actor.of("operator", "to see"));
      default -> jobs.workflows().resume(flowId, Actor.of("ann"));
    }
  }

  // What is in the tables, and what is to be there

  void compare(String after) {
    Map<String, String> found = table();
    Map<String, String> expected = expected();
    if (!found.equals(expected)) {
      List<String> different = new ArrayList<>();
      Set<String> keys = new HashSet<>(found.keySet());
      keys.addAll(expected.keySet());
      for (String key : keys) {
        if (!Objects.equals(found.get(key), expected.get(key))) {
          different.add(
              "%s is %s and not %s; %s"
                  .formatted(key, found.get(key), expected.get(key), describe(key)));
        }
      }
      throw new AssertionError("After %s: %s".formatted(after, String.join("\n", different)));
    }
  }

  private String describe(String key) {
    Node node =
        model.nodes.stream()
            .filter(each -> each.id != null && key.equals(each.id.toString()))
            .findFirst()
            .orElse(null);
    if (node == null) {
      return "the tables or the model do not know it";
    }
    return node
        + " in "
        + (node.flow < 0 ? "none" : model.flowOf(node))
        + " after "
        + node.edges.stream()
            .map(edge -> edge.condition() + " of " + model.nodes.get(edge.before()))
            .toList();
  }

  private Map<String, String> expected() {
    Map<String, String> all = new TreeMap<>();
    for (Node node : model.nodes) {
      if (node.isGone) {
        continue;
      }
      String id = node.id == null ? "?" + node.name : node.id.toString();
      all.put(id, node.isFlow ? flow(node) : job(node));
    }
    return all;
  }

  private String job(Node job) {
    return switch (status(job)) {
      case WAITING, UNMADE -> "pending never";
      case DUE ->
          model.flowOf(job).isPaused
              ? "pending never"
              : job.isLater ? "pending later" : "pending due";
      case RUNNING -> job.cancelRequested ? "running until it is cancelled" : "running";
      case COMPLETED -> "completed";
      case FAILED -> "failed";
      case CANCELLED -> "cancelled";
      case SKIPPED -> "skipped";
    };
  }

  private String flow(Node flow) {
    Map<Status, Integer> ended = new TreeMap<>();
    boolean isAsOne = flow.status == Status.FAILED || flow.status == Status.CANCELLED;
    if (isAsOne) {
      ended.put(Objects.requireNonNull(flow.status), 1);
    }
    for (int member : flow.members) {
      Status outcome = model.outcome(model.nodes.get(member));
      if (outcome != null) {
        ended.merge(outcome, 1, Integer::sum);
      }
    }
    int members = flow.members.size() + (isAsOne ? 1 : 0);
    return text(
        model.outcome(flow) == null
            ? null
            : Objects.requireNonNull(model.outcome(flow)).name().toLowerCase(java.util.Locale.ROOT),
        members,
        members - ended.values().stream().mapToInt(Integer::intValue).sum(),
        ended.getOrDefault(Status.COMPLETED, 0),
        ended.getOrDefault(Status.FAILED, 0),
        ended.getOrDefault(Status.CANCELLED, 0),
        ended.getOrDefault(Status.SKIPPED, 0),
        model.isAttempted(flow));
  }

  private static String text(
      @Nullable String outcome,
      int members,
      int unsettled,
      int completed,
      int failed,
      int cancelled,
      int skipped,
      boolean isAttempted) {
    return "%s: %d members, %d unsettled, %d completed, %d failed, %d cancelled, %d skipped%s"
        .formatted(
            outcome,
            members,
            unsettled,
            completed,
            failed,
            cancelled,
            skipped,
            isAttempted ? ", attempted" : "");
  }

  private Map<String, String> table() {
    Map<String, String> all = new TreeMap<>();
    Map<String, UUID> unknown = new HashMap<>();
    try (Connection connection = source.getConnection();
        PreparedStatement selectJobs =
            connection.prepareStatement(
                """
                SELECT j.id, CASE
                  WHEN j.status = 'cancelled' AND s.is_stopped THEN 'skipped'
                  WHEN j.status = 'running' AND j.cancel_requested_at IS NOT NULL
                    THEN 'running until it is cancelled'
                  WHEN j.status NOT IN ('pending', 'queued') THEN j.status
                  WHEN j.run_at = tenon.never() THEN j.status || ' never'
                  WHEN j.run_at > clock_timestamp() THEN 'pending later'
                  ELSE 'pending due' END,
                  j.payload ->> 'name', s.is_follow_up IS TRUE
                FROM tenon.jobs j LEFT JOIN tenon.workflow_tasks s ON s.id = j.id
                """);
        ResultSet jobRows = selectJobs.executeQuery()) {
      while (jobRows.next()) {
        UUID id = jobRows.getObject(1, UUID.class);
        all.put(id.toString(), jobRows.getString(2));
        if (jobRows.getBoolean(4) && !model.knows(id)) {
          unknown.put(jobRows.getString(3), id);
        }
      }
      for (Node node : model.nodes) {
        UUID id = unknown.get(node.name);
        if (node.isFollowUp() && node.id == null && id != null) {
          model.identify(node, id);
        }
      }
      try (PreparedStatement selectFlows =
              connection.prepareStatement("SELECT * FROM tenon.workflows");
          ResultSet row = selectFlows.executeQuery()) {
        while (row.next()) {
          all.put(
              row.getString("id"),
              text(
                  row.getString("outcome"),
                  row.getInt("members"),
                  row.getInt("unsettled"),
                  row.getInt("completed"),
                  row.getInt("failed"),
                  row.getInt("cancelled"),
                  row.getInt("skipped"),
                  row.getBoolean("is_attempted")));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return all;
  }

  /** Everything that can run runs, and then nothing waits. */
  private void drain() {
    for (Node flow : model.flows(node -> node.isPaused)) {
      resume(flow);
    }
    for (Node flow : model.flows(node -> isPlainFlow(node) && node.isOpen)) {
      closeFlow(flow);
    }
    execute(
        "UPDATE tenon.live_jobs SET run_at = now() WHERE status = 'pending' AND run_at <"
            + " tenon.never()");
    model.jobs(job -> job.isLater).forEach(job -> job.isLater = false);
    boolean isUnfinished = true;
    while (isUnfinished) {
      var made = prepare(0);
      var claimed = claim();
      List<Ending> all =
          model.jobs(job -> job.status == Status.RUNNING).stream()
              .map(job -> new Ending(job.id(), End.COMPLETE))
              .toList();
      record(all, true, 0);
      apply(model, all);
      compare("draining: " + made + ", " + claimed);
      isUnfinished =
          model.nodes.stream()
              .anyMatch(
                  node ->
                      node.status == Status.UNMADE
                          || node.status == Status.DUE
                          || node.status == Status.RUNNING);
    }
    Collection<Node> stuck =
        model.nodes.stream()
            .filter(node -> !node.isFollowUp() && model.outcome(node) == null)
            .toList();
    assertThat(stuck).as("what is stuck").isEmpty();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    execute("TRUNCATE tenon.leaders");
  }
}
