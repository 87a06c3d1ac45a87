package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.operate.JobCatalog;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.runtime.JobsRuntime;
import io.modelcontextprotocol.json.McpJsonMapper;
import java.time.Clock;

/** The runtime and the state that all calls share. Thread-safe. */
final class AgentSite {

  private final JobsRuntime runtime;
  private final JobCatalog catalog;
  private final McpJsonMapper json;
  private final Clock clock;
  private final DryRuns dryRuns;

  /**
   * The site.
   *
   * @param catalog the types whose jobs can be submitted
   */
  AgentSite(JobsRuntime runtime, JobCatalog catalog, McpJsonMapper json, Clock clock) {
    this.runtime = runtime;
    this.catalog = catalog;
    this.json = json;
    this.clock = clock;
    this.dryRuns = new DryRuns(clock);
  }

  JobService jobs() {
    return runtime.jobs();
  }

  JobMonitor monitor() {
    return runtime.monitor();
  }

  JobsHealth health() {
    return runtime.health();
  }

  /** The types whose jobs can be submitted. */
  JobCatalog catalog() {
    return catalog;
  }

  McpJsonMapper json() {
    return json;
  }

  Clock clock() {
    return clock;
  }

  DryRuns dryRuns() {
    return dryRuns;
  }
}
