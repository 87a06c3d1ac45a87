package dev.tenon.jobs.runtime;

import dev.tenon.jobs.internal.listeners.ListenerRecords;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.workflow.NewGraph;
import dev.tenon.jobs.listen.JobListener.Jobs;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What listeners are told of new jobs, and what the jobs get from them. */
final class SubmitEvents {

  private SubmitEvents() {}

  /** How many jobs there are of each type. */
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

  /** The same for the jobs of a workflow. */
  static NewGraph traced(NewGraph graph, @Nullable String context) {
    return context == null
        ? graph
        : new NewGraph(
            graph.workflows(),
            traced(graph.jobs(), context),
            graph.tasks(),
            graph.edges(),
            graph.after());
  }
}
