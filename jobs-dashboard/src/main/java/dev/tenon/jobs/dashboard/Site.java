package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.JobsHealth;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/**
 * The services that pages use.
 *
 * @param jobs the jobs
 * @param monitor their statistics
 * @param health the health of the runtime
 * @param catalog the job types that this process knows
 * @param format the format of times
 * @param traces leads to the traces of jobs
 * @param live events for open pages
 * @param pulse the current state
 * @param seal signs notices in addresses
 * @param reading reads the parts of pages
 * @param background runs operations that take longer than a request
 */
record Site(
    JobService jobs,
    JobMonitor monitor,
    Supplier<JobsHealth> health,
    Catalog catalog,
    Format format,
    TraceLink traces,
    Live live,
    Pulse pulse,
    Seal seal,
    ExecutorService reading,
    ExecutorService background) {

  Optional<JobDefinition<?, ?>> definition(String type) {
    return catalog.find(type).map(known -> known.entry().definition());
  }
}
