package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.JobsHealth;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/**
 * What pages are made from.
 *
 * @param jobs the jobs
 * @param monitor what is counted of them
 * @param health how the runtime is
 * @param catalog the job types that this process knows
 * @param format how times are shown
 * @param traces leads to the traces of jobs
 * @param live events for open pages
 * @param pulse how everything is at the moment
 * @param seal on what the dashboard says by an address
 * @param reading reads the parts of pages
 * @param background runs what takes longer than a request
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
