package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.durable.SentSignal;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalTarget;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.listeners.ListenerRecords;
import dev.tenon.jobs.internal.plan.PlannedWorkflow;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.Recorded;
import dev.tenon.jobs.internal.submit.NewJobFactory;
import dev.tenon.jobs.internal.workflow.NewGraph;
import dev.tenon.jobs.internal.workflow.WorkflowStore;
import dev.tenon.jobs.listen.JobListener.Source;
import dev.tenon.jobs.listen.JobListener.Submitting;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Workflow;
import dev.tenon.jobs.workflow.WorkflowNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/** Submits jobs: validates them, and records them with the given functions. Thread-safe. */
final class Submitter implements JobSubmitter {

  private final NewJobFactory newJobs;
  private final JobListeners listeners;
  private final boolean inTransaction;
  private final Function<List<NewJob>, List<Recorded>> insert;
  private final Function<NewGraph, Optional<UUID>> insertGraph;
  private final SignalSender.Sender signals;

  /**
   * Creates a submitter.
   *
   * @param listeners are called for each submit
   * @param inTransaction true if it submits in a transaction of the caller
   * @param insert records jobs
   * @param insertGraph records workflows; returns another that has the unique key already
   * @param signals sends signals
   */
  Submitter(
      NewJobFactory newJobs,
      JobListeners listeners,
      boolean inTransaction,
      Function<List<NewJob>, List<Recorded>> insert,
      Function<NewGraph, Optional<UUID>> insertGraph,
      SignalSender.Sender signals) {
    this.newJobs = newJobs;
    this.listeners = listeners;
    this.inTransaction = inTransaction;
    this.insert = insert;
    this.insertGraph = insertGraph;
    this.signals = signals;
  }

  @Override
  public SubmittedWorkflow submit(Workflow workflow) {
    PlannedWorkflow planned = PlannedWorkflow.of(workflow);
    Submitting submitting =
        listeners.submitting(
            () ->
                new ListenerRecords.Submit(
                    Source.WORKFLOW,
                    workflow.name(),
                    SubmitEvents.byType(planned.plan()),
                    inTransaction));
    WorkflowGraphs.Graph graph;
    NewGraph rows;
    Optional<UUID> existing;
    try {
      graph = new WorkflowGraphs(newJobs).of(planned.plan());
      rows = SubmitEvents.traced(graph.rows(), submitting.traceContext());
      existing = insertGraph.apply(rows);
    } catch (WorkflowStore.NoSuchWorkflow e) {
      throw failed(submitting, new WorkflowNotFoundException(e.id()));
    } catch (StoreException e) {
      throw failed(
          submitting,
          StoreFailures.of(
              "The workflow '%s' was not submitted".formatted(workflow.name()), null, e));
    } catch (RuntimeException | Error e) {
      submitting.failed(e);
      throw e;
    }
    if (existing.isPresent()) {
      submitting.submitted(List.of());
      return planned.existing(existing.get());
    }
    submitting.submitted(rows.jobs().stream().map(job -> new Submitted(job.id(), true)).toList());
    return planned.submitted(graph.id(), graph.taskIds());
  }

  private static RuntimeException failed(Submitting submitting, RuntimeException e) {
    submitting.failed(e);
    return e;
  }

  @Override
  public <P, R> Submitted submit(JobDefinition<P, R> definition, P payload, SubmitOptions options) {
    return observed(
            Source.ONE,
            definition,
            1,
            () -> List.of(newJobs.submitted(definition, payload, -1, options)))
        .get(0);
  }

  @Override
  public <P, R> List<Submitted> submitAll(
      JobDefinition<P, R> definition, List<? extends P> payloads, SubmitOptions options) {
    if (payloads.isEmpty()) {
      return List.of();
    }
    return observed(
        Source.MANY,
        definition,
        payloads.size(),
        () -> {
          List<NewJob> jobs = new ArrayList<>(payloads.size());
          for (P payload : payloads) {
            jobs.add(newJobs.submitted(definition, payload, jobs.size(), options));
          }
          return jobs;
        });
  }

  /** Checks and records jobs of a type, and calls the listeners. */
  private List<Submitted> observed(
      Source source, JobDefinition<?, ?> definition, int count, Supplier<List<NewJob>> checked) {
    Submitting submitting =
        listeners.submitting(
            () ->
                new ListenerRecords.Submit(
                    source,
                    definition.type(),
                    List.of(
                        new ListenerRecords.Jobs(
                            definition.type(), definition.routingKey(), count)),
                    inTransaction));
    try {
      List<NewJob> jobs = SubmitEvents.traced(checked.get(), submitting.traceContext());
      List<Submitted> submitted = insert(definition, jobs);
      submitting.submitted(submitted);
      return submitted;
    } catch (RuntimeException | Error e) {
      submitting.failed(e);
      throw e;
    }
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

  @Override
  public <S> SentSignal send(
      SignalDefinition<S> definition, SignalTarget target, S signal, SignalOptions options) {
    return signals.send(definition, target, signal, options);
  }
}
