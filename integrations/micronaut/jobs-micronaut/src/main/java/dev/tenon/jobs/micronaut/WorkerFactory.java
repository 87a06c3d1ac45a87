package dev.tenon.jobs.micronaut;

import static dev.tenon.jobs.runtime.ConfiguredValues.use;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobWorkers;
import dev.tenon.jobs.runtime.JobsRuntime;
import io.micronaut.context.BeanContext;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.context.exceptions.DependencyInjectionException;
import io.micronaut.context.exceptions.NoSuchBeanException;
import io.micronaut.core.util.StringUtils;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Optional;

/** Makes the workers, unless the application has a bean of them. */
@Factory
@Requires(property = "tenon.in-memory", defaultValue = StringUtils.FALSE, pattern = Switch.NOT_ON)
final class WorkerFactory {

  /** The options of the workers. */
  @Singleton
  @Requires(missingBeans = WorkerOptions.class)
  WorkerOptions tenonWorkerOptions(TenonProperties.Worker worker) {
    WorkerOptions options = WorkerOptions.defaults().withVirtualThreads(worker.virtualThreads());
    options = use("tenon.worker.concurrency", worker.concurrency(), options::withConcurrency);
    options = use("tenon.worker.grace-period", worker.gracePeriod(), options::withGracePeriod);
    Optional<String> version = worker.applicationVersion();
    return version.isEmpty()
        ? options
        : use("tenon.worker.application-version", version.get(), options::withApplicationVersion);
  }

  /** The workers, for the handlers of all modules. */
  @Singleton
  @Requires(missingBeans = JobWorkers.class)
  @Requires(
      property = "tenon.worker.enabled",
      defaultValue = StringUtils.TRUE,
      pattern = Switch.NOT_OFF)
  JobWorkers tenonJobWorkers(
      JobsRuntime runtime, JobModules modules, BeanContext context, WorkerOptions options) {
    for (ModuleDefinition module : modules.all()) {
      Optional<Class<?>> handlers = module.handlersClass();
      if (handlers.isPresent() && !context.containsBean(handlers.get())) {
        throw new ConfigurationException(
            "%s is not a bean, so no worker can run the jobs of the module %s: Micronaut's annotation processor did not run where it was compiled. Add micronaut-inject-java to the annotation processors there, or write @Import(classes = %s.class) on a class of the application. A process that runs no jobs has tenon.worker.enabled=false."
                .formatted(
                    handlers.get().getName(), module.name(), handlers.get().getSimpleName()));
      }
    }
    return new JobWorkers(runtime, handlers(context), options);
  }

  private static Collection<JobHandlers> handlers(BeanContext context) {
    try {
      return context.getBeansOfType(JobHandlers.class);
    } catch (DependencyInjectionException | NoSuchBeanException e) {
      throw new ConfigurationException(
          "A handler cannot be created, so no worker can run its jobs. If it is not a bean, add dev.tenon:jobs-micronaut to the annotation processors of its module, or annotate it with @Singleton. A process that runs no jobs has tenon.worker.enabled=false. %s"
              .formatted(e.getMessage()),
          e);
    }
  }
}
