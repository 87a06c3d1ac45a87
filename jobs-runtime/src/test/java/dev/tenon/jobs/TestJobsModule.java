package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.util.List;
import java.util.Optional;

/** The module of {@link TestJobs}, listed in {@code META-INF/services} as generated ones are. */
public final class TestJobsModule implements ModuleDefinition {

  private static final List<JobDefinition<?, ?>> DEFINITIONS =
      List.of(
          TestJobs.FORGOTTEN,
          TestJobs.SHORT,
          TestJobs.NEIGHBOUR,
          TestJobs.QUIET,
          TestJobs.ORDER,
          TestJobs.PURGED);

  @Override
  public String name() {
    return "TestJobs";
  }

  @Override
  public List<JobDefinition<?, ?>> definitions() {
    return DEFINITIONS;
  }

  @Override
  public List<ModuleDefinition> includes() {
    return List.of();
  }

  @Override
  public Optional<JobDefinition<?, ?>> find(String type) {
    return DEFINITIONS.stream()
        .<JobDefinition<?, ?>>map(definition -> definition)
        .filter(definition -> definition.type().equals(type))
        .findFirst();
  }
}
