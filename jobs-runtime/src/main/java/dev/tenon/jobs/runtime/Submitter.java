package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.SubmittedWorkflow;
import dev.tenon.jobs.Workflow;
import dev.tenon.jobs.WorkflowNotFoundException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.store.NewGraph;
import dev.tenon.jobs.store.NewJob;
import dev.tenon.jobs.store.Recorded;
import dev.tenon.jobs.store.StoreException;
import dev.tenon.jobs.store.WorkflowStore;
import dev.tenon.jobs.submit.NewJobs;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Submits jobs: validates them, and records them in a way that is given. Thread-safe. */
final class Submitter implements JobSubmitter {

  private final NewJobs newJobs;
  private final Function<List<NewJob>, List<Recorded>> insert;
  private final Consumer<NewGraph> insertGraph;

  /**
   * A submitter.
   *
   * @param insert records jobs
   * @param insertGraph records workflows
   */
  Submitter(
      NewJobs newJobs,
      Function<List<NewJob>, List<Recorded>> insert,
      Consumer<NewGraph> insertGraph) {
    this.newJobs = newJobs;
    this.insert = insert;
    this.insertGraph = insertGraph;
  }

  @Override
  public SubmittedWorkflow submit(Workflow workflow) {
    WorkflowGraphs.Graph graph = new WorkflowGraphs(newJobs).of(workflow.plan());
    try {
      insertGraph.accept(graph.rows());
    } catch (WorkflowStore.NoSuchWorkflow e) {
      throw new WorkflowNotFoundException(e.id());
    } catch (StoreException e) {
      throw StoreFailures.of(
          "The workflow '%s' was not submitted".formatted(workflow.name()), null, e);
    }
    return new SubmittedWorkflow(graph.id(), graph.stepIds());
  }

  @Override
  public <P, R> UUID submit(
      JobDefinition<P, R> definition,
      P payload,
      @Nullable String submittedBy,
      SubmitOptions options) {
    return submitUnique(definition, payload, submittedBy, options).jobId();
  }

  @Override
  public <P, R> Submitted submitUnique(
      JobDefinition<P, R> definition,
      P payload,
      @Nullable String submittedBy,
      SubmitOptions options) {
    NewJob job = newJobs.of(definition, payload, -1, submittedBy, options);
    return insert(definition, List.of(job)).get(0);
  }

  @Override
  public <P, R> List<UUID> submitAll(
      JobDefinition<P, R> definition,
      List<? extends P> payloads,
      @Nullable String submittedBy,
      SubmitOptions options) {
    return submitAllUnique(definition, payloads, submittedBy, options).stream()
        .map(Submitted::jobId)
        .toList();
  }

  @Override
  public <P, R> List<Submitted> submitAllUnique(
      JobDefinition<P, R> definition,
      List<? extends P> payloads,
      @Nullable String submittedBy,
      SubmitOptions options) {
    List<NewJob> jobs = new ArrayList<>(payloads.size());
    for (P payload : payloads) {
      jobs.add(newJobs.of(definition, payload, jobs.size(), submittedBy, options));
    }
    return jobs.isEmpty() ? List.of() : insert(definition, jobs);
  }

  private List<Submitted> insert(JobDefinition<?, ?> definition, List<NewJob> jobs) {
    try {
      return insert.apply(jobs).stream()
          .map(recorded -> new Submitted(recorded.jobId(), recorded.created()))
          .toList();
    } catch (StoreException e) {
      throw StoreFailures.of(
          "%d job(s) of type '%s' were not submitted".formatted(jobs.size(), definition.type()),
          definition.type(),
          e);
    }
  }
}
