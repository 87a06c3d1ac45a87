package dev.tenon.jobs.runtime;

import dev.tenon.jobs.internal.scaling.ScalingReader;
import dev.tenon.jobs.operate.JobScaling;
import dev.tenon.jobs.operate.ScalingQuery;
import java.util.Objects;

/** Says how many workers are needed. Thread-safe. */
final class DefaultJobScaling implements JobScaling {

  private final ScalingReader reader;

  DefaultJobScaling(ScalingReader reader) {
    this.reader = reader;
  }

  @Override
  public Demand demand(ScalingQuery query) {
    Objects.requireNonNull(query, "query");
    return Searches.reading(
        "The workers that are needed cannot be calculated", () -> reader.demand(query));
  }
}
