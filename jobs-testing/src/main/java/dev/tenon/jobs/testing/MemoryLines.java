package dev.tenon.jobs.testing;

import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.annotation.RetryOrder;
import dev.tenon.jobs.definition.JobDefinition;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The lines of the jobs that are kept in memory. Guarded by its {@link MemoryTable}. */
final class MemoryLines {

  /** The names of the types whose waiting jobs let others pass. */
  private final Set<String> passing = new HashSet<>();

  private final Map<UUID, Long> numbers = new HashMap<>();
  private long lastNumber;

  /** Notes what a type declares. */
  void know(JobDefinition<?, ?> definition) {
    definition
        .order()
        .filter(order -> order.retries() == RetryOrder.PASS)
        .ifPresent(order -> passing.add(definition.type()));
  }

  void clear() {
    numbers.clear();
  }

  /** Puts a job at the end of its line, if it has one. */
  void enter(MemoryJob job) {
    if (job.row().orderKey() != null) {
      lastNumber++;
      numbers.put(job.id(), lastNumber);
    }
  }

  /**
   * Returns the job that another one waits for at a time.
   *
   * @param unended the jobs that have not ended
   * @return null if it may start then
   */
  @Nullable MemoryJob before(MemoryJob job, Instant time, List<MemoryJob> unended) {
    return ahead(job, unended)
        .filter(
            other ->
                !other.isWaiting()
                    || !passing.contains(other.type())
                    || !other.runAt().isAfter(time))
        .findFirst()
        .orElse(null);
  }

  /** Returns the reason that a job waits, if it is that others come first. */
  Optional<WaitReason> reason(MemoryJob job, Instant now, List<MemoryJob> unended) {
    MemoryJob first = before(job, now, unended);
    if (first == null) {
      return Optional.empty();
    }
    return Optional.of(
        new WaitReason.InLine(
            Objects.requireNonNull(job.row().orderKey()),
            (int) ahead(job, unended).count(),
            Optional.of(first.id()),
            Optional.of(first.runAt()).filter(time -> time.isAfter(now) && !first.hasNoTime())));
  }

  /** Returns the jobs of the same line with lower numbers, in the order of the line. */
  private Stream<MemoryJob> ahead(MemoryJob job, List<MemoryJob> unended) {
    String key = job.row().orderKey();
    if (key == null) {
      return Stream.empty();
    }
    long number = numbers.getOrDefault(job.id(), 0L);
    return unended.stream()
        .filter(other -> key.equals(other.row().orderKey()) && job.type().equals(other.type()))
        .filter(other -> numbers.getOrDefault(other.id(), 0L) < number)
        .sorted(
            (one, other) ->
                Long.compare(
                    numbers.getOrDefault(one.id(), 0L), numbers.getOrDefault(other.id(), 0L)));
  }
}
