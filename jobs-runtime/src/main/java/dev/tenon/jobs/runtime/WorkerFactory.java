package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.broker.Topology;
import dev.tenon.jobs.internal.liveness.CurrentSession;
import dev.tenon.jobs.internal.rollout.DescriptionJson;
import dev.tenon.jobs.internal.rollout.OwnDescription;
import dev.tenon.jobs.internal.worker.JobSources;
import dev.tenon.jobs.internal.worker.Worker;
import dev.tenon.jobs.internal.worker.WorkerSettings;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.StepTransactions;
import dev.tenon.jobs.options.WorkerOptions;
import java.util.List;

/** Makes the workers of a runtime. Thread-safe. */
final class WorkerFactory {

  private final RuntimeSettings settings;
  private final DataSources dataSources;
  private final JobSources sources;
  private final CurrentSession session;

  /**
   * Creates a factory of workers that take their jobs from these sources.
   *
   * @param session the session of this process
   */
  WorkerFactory(
      RuntimeSettings settings,
      DataSources dataSources,
      JobSources sources,
      CurrentSession session) {
    this.session = session;
    this.settings = settings;
    this.dataSources = dataSources;
    this.sources = sources;
  }

  /** The types that these handlers run, each once. */
  static List<JobDefinition<?, ?>> handled(JobHandlers handlers) {
    return handlers.bindings().stream()
        .<JobDefinition<?, ?>>map(JobBinding::definition)
        .distinct()
        .toList();
  }

  /**
   * Refuses types whose names RabbitMQ cannot take.
   *
   * @throws IllegalArgumentException if there is one
   */
  void requireNameable(List<JobDefinition<?, ?>> handled) {
    RabbitMqOptions rabbitMq = settings.rabbitMq();
    if (rabbitMq != null) {
      Topology topology = new Topology(rabbitMq);
      handled.forEach(each -> topology.requireNameable(each, sources.queues().namesOf(each)));
      sources.queues().consumedBy(handled).forEach(topology::requireNameable);
    }
  }

  /** The transactions of transactional steps, which lead to the database of the runtime. */
  StepTransactions stepTransactions(JobHandlers handlers) {
    StepTransactions given = settings.stepTransactions();
    if (given == null) {
      return StepTransactions.of(dataSources.main());
    }
    TransactionalSteps.check(handlers, given, sources.database(), settings.schema());
    return given;
  }

  /** Makes a worker, which is not started. */
  Worker create(
      JobHandlers handlers,
      WorkerOptions options,
      StepTransactions stepTransactions,
      Worker.Listener listener) {
    return new Worker(
        sources,
        new WorkerSettings(
            settings.heartbeatInterval(),
            settings.limits().maxCrashes(),
            settings.storage(),
            settings.clock(),
            settings.listeners(),
            settings.executionInterceptors(),
            stepTransactions),
        handlers,
        options,
        listener,
        DescriptionJson.write(
            OwnDescription.of(
                JobModules.withIncluded(List.of(handlers.module())),
                handlers.bindings(),
                sources.queues()::namesOf)),
        session);
  }
}
