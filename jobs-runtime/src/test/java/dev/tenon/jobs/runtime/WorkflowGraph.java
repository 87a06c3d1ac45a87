package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Header;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.definition.TaskCondition;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.workflow.NewGraph;
import dev.tenon.jobs.runtime.WorkflowModel.Edge;
import dev.tenon.jobs.runtime.WorkflowModel.Node;
import dev.tenon.jobs.runtime.WorkflowModel.Status;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Puts a random workflow together, as users do, and says the same to the model. Not thread-safe.
 */
final class WorkflowGraph {

  /** The name of the outermost workflow, in each of its jobs. */
  static final Header<String> FLOW = Header.ofString("flow");

  private final Random random;
  private final WorkflowModel model;
  private final TypedJobs<Order, Receipt> type;
  private final TypedJobs<Order, Receipt> event;
  private int tasksLeft;
  private int names;

  WorkflowGraph(
      Random random,
      WorkflowModel model,
      TypedJobs<Order, Receipt> type,
      TypedJobs<Order, Receipt> event,
      int names) {
    this.random = random;
    this.model = model;
    this.type = type;
    this.event = event;
    this.names = names;
  }

  /** A task in both worlds. */
  private record Both(Task<?> task, Node node, boolean isOne, boolean isMany) {}

  /** A workflow that was put together. */
  record Made(Workflow workflow, Node node) {}

  int names() {
    return names;
  }

  Made make(int tasks, @Nullable Node after) {
    tasksLeft = tasks;
    String name = "w" + names++;
    Workflow workflow = Workflow.named(name).submittedBy("t").withHeader(FLOW, name);
    Node node = model.add(-1, true);
    node.name = workflow.name();
    List<Edge> before = new ArrayList<>();
    if (after != null) {
      workflow.after(after.id());
      before.add(new Edge(after.index, TaskCondition.SUCCEEDED));
    }
    if (random.nextInt(4) == 0) {
      workflow.leftOpen();
      node.isOpen = true;
    }
    fill(workflow, node, before, 0);
    waitForAll(node, before);
    return new Made(workflow, node);
  }

  private void fill(Workflow workflow, Node flow, List<Edge> inherited, int depth) {
    List<Both> made = new ArrayList<>();
    int count = depth == 0 ? tasksLeft : random.nextInt(6);
    for (int i = 0; i < count && tasksLeft > 0; i++) {
      tasksLeft--;
      made.add(add(workflow, flow, made, inherited, depth));
    }
    for (TaskCondition condition :
        List.of(
            TaskCondition.FIRST_FAILURE,
            TaskCondition.ALL_ATTEMPTED,
            TaskCondition.SUCCEEDED,
            TaskCondition.ENDED)) {
      if (random.nextInt(3) > 0) {
        followUp(workflow, flow, condition);
      }
    }
  }

  private void followUp(Workflow workflow, Node flow, TaskCondition condition) {
    Order payload = new Order("e" + names++, 1);
    Node node = model.add(flow.index, false);
    node.name = payload.name();
    node.event = condition;
    node.status = Status.WAITING;
    node.edges.add(new Edge(flow.index, condition));
    flow.followUps.add(node.index);
    Task<?> unused =
        switch (condition) {
          case FIRST_FAILURE -> workflow.onFirstFailure(event, payload);
          case ALL_ATTEMPTED -> workflow.onAllAttempted(event, payload);
          case SUCCEEDED -> workflow.onAllSucceeded(event, payload);
          default -> workflow.onAllSettled(event, payload);
        };
  }

  private Both add(Workflow workflow, Node flow, List<Both> made, List<Edge> inherited, int depth) {
    List<Both> ones = made.stream().filter(Both::isOne).toList();
    List<Both> manies = made.stream().filter(Both::isMany).toList();
    int kind = random.nextInt(12);
    if (kind < 2) {
      return many(workflow, flow, made, inherited);
    }
    if (kind == 2 && depth < 2) {
      return nested(workflow, flow, made, inherited, depth);
    }
    if (kind == 3 && !ones.isEmpty()) {
      return forEach(workflow, flow, made, one(ones), inherited);
    }
    if (kind == 4 && !manies.isEmpty()) {
      return ofMany(workflow, flow, made, one(manies), inherited);
    }
    if (kind == 5 && !ones.isEmpty()) {
      return ofOne(workflow, flow, made, one(ones), inherited);
    }
    if (kind == 6 && !ones.isEmpty()) {
      return ofTwo(workflow, flow, made, one(ones), one(ones), inherited);
    }
    String name = "j" + names++;
    return job(
        workflow, workflow.add(type, new Order(name, 1)), flow, made, List.of(), inherited, name);
  }

  private <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private Node member(Node flow, boolean isFlow, String name) {
    Node node = model.add(flow.index, isFlow);
    node.name = name;
    flow.members.add(node.index);
    return node;
  }

  private Both job(
      Workflow workflow,
      Task<?> task,
      Node flow,
      List<Both> made,
      List<Edge> results,
      List<Edge> inherited,
      String name) {
    Node node = member(flow, false, name);
    node.hasInput = !results.isEmpty();
    node.edges.addAll(results);
    wait(workflow, task, node.edges, made, inherited);
    node.status = node.edges.isEmpty() ? Status.DUE : Status.WAITING;
    return new Both(task, node, true, false);
  }

  /** What it waits for: some of the tasks before it, and what its workflow waits for. */
  private void wait(
      Workflow workflow, Task<?> task, List<Edge> edges, List<Both> made, List<Edge> inherited) {
    int count = made.isEmpty() ? 0 : random.nextInt(3);
    for (int i = 0; i < count; i++) {
      Both before = random.nextBoolean() ? made.get(made.size() - 1) : one(made);
      switch (random.nextInt(6)) {
        case 0 -> {
          task.afterEndOf(before.task());
          edges.add(new Edge(before.node().index, TaskCondition.ENDED));
        }
        case 1 -> {
          task.afterFailureOf(before.task());
          edges.add(new Edge(before.node().index, TaskCondition.FAILED));
        }
        case 2 -> {
          if (!before.isMany()) {
            break;
          }
          task.after(workflow.completedOf(receipts(before)));
          edges.add(new Edge(before.node().index, TaskCondition.NOT_SKIPPED));
        }
        default -> {
          task.after(before.task());
          edges.add(new Edge(before.node().index, TaskCondition.SUCCEEDED));
        }
      }
    }
    // Whatever waits for the success of a task of the workflow waits for all that this one does
    if (edges.stream().noneMatch(edge -> edge.condition() == TaskCondition.SUCCEEDED)) {
      edges.addAll(inherited);
    }
  }

  /** What all of a workflow waits for: itself, if it has nothing else. */
  private static void waitForAll(Node flow, List<Edge> edges) {
    if (!flow.members.isEmpty() || flow.isOpen) {
      flow.gates.addAll(edges);
    } else if (!edges.isEmpty()) {
      flow.edges.addAll(edges);
      flow.status = Status.WAITING;
    }
  }

  private Both many(Workflow workflow, Node flow, List<Both> made, List<Edge> inherited) {
    List<Order> orders = new ArrayList<>();
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      orders.add(new Order("m" + names++, 1));
    }
    Task<List<Receipt>> task = workflow.addAll(type, orders);
    Node node = member(flow, true, "many");
    List<Edge> edges = new ArrayList<>();
    wait(workflow, task, edges, made, inherited);
    for (Order order : orders) {
      Node job = member(node, false, order.name());
      job.edges.addAll(edges);
      job.status = edges.isEmpty() ? Status.DUE : Status.WAITING;
    }
    waitForAll(node, edges);
    return new Both(task, node, false, true);
  }

  private Both nested(
      Workflow workflow, Node flow, List<Both> made, List<Edge> inherited, int depth) {
    Workflow inner = Workflow.named("n" + names++);
    Task<Void> task = workflow.add(inner);
    Node node = member(flow, true, inner.name());
    List<Edge> edges = new ArrayList<>();
    wait(workflow, task, edges, made, inherited);
    if (random.nextInt(5) == 0) {
      inner.leftOpen();
      node.isOpen = true;
    }
    fill(inner, node, edges, depth + 1);
    waitForAll(node, edges);
    return new Both(task, node, false, false);
  }

  @SuppressWarnings("unchecked") // isOne: the task has one job, and all jobs give receipts
  private static Task<Receipt> receipt(Both both) {
    return (Task<Receipt>) both.task();
  }

  @SuppressWarnings("unchecked") // isMany
  private static Task<List<Receipt>> receipts(Both both) {
    return (Task<List<Receipt>>) both.task();
  }

  private static Edge succeeded(Both both) {
    return new Edge(both.node().index, TaskCondition.SUCCEEDED);
  }

  private Both forEach(
      Workflow workflow, Node flow, List<Both> made, Both before, List<Edge> inherited) {
    Task<List<Receipt>> task = workflow.addEach(type, FlowJobs.EACH_CHARACTER, receipt(before));
    Node node = member(flow, true, "each");
    node.isForEach = true;
    node.hasInput = true;
    node.edges.add(succeeded(before));
    wait(workflow, task, node.edges, made, inherited);
    node.status = Status.WAITING;
    return new Both(task, node, false, true);
  }

  private Both ofOne(
      Workflow workflow, Node flow, List<Both> made, Both before, List<Edge> inherited) {
    return job(
        workflow,
        workflow.add(type, FlowJobs.OF_RECEIPT, receipt(before)),
        flow,
        made,
        List.of(succeeded(before)),
        inherited,
        "of " + before.node().name);
  }

  /** Both may be the same task. */
  private Both ofTwo(
      Workflow workflow,
      Node flow,
      List<Both> made,
      Both first,
      Both second,
      List<Edge> inherited) {
    return job(
        workflow,
        workflow.add(type, FlowJobs.OF_BOTH, receipt(first), receipt(second)),
        flow,
        made,
        List.of(succeeded(first), succeeded(second)),
        inherited,
        "of " + first.node().name + "+" + second.node().name);
  }

  private Both ofMany(
      Workflow workflow, Node flow, List<Both> made, Both before, List<Edge> inherited) {
    boolean all = random.nextBoolean();
    Task<List<Receipt>> many = receipts(before);
    return job(
        workflow,
        workflow.add(type, FlowJobs.OF_ALL, all ? many : workflow.completedOf(many)),
        flow,
        made,
        List.of(
            new Edge(
                before.node().index, all ? TaskCondition.SUCCEEDED : TaskCondition.NOT_SKIPPED)),
        inherited,
        "of all");
  }

  /** Tells the model the ids, which are in the order in which everything was added. */
  void identify(Made made, NewGraph rows) {
    Iterator<NewGraph.NewWorkflow> workflows = rows.workflows().iterator();
    Iterator<NewJob> jobs = rows.jobs().iterator();
    for (Node node : model.nodes.subList(made.node().index, model.nodes.size())) {
      model.identify(node, node.isFlow ? workflows.next().id() : jobs.next().id());
    }
    if (workflows.hasNext() || jobs.hasNext()) {
      throw new AssertionError("There are more rows than the model has nodes.");
    }
  }
}
