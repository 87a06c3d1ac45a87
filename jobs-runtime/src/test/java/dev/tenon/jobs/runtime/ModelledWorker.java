package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.OutcomeStore;
import dev.tenon.jobs.internal.workflow.PreparationStore;
import dev.tenon.jobs.internal.workflow.PreparationStore.Prepared;
import dev.tenon.jobs.runtime.WorkflowModel.End;
import dev.tenon.jobs.runtime.WorkflowModel.Node;
import dev.tenon.jobs.runtime.WorkflowModel.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Does what a worker and maintenance do with jobs, in the tables and in the model: jobs are
 * claimed, end, expire and are rescued, and payloads are made. Not thread-safe.
 */
final class ModelledWorker {

  private final ModelledWorkflows workflows;
  private final WorkflowDatabase database;
  private final WorkflowModel model;
  private final Random random;
  private final WorkflowComparison comparison;
  private final Map<UUID, Lease> leases = new HashMap<>();

  ModelledWorker(ModelledWorkflows workflows, WorkflowComparison comparison) {
    this.workflows = workflows;
    this.database = workflows.database;
    this.model = workflows.model;
    this.random = workflows.random;
    this.comparison = comparison;
  }

  // Attempts begin

  String claim() {
    int limit = 1 + random.nextInt(8);
    List<ClaimedJob> claimed = database.claim(WorkflowDatabase.WORKER, limit);
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

  // Attempts end

  /** How the attempt of a job ends. */
  record Ending(UUID jobId, End end) {}

  /** Chooses how some of the attempts that run end. */
  List<Ending> endings(int limit) {
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

  /** Records them in the tables, and returns what is claimed with them: up to a limit. */
  List<ClaimedJob> record(List<Ending> some, boolean settles, int limit) {
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
            case FAIL -> new AttemptEnd.Failed(lease, WorkflowDatabase.FAILURE);
            case TRY_AGAIN ->
                new AttemptEnd.Retried(lease, WorkflowDatabase.FAILURE, Duration.ZERO);
            case SNOOZE -> new AttemptEnd.Snoozed(lease, Duration.ofDays(1));
            case RELEASE -> new AttemptEnd.Released(lease);
            case CANCEL -> new AttemptEnd.Cancelled(lease);
          });
    }
    if (!settles) {
      assertThat(database.finish(ends)).hasSize(some.size());
      return List.of();
    }
    OutcomeStore.Finished finished = database.finish(ends, limit);
    assertThat(finished.recorded()).hasSize(some.size());
    assertThat(finished.claimed()).hasSizeLessThanOrEqualTo(limit);
    return finished.claimed();
  }

  /** Does the same to a model. */
  static void apply(WorkflowModel model, List<Ending> some) {
    some.forEach(each -> model.end(model.of(each.jobId()), each.end()));
    model.settle();
  }

  String finish() {
    List<Ending> some = endings(1 + random.nextInt(4));
    List<ClaimedJob> claimed = record(some, random.nextInt(3) > 0, random.nextInt(4));
    apply(model, some);
    // Follow-ups that come once more have ids of their own
    comparison.identifyFollowUps(model);
    claimed.forEach(this::start);
    return "finish " + some + ", which starts " + claimed.stream().map(ClaimedJob::id).toList();
  }

  /** Everything that runs completes. */
  void completeAll() {
    List<Ending> all =
        model.jobs(job -> job.status == Status.RUNNING).stream()
            .map(job -> new Ending(job.id(), End.COMPLETE))
            .toList();
    List<ClaimedJob> unused = record(all, true, 0);
    apply(model, all);
  }

  // Maintenance

  /** For the workflow of a waiting job, its expiry is a cancel. */
  void expire(Node job) {
    boolean waits = job.status().compareTo(Status.RUNNING) < 0;
    database.execute("UPDATE tenon.live_jobs SET start_before = now() WHERE id = ?", job.id());
    assertThat(database.expire()).containsExactlyElementsOf(waits ? List.of(1) : List.of());
    if (waits) {
      assertThat(model.cancel(job)).isTrue();
      model.settle();
    }
    database.execute("UPDATE tenon.live_jobs SET start_before = NULL WHERE id = ?", job.id());
  }

  String lose() {
    database.loseWorker();
    model.jobs(job -> job.status == Status.RUNNING).forEach(model::lose);
    model.settle();
    return "lose the worker";
  }

  // Payloads

  String prepare() {
    int percent = random.nextInt(100);
    return prepare(percent < 60 ? 0 : percent < 75 ? 1 : percent < 90 ? 2 : 3);
  }

  /**
   * Makes payloads of everything that is ready.
   *
   * @param kind 0 makes payloads, 1 finds the tasks not needed, 2 fails, 3 leaves some to others
   */
  String prepare(int kind) {
    List<Consumer<WorkflowModel>> changes = new ArrayList<>();
    Set<UUID> seen = new HashSet<>();
    database.prepare(task -> prepared(task, kind, seen, changes));
    Set<UUID> expected = new HashSet<>();
    model.nodes.stream()
        .filter(node -> node.status == Status.UNMADE)
        .forEach(node -> expected.add(node.id()));
    assertThat(seen).as("what is prepared").isEqualTo(expected);
    changes.forEach(change -> change.accept(model));
    model.settle();
    if (kind == 3) {
      database.execute(
          "UPDATE tenon.workflow_tasks SET prepare_at = now() WHERE prepare_at IS NOT NULL");
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
      String name = task.isForEach() ? workflows.newName("p") : node.name;
      NewJob job = database.job(task, name);
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
}
