package dev.tenon.jobs.runtime;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.listeners.ListenerRecords;
import dev.tenon.jobs.internal.plan.WorkflowPlan;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.workflow.NewGraph;
import dev.tenon.jobs.listen.JobListener.Jobs;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Converts new jobs for listeners, and adds the trace context of the listeners to the jobs. */
final class SubmitEvents {

  private SubmitEvents() {}

  /** The number of jobs of each type. */
  static List<Jobs> byType(List<NewJob> jobs) {
    Map<String, Jobs> byType = new TreeMap<>();
    jobs.forEach(job -> add(byType, job.type(), job.routingKey(), 1));
    return List.copyOf(byType.values());
  }

  /** The number of jobs of each type that a workflow has when it is submitted. */
  static List<Jobs> byType(WorkflowPlan plan) {
    Map<String, Jobs> byType = new TreeMap<>();
    addTasks(byType, plan);
    return List.copyOf(byType.values());
  }

  private static void addTasks(Map<String, Jobs> byType, WorkflowPlan plan) {
    for (WorkflowPlan.TaskPlan<?, ?> task : plan.tasks()) {
      JobDefinition<?, ?> definition = task.definition();
      if (definition == null) {
        addTasks(byType, Objects.requireNonNull(task.nested()));
        continue;
      }
      int count =
          switch (task.kind()) {
            case MANY -> task.payloads().size();
            case FOR_EACH -> 0;
            default -> 1;
          };
      if (count > 0) {
        add(byType, definition.type(), definition.routingKey(), count);
      }
    }
  }

  private static void add(Map<String, Jobs> byType, String type, String routingKey, int count) {
    byType.merge(
        type,
        new ListenerRecords.Jobs(type, routingKey, count),
        (some, more) -> new ListenerRecords.Jobs(type, routingKey, some.count() + more.count()));
  }

  /** The jobs with a trace context, if there is one. */
  static List<NewJob> traced(List<NewJob> jobs, @Nullable String context) {
    return context == null ? jobs : jobs.stream().map(job -> job.tracedBy(context)).toList();
  }

  /** The jobs of a workflow with a trace context, if there is one. */
  static NewGraph traced(NewGraph graph, @Nullable String context) {
    return context == null
        ? graph
        : new NewGraph(
            graph.workflows(),
            traced(graph.jobs(), context),
            graph.tasks(),
            graph.edges(),
            graph.after(),
            graph.unique());
  }
}
