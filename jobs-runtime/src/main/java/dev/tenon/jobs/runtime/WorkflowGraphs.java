package dev.tenon.jobs.runtime;

import dev.tenon.jobs.WorkflowPlan;
import dev.tenon.jobs.WorkflowPlan.EdgePlan;
import dev.tenon.jobs.WorkflowPlan.Kind;
import dev.tenon.jobs.WorkflowPlan.StepPlan;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.StepCondition;
import dev.tenon.jobs.definition.StepInput;
import dev.tenon.jobs.store.NewGraph;
import dev.tenon.jobs.store.NewGraph.NewEdge;
import dev.tenon.jobs.store.NewGraph.NewStep;
import dev.tenon.jobs.store.NewGraph.NewWorkflow;
import dev.tenon.jobs.store.NewJob;
import dev.tenon.jobs.store.WorkflowSizes;
import dev.tenon.jobs.submit.NewJobs;
import dev.tenon.jobs.submit.SubmittedValues;
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
 * Makes the rows of workflows that are submitted: validates their payloads, and finds steps that
 * wait for each other. Thread-safe.
 */
final class WorkflowGraphs {

  private static final int MAX_STEPS_NAMED = 10;

  private final NewJobs newJobs;

  WorkflowGraphs(NewJobs newJobs) {
    this.newJobs = newJobs;
  }

  /**
   * A workflow as rows.
   *
   * @param rows what is to be recorded
   * @param stepIds the ids of its own steps, in their order
   */
  record Graph(NewGraph rows, List<UUID> stepIds) {

    UUID id() {
      return rows.workflows().get(0).id();
    }
  }

  /** The rows of a workflow. */
  Graph of(WorkflowPlan plan) {
    requireFewSteps(plan);
    Building building = new Building(plan.name(), newJobs.submitter(plan.submittedBy()));
    List<UUID> after = plan.after().stream().distinct().toList();
    List<Before> before =
        after.stream().map(id -> new Before(id, id, StepCondition.SUCCEEDED, null)).toList();
    List<UUID> stepIds = building.add(plan, NewJobs.newId(), null, before);
    return new Graph(
        new NewGraph(building.workflows, building.jobs, building.steps, building.edges, after),
        stepIds);
  }

  private static void requireFewSteps(WorkflowPlan plan) {
    long steps = steps(plan);
    if (steps > WorkflowSizes.MAX_STEPS) {
      throw new IllegalArgumentException(
          "The workflow '%s' has %d steps and jobs, those of nested workflows included, but a workflow may have up to %d. Submit several workflows, each with a part of them; one can wait for another with after(id)."
              .formatted(plan.name(), steps, WorkflowSizes.MAX_STEPS));
    }
  }

  private static long steps(WorkflowPlan plan) {
    long steps = 0;
    for (StepPlan<?, ?> step : plan.steps()) {
      WorkflowPlan nested = step.nested();
      steps += 1 + (nested != null ? steps(nested) : 0);
      if (step.kind() == Kind.MANY) {
        steps += step.payloads().size();
      }
    }
    return steps;
  }

  /**
   * What a step waits for, by its id.
   *
   * @param workflowId the workflow that it is or in which it is
   */
  private record Before(
      UUID id, UUID workflowId, StepCondition condition, @Nullable Short position) {}

  /** Puts the rows together. */
  private final class Building {

    private final String name;
    private final String submittedBy;
    private final List<NewWorkflow> workflows = new ArrayList<>();
    private final List<NewJob> jobs = new ArrayList<>();
    private final List<NewStep> steps = new ArrayList<>();
    private final List<NewEdge> edges = new ArrayList<>();

    Building(String name, String submittedBy) {
      this.name = name;
      this.submittedBy = submittedBy;
    }

    /**
     * Adds a workflow.
     *
     * @param before what its steps wait for that wait for no other step of it
     * @return the ids of its steps
     */
    List<UUID> add(WorkflowPlan plan, UUID id, @Nullable UUID parentId, List<Before> before) {
      requireNoCircle(plan);
      int followUps =
          Math.toIntExact(plan.steps().stream().filter(WorkflowGraphs::isFollowUp).count());
      int members = plan.steps().size() - followUps;
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
              id, name, parentId, submittedBy, plan.isOpen() || isEmpty, members, followUps));
      List<UUID> stepIds = plan.steps().stream().map(step -> NewJobs.newId()).toList();
      for (int i = 0; i < stepIds.size(); i++) {
        StepPlan<?, ?> step = plan.steps().get(i);
        add(
            step,
            stepIds.get(i),
            id,
            isFollowUp(step)
                ? before(step.edges(), id, stepIds)
                : before(step, id, stepIds, before));
      }
      return stepIds;
    }

    /**
     * What a step waits for, and what the workflow waits for that it is in. Whatever waits for the
     * success of a step in the same workflow waits for all that this step does.
     */
    private static List<Before> before(
        StepPlan<?, ?> step, UUID workflowId, List<UUID> stepIds, List<Before> inherited) {
      List<Before> own = before(step.edges(), workflowId, stepIds);
      if (own.stream().anyMatch(each -> each.condition() == StepCondition.SUCCEEDED)) {
        return own;
      }
      return Stream.concat(own.stream(), inherited.stream()).toList();
    }

    private static List<Before> before(List<EdgePlan> edges, UUID workflowId, List<UUID> stepIds) {
      return edges.stream()
          .map(
              edge ->
                  new Before(
                      edge.step() < 0 ? workflowId : stepIds.get(edge.step()),
                      workflowId,
                      edge.condition(),
                      edge.position() < 0 ? null : (short) edge.position()))
          .distinct()
          .toList();
    }

    private <P, R> void add(StepPlan<P, R> step, UUID id, UUID workflowId, List<Before> before) {
      JobDefinition<P, R> definition = step.definition();
      if (definition == null) {
        List<UUID> unused = add(Objects.requireNonNull(step.nested()), id, workflowId, before);
        return;
      }
      StepInput<P> input = step.input();
      if (step.kind() == Kind.MANY) {
        addMany(step, definition, id, workflowId, before);
      } else if (step.kind() == Kind.FOR_EACH) {
        workflows.add(new NewWorkflow(id, definition.type(), workflowId, submittedBy, true, 0, 0));
        addStep(step, definition, id, workflowId, before);
      } else {
        NewJob job =
            input == null
                ? newJobs.of(definition, step.payloads().get(0), -1, submittedBy, step.options())
                : newJobs.waitingForInput(definition, input, submittedBy, step.options());
        addJob(step, definition, job.withId(id), workflowId, before);
      }
    }

    private <P, R> void addMany(
        StepPlan<P, R> step,
        JobDefinition<P, R> definition,
        UUID id,
        UUID workflowId,
        List<Before> before) {
      int count = step.payloads().size();
      boolean isEmpty = count == 0 && !before.isEmpty();
      if (isEmpty) {
        addEmpty(id, workflowId, definition.type(), before);
      } else {
        addGates(id, before);
      }
      workflows.add(
          new NewWorkflow(id, definition.type(), workflowId, submittedBy, isEmpty, count, 0));
      for (int i = 0; i < count; i++) {
        addJob(
            step,
            definition,
            newJobs.of(definition, step.payloads().get(i), i, submittedBy, step.options()),
            id,
            before);
      }
    }

    /** What has no jobs, a step or the whole workflow, ends when it is let go, and not before. */
    private void addEmpty(UUID id, UUID workflowId, String type, List<Before> before) {
      steps.add(
          new NewStep(
              id, workflowId, false, type, before.size(), 0, null, false, null, 1, null, null));
      addEdges(id, workflowId, before);
    }

    /** Says what jobs wait for that are added to a workflow later: no step of it is changed. */
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
            "The steps of the workflow '%s' wait for each other in more than %d places, those of nested workflows included, which is the limit. Where many steps wait for the same many steps, put the latter into one step, with addAll(…) or as a nested workflow, and wait for that."
                .formatted(name, WorkflowSizes.MAX_EDGES));
      }
      edges.add(edge);
    }

    private void addJob(
        StepPlan<?, ?> step,
        JobDefinition<?, ?> definition,
        NewJob job,
        UUID workflowId,
        List<Before> before) {
      jobs.add(job.in(new NewJob.InWorkflow(workflowId, !before.isEmpty())));
      if (!before.isEmpty()) {
        addStep(step, definition, job.id(), workflowId, before);
      }
    }

    private <P> void addStep(
        StepPlan<P, ?> step,
        JobDefinition<?, ?> definition,
        UUID id,
        UUID workflowId,
        List<Before> before) {
      StepInput<P> input = step.input();
      boolean isForEach = step.kind() == Kind.FOR_EACH;
      steps.add(
          new NewStep(
              id,
              workflowId,
              step.kind() == Kind.FOLLOW_UP,
              definition.type(),
              before.size(),
              step.options().delay().orElse(Duration.ZERO).toMillis(),
              input == null ? null : input.name(),
              isForEach,
              isForEach ? draft(step) : null,
              definition.version(),
              step.options().itemId().orElse(null),
              step.options().priority().orElse(null)));
      addEdges(id, workflowId, before);
    }

    private <P> @Nullable String draft(StepPlan<P, ?> step) {
      JobDefinition<P, ?> definition = step.definition();
      StepInput<P> input = step.input();
      return definition == null || input == null ? null : newJobs.draft(definition, input);
    }
  }

  private static boolean isFollowUp(StepPlan<?, ?> step) {
    return step.kind() == Kind.FOLLOW_UP;
  }

  /**
   * Takes away what waits for nothing, again and again: what is left waits for itself.
   *
   * @see <a href="https://doi.org/10.1145/368996.369025">A. B. Kahn, Topological sorting of large
   *     networks, 1962</a>
   */
  private static void requireNoCircle(WorkflowPlan plan) {
    int count = plan.steps().size();
    int[] waitsFor = new int[count];
    List<List<Integer>> successors = new ArrayList<>(count);
    IntStream.range(0, count).forEach(i -> successors.add(new ArrayList<>()));
    for (int i = 0; i < count; i++) {
      for (EdgePlan edge : plan.steps().get(i).edges()) {
        if (edge.step() >= 0) {
          waitsFor[i]++;
          successors.get(edge.step()).add(i);
        }
      }
    }
    Deque<Integer> ready = new ArrayDeque<>();
    IntStream.range(0, count).filter(i -> waitsFor[i] == 0).forEach(ready::add);
    int done = 0;
    for (Integer step = ready.poll(); step != null; step = ready.poll()) {
      done++;
      for (int next : successors.get(step)) {
        if (--waitsFor[next] == 0) {
          ready.add(next);
        }
      }
    }
    if (done < count) {
      throw new IllegalArgumentException(
          "Steps of the workflow '%s' wait for each other in a circle, or for such steps, so that none of them could ever start: %s. Take one of their after(…) away."
              .formatted(
                  plan.name(),
                  IntStream.range(0, count)
                      .filter(i -> waitsFor[i] > 0)
                      .limit(MAX_STEPS_NAMED)
                      .mapToObj(i -> "step %d %s".formatted(i + 1, plan.steps().get(i).describe()))
                      .collect(Collectors.joining(", "))));
    }
  }
}
