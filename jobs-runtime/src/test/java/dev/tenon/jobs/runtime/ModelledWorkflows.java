package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.runtime.WorkflowModel.Node;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A few workflows in the real tables, what the model says of them, and the random choices that are
 * made for both. Not thread-safe.
 */
final class ModelledWorkflows implements AutoCloseable {

  final Random random;
  final WorkflowDatabase database;
  final WorkflowModel model = new WorkflowModel();
  private int names;

  ModelledWorkflows(long seed, DataSource source) {
    this.random = new Random(seed);
    this.database = new WorkflowDatabase(source);
  }

  /** Returns a name that nothing else has. */
  String newName(String prefix) {
    return prefix + names++;
  }

  /** Submits a random workflow, which may wait for another one. */
  void submit(int tasks) {
    JobService jobs = database.jobs();
    WorkflowGraph graph =
        new WorkflowGraph(random, model, FlowJobs.task(jobs), FlowJobs.event(jobs), names);
    Node after = random.nextBoolean() ? one(node -> node.isFlow && node.flow < 0) : null;
    WorkflowGraph.Made made = graph.make(tasks, after);
    names = graph.names();
    graph.identify(made, database.submit(made.workflow()));
    model.settle();
  }

  /** Chooses a job or a workflow; returns null if there is none. */
  @Nullable Node one(Predicate<Node> condition) {
    List<Node> all =
        model.nodes.stream().filter(node -> !node.isGone && condition.test(node)).toList();
    return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
  }

  /** Returns true for a workflow that is not a task with many jobs. */
  static boolean isPlainFlow(Node node) {
    return node.isFlow && (node.name.startsWith("w") || node.name.startsWith("n"));
  }

  @Override
  public void close() {
    database.close();
  }
}
