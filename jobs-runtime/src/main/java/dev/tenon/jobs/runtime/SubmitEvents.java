package dev.tenon.jobs.runtime;

import dev.tenon.jobs.internal.listeners.ListenerRecords;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.workflow.NewGraph;
import dev.tenon.jobs.listen.JobListener.Jobs;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Converts new jobs for listeners, and adds the trace context of the listeners to the jobs. */
final class SubmitEvents {

  private SubmitEvents() {}

  /** The number of jobs of each type. */
  static List<Jobs> byType(List<NewJob> jobs) {
    Map<String, Jobs> byType = new TreeMap<>();
    for (NewJob job : jobs) {
      byType.merge(
          job.type(),
          new ListenerRecords.Jobs(job.type(), job.routingKey(), 1),
          (some, one) ->
              new ListenerRecords.Jobs(some.type(), some.routingKey(), some.count() + 1));
    }
    return List.copyOf(byType.values());
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
