package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.TaskCondition;
import dev.tenon.jobs.definition.TaskInput;
import dev.tenon.jobs.internal.plan.WorkflowPlan;
import dev.tenon.jobs.internal.plan.WorkflowPlan.EdgePlan;
import dev.tenon.jobs.internal.plan.WorkflowPlan.Kind;
import dev.tenon.jobs.internal.plan.WorkflowPlan.TaskPlan;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.submit.NewJobFactory;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.internal.workflow.NewGraph;
import dev.tenon.jobs.internal.workflow.NewGraph.NewEdge;
import dev.tenon.jobs.internal.workflow.NewGraph.NewTask;
import dev.tenon.jobs.internal.workflow.NewGraph.NewWorkflow;
import dev.tenon.jobs.internal.workflow.WorkflowSizes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the rows of submitted workflows: validates their payloads, and finds tasks that wait for
 * each other in a circle. Thread-safe.
 */
final class WorkflowGraphs {

  private static final int MAX_TASKS_NAMED = 10;

  private final NewJobFactory newJobs;

  WorkflowGraphs(NewJobFactory newJobs) {
    this.newJobs = newJobs;
  }

  /**
   * A workflow as rows.
   *
   * @param rows the rows to record
   * @param taskIds the ids of the tasks that belong to it directly, in their order
   */
  record Graph(NewGraph rows, List<UUID> taskIds) {

    UUID id() {
      return rows.workflows().get(0).id();
    }
  }

  /** The rows of a workflow. */
  Graph of(WorkflowPlan plan) {
    requireFewTasks(plan);
    Building building = new Building(plan.name(), newJobs.submitter(plan.submittedBy()));
    List<UUID> after = plan.after().stream().distinct().toList();
    List<Before> before =
        after.stream().map(id -> new Before(id, id, TaskCondition.SUCCEEDED, null)).toList();
    List<UUID> taskIds = building.add(plan, NewJobFactory.newId(), null, Headers.none(), before);
    return new Graph(
        new NewGraph(
            building.workflows, building.jobs, building.tasks, building.edges, after, unique(plan)),
        taskIds);
  }

  private static NewGraph.@Nullable Unique unique(WorkflowPlan plan) {
    WorkflowPlan.Unique unique = plan.unique();
    return unique == null
        ? null
        : new NewGraph.Unique(
            SubmittedValues.name("The unique key of the workflow", unique.key()), unique.scope());
  }

  private static void requireFewTasks(WorkflowPlan plan) {
    long tasks = tasks(plan);
    if (tasks > WorkflowSizes.MAX_TASKS) {
      throw new IllegalArgumentException(
          "The workflow '%s' has %d tasks and jobs, including those of nested workflows; the limit is %d. Submit several workflows, each with a part of them; one can wait for another with after(id)."
              .formatted(plan.name(), tasks, WorkflowSizes.MAX_TASKS));
    }
  }

  private static long tasks(WorkflowPlan plan) {
    long tasks = 0;
    for (TaskPlan<?, ?> task : plan.tasks()) {
      WorkflowPlan nested = task.nested();
      tasks += 1 + (nested != null ? tasks(nested) : 0);
      if (task.kind() == Kind.MANY) {
        tasks += task.payloads().size();
      }
    }
    return tasks;
  }

  /**
   * A predecessor that a task waits for, by its id.
   *
   * @param workflowId the workflow that it is or belongs to
   */
  private record Before(
      UUID id, UUID workflowId, TaskCondition condition, @Nullable Short position) {}

  /** A builder of the rows. */
  private final class Building {

    private final String name;
    private final String submittedBy;
    private final List<NewWorkflow> workflows = new ArrayList<>();
    private final List<NewJob> jobs = new ArrayList<>();
    private final List<NewTask> tasks = new ArrayList<>();
    private final List<NewEdge> edges = new ArrayList<>();

    Building(String name, String submittedBy) {
      this.name = name;
      this.submittedBy = submittedBy;
    }

    /**
     * Adds a workflow.
     *
     * @param inherited the headers of the workflow that it is a task of
     * @param before the predecessors of those tasks that wait for no other task of the workflow
     * @return the ids of its tasks
     */
    List<UUID> add(
        WorkflowPlan plan,
        UUID id,
        @Nullable UUID parentId,
        Headers inherited,
        List<Before> before) {
      Headers headers = inherited.withAll(plan.headers());
      requireNoCircle(plan);
      if (parentId != null && plan.unique() != null) {
        throw new IllegalArgumentException(
            "The workflow '%s' has a unique key, but is a task of another workflow, and only a workflow that is submitted on its own can be unique. Call uniqueBy(…) on the outermost workflow, '%s'."
                .formatted(plan.name(), this.name));
      }
      if (parentId != null && (!plan.after().isEmpty() || plan.submittedBy() != null)) {
        throw new IllegalArgumentException(
            "The workflow '%s' has %s, but is a task of another workflow. Call it on the outermost workflow, '%s'%s."
                .formatted(
                    plan.name(),
                    plan.after().isEmpty() ? "a submitter" : "an earlier workflow",
                    this.name,
                    plan.after().isEmpty() ? "" : ", or let the task wait for other tasks"));
      }
      int followUps =
          Math.toIntExact(plan.tasks().stream().filter(WorkflowGraphs::isFollowUp).count());
      int members = plan.tasks().size() - followUps;
      String name = SubmittedValues.name("The name of the workflow", plan.name());
      boolean isEmpty = false;
      if (members == 0 && !plan.isOpen() && !before.isEmpty()) {
        addEmpty(id, parentId == null ? id : parentId, name, before);
        isEmpty = true;
      } else {
        addGates(id, before);
      }
      workflows.add(
          new NewWorkflow(
              id,
              name,
              parentId,
              submittedBy,
              headers,
              plan.isOpen() || isEmpty,
              members,
              followUps));
      List<UUID> taskIds = plan.tasks().stream().map(task -> NewJobFactory.newId()).toList();
      for (int i = 0; i < taskIds.size(); i++) {
        TaskPlan<?, ?> task = plan.tasks().get(i);
        add(
            task,
            taskIds.get(i),
            id,
            headers,
            isFollowUp(task)
                ? before(task.edges(), id, taskIds)
                : before(task, id, taskIds, before));
      }
      return taskIds;
    }

    /**
     * The predecessors of a task, including those of its workflow. A task that waits for the
     * success of another task in the same workflow also waits for the predecessors of that one.
     */
    private static List<Before> before(
        TaskPlan<?, ?> task, UUID workflowId, List<UUID> taskIds, List<Before> inherited) {
      List<Before> own = before(task.edges(), workflowId, taskIds);
      if (own.stream().anyMatch(each -> each.condition() == TaskCondition.SUCCEEDED)) {
        return own;
      }
      return Stream.concat(own.stream(), inherited.stream()).toList();
    }

    private static List<Before> before(List<EdgePlan> edges, UUID workflowId, List<UUID> taskIds) {
      return edges.stream()
          .map(
              edge ->
                  new Before(
                      edge.task() < 0 ? workflowId : taskIds.get(edge.task()),
                      workflowId,
                      edge.condition(),
                      edge.position() < 0 ? null : (short) edge.position()))
          .distinct()
          .toList();
    }

    private <P, R> void add(
        TaskPlan<P, R> task, UUID id, UUID workflowId, Headers inherited, List<Before> before) {
      JobDefinition<P, R> definition = task.definition();
      if (definition == null) {
        List<UUID> unused =
            add(Objects.requireNonNull(task.nested()), id, workflowId, inherited, before);
        return;
      }
      SubmitOptions given = options(task, inherited);
      TaskInput<P> input = task.input();
      if (task.kind() == Kind.MANY) {
        addMany(task, definition, id, workflowId, given, before);
        return;
      }
      SubmitOptions options =
          intercepted(definition, input == null ? task.payloads().get(0) : null, -1, given);
      if (task.kind() == Kind.FOR_EACH) {
        workflows.add(
            new NewWorkflow(
                id, definition.type(), workflowId, submittedBy, options.headers(), true, 0, 0));
        addTask(task, definition, id, workflowId, options, before);
      } else {
        NewJob job =
            input == null
                ? newJobs.of(definition, task.payloads().get(0), -1, options)
                : newJobs.waitingForInput(definition, input, options);
        addJob(task, definition, job.withId(id), workflowId, options, before);
      }
    }

    private <P> SubmitOptions intercepted(
        JobDefinition<P, ?> definition, @Nullable P payload, int index, SubmitOptions given) {
      SubmitOptions options = newJobs.intercepted(definition, payload, index, given);
      if (options.runAt().isPresent()) {
        throw new IllegalArgumentException(
            "An interceptor gave a task of job type '%s' in the workflow '%s' a fixed time (%s), but a task waits for others. Use withDelay(…), which counts from the time when the task can start."
                .formatted(definition.type(), name, options.runAt().get()));
      }
      return options;
    }

    private SubmitOptions options(TaskPlan<?, ?> task, Headers inherited) {
      SubmitOptions options =
          task.options().withHeaders(inherited.withAll(task.options().headers()));
      return options.submittedBy().isPresent() ? options : options.withSubmittedBy(submittedBy);
    }

    private <P, R> void addMany(
        TaskPlan<P, R> task,
        JobDefinition<P, R> definition,
        UUID id,
        UUID workflowId,
        SubmitOptions options,
        List<Before> before) {
      int count = task.payloads().size();
      boolean isEmpty = count == 0 && !before.isEmpty();
      if (isEmpty) {
        addEmpty(id, workflowId, definition.type(), before);
      } else {
        addGates(id, before);
      }
      workflows.add(
          new NewWorkflow(
              id,
              definition.type(),
              workflowId,
              submittedBy,
              options.headers(),
              isEmpty,
              count,
              0));
      for (int i = 0; i < count; i++) {
        P payload = task.payloads().get(i);
        SubmitOptions ofJob = intercepted(definition, payload, i, options);
        NewJob job = newJobs.of(definition, payload, i, ofJob);
        addJob(task, definition, job, id, ofJob, before);
      }
    }

    /** Adds a task or a whole workflow without jobs: it ends when its predecessors have ended. */
    private void addEmpty(UUID id, UUID workflowId, String type, List<Before> before) {
      tasks.add(
          new NewTask(
              id,
              workflowId,
              false,
              type,
              before.size(),
              0,
              null,
              false,
              null,
              1,
              null,
              null,
              null));
      addEdges(id, workflowId, before);
    }

    /**
     * Adds the predecessors of jobs that are added to a workflow later; its tasks do not change.
     */
    private void addGates(UUID id, List<Before> before) {
      for (Before each : before) {
        add(new NewEdge(each.id(), id, each.condition().code(), null, true));
      }
    }

    private void addEdges(UUID id, UUID workflowId, List<Before> before) {
      for (Before each : before) {
        add(
            new NewEdge(
                each.id(),
                id,
                each.condition().code(),
                each.position(),
                !each.workflowId().equals(workflowId)));
      }
    }

    private void add(NewEdge edge) {
      if (edges.size() == WorkflowSizes.MAX_EDGES) {
        throw new IllegalArgumentException(
            "The tasks of the workflow '%s' wait for each other in more than %d places, including those of nested workflows, which is the limit. If many tasks wait for the same many tasks, put the latter into one task, with addAll(…) or as a nested workflow, and wait for that."
                .formatted(name, WorkflowSizes.MAX_EDGES));
      }
      edges.add(edge);
    }

    private void addJob(
        TaskPlan<?, ?> task,
        JobDefinition<?, ?> definition,
        NewJob job,
        UUID workflowId,
        SubmitOptions options,
        List<Before> before) {
      jobs.add(job.in(new NewJob.InWorkflow(workflowId, !before.isEmpty())));
      if (!before.isEmpty()) {
        addTask(task, definition, job.id(), workflowId, options, before);
      }
    }

    private <P> void addTask(
        TaskPlan<P, ?> task,
        JobDefinition<?, ?> definition,
        UUID id,
        UUID workflowId,
        SubmitOptions options,
        List<Before> before) {
      TaskInput<P> input = task.input();
      boolean isForEach = task.kind() == Kind.FOR_EACH;
      tasks.add(
          new NewTask(
              id,
              workflowId,
              task.kind() == Kind.FOLLOW_UP,
              definition.type(),
              before.size(),
              options.delay().orElse(Duration.ZERO).toMillis(),
              input == null ? null : input.name(),
              isForEach,
              isForEach ? draft(task) : null,
              definition.version(),
              options.itemId().orElse(null),
              options.priority().orElse(null),
              NewJob.LatestStart.of(
                  options.startWithin().map(Duration::toMillis).orElse(null),
                  options.startBefore().orElse(null))));
      addEdges(id, workflowId, before);
    }

    private <P> @Nullable String draft(TaskPlan<P, ?> task) {
      JobDefinition<P, ?> definition = task.definition();
      TaskInput<P> input = task.input();
      return definition == null || input == null ? null : newJobs.draft(definition, input);
    }
  }

  private static boolean isFollowUp(TaskPlan<?, ?> task) {
    return task.kind() == Kind.FOLLOW_UP;
  }

  /**
   * Checks that no tasks wait for each other in a circle: it removes tasks that wait for nothing
   * until none is left to remove; the rest is a circle.
   *
   * @see <a href="https://doi.org/10.1145/368996.369025">A. B. Kahn, Topological sorting of large
   *     networks, 1962</a>
   */
  private static void requireNoCircle(WorkflowPlan plan) {
    int count = plan.tasks().size();
    int[] waitsFor = new int[count];
    List<List<Integer>> successors = new ArrayList<>(count);
    IntStream.range(0, count).forEach(i -> successors.add(new ArrayList<>()));
    for (int i = 0; i < count; i++) {
      for (EdgePlan edge : plan.tasks().get(i).edges()) {
        if (edge.task() >= 0) {
          waitsFor[i]++;
          successors.get(edge.task()).add(i);
        }
      }
    }
    Deque<Integer> ready = new ArrayDeque<>();
    IntStream.range(0, count).filter(i -> waitsFor[i] == 0).forEach(ready::add);
    int done = 0;
    for (Integer task = ready.poll(); task != null; task = ready.poll()) {
      done++;
      for (int next : successors.get(task)) {
        if (--waitsFor[next] == 0) {
          ready.add(next);
        }
      }
    }
    if (done < count) {
      throw new IllegalArgumentException(
          "Tasks of the workflow '%s' wait for each other in a circle, or for such tasks, so none of them could ever start: %s. Remove one of their after(…) calls."
              .formatted(
                  plan.name(),
                  IntStream.range(0, count)
                      .filter(i -> waitsFor[i] > 0)
                      .limit(MAX_TASKS_NAMED)
                      .mapToObj(i -> "task %d %s".formatted(i + 1, plan.tasks().get(i).describe()))
                      .collect(Collectors.joining(", "))));
    }
  }
}
