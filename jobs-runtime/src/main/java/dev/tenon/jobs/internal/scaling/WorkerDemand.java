package dev.tenon.jobs.internal.scaling;

import dev.tenon.jobs.operate.JobScaling;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The workers that are needed. Immutable. */
record WorkerDemand(
    int workers,
    int slots,
    int slotsPerWorker,
    int busyWorkers,
    int liveWorkers,
    List<JobScaling.TypeDemand> types)
    implements JobScaling.Demand {

  WorkerDemand {
    types = List.copyOf(types);
  }

  /** The part of a type. Immutable. */
  record OfType(TypeWork work, long startable, double slots, String reason)
      implements JobScaling.TypeDemand {

    @Override
    public String type() {
      return work.type();
    }

    @Override
    public long due() {
      return work.waiting().due();
    }

    @Override
    public long soon() {
      return work.waiting().soon();
    }

    @Override
    public boolean isCapped() {
      return work.waiting().isCapped();
    }

    @Override
    public Map<Integer, Long> versions() {
      return work.waiting().versions();
    }

    @Override
    public long running() {
      return work.running().jobs();
    }

    @Override
    public Optional<Duration> duration() {
      return Optional.ofNullable(work.duration());
    }
  }
}
