package dev.tenon.jobs.faults.edits;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** A program of one version of the code: its classes, its runtime, and a worker that may run. */
final class Release implements AutoCloseable {

  private static final Actor PERSON = Actor.of("ann");

  private final URLClassLoader classes;
  private final JobsRuntime runtime;
  private final JobHandlers handlers;
  private final String prefix;
  private JobWorker worker;

  /**
   * A program without a worker.
   *
   * @param prefix of the names of its types
   * @param handler the simple name of the handler
   */
  Release(Code code, PostgresDatabase database, String prefix, String handler) throws Exception {
    this.prefix = prefix;
    this.classes =
        new URLClassLoader(
            new URL[] {code.classes().toUri().toURL()}, Release.class.getClassLoader());
    Object instance = classes.loadClass("shop." + handler).getConstructor().newInstance();
    Constructor<?> constructor = classes.loadClass("shop.ShopJobsHandlers").getConstructors()[0];
    this.handlers = (JobHandlers) constructor.newInstance(instance);
    this.runtime =
        JobsRuntime.builder()
            .database(database.url(), database.user(), database.password())
            .modules(handlers.module())
            .maintenance(false)
            .closeOnShutdown(false)
            .start();
  }

  void work(int slots) {
    worker =
        runtime.startWorker(
            handlers,
            WorkerOptions.defaults().withConcurrency(slots).withGracePeriod(Duration.ZERO));
  }

  /** Stops the worker and everything that it runs. */
  void stop() {
    worker.close();
  }

  UUID submit(String stop) throws ReflectiveOperationException {
    JobDefinition<?, ?> definition = handlers.module().find(prefix + ".fulfil").orElseThrow();
    Object payload =
        definition.payloadType().getConstructors()[0].newInstance(stop, List.of("a", "b"));
    return submit(definition, payload);
  }

  @SuppressWarnings("unchecked") // of the same class loader
  private <P> UUID submit(JobDefinition<P, ?> definition, Object payload) {
    return runtime.jobs().submit(definition, (P) payload, SubmitOptions.by("faults")).jobId();
  }

  /** Sends the signal that all jobs wait for. */
  void send(UUID job, String json) {
    var unused =
        runtime
            .jobs()
            .steps()
            .send(job, prefix + ".paid", json, SignalOptions.defaults().withId("p-1"), PERSON);
  }

  JobsRuntime runtime() {
    return runtime;
  }

  @Override
  public void close() throws IOException {
    runtime.close();
    classes.close();
  }
}
