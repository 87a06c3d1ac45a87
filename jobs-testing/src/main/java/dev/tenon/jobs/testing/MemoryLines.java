package dev.tenon.jobs.testing;

import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.annotation.RetryOrder;
import dev.tenon.jobs.definition.JobDefinition;
import java.time.Instant;
import java.util.Comparator;
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

  /**
   * Returns whether others of its line keep a job from being due, whatever its time is: another one
   * is open.
   */
  boolean holds(MemoryJob job, Instant now, List<MemoryJob> unended) {
    return job.isWaiting() && job.row().orderKey() != null && open(job, now, unended) != job;
  }

  /** Returns the reason that a job waits, if it is that others come first. */
  Optional<WaitReason> reason(MemoryJob job, Instant now, List<MemoryJob> unended) {
    if (!holds(job, now, unended)) {
      return Optional.empty();
    }
    MemoryJob open = open(job, now, unended);
    return Optional.of(
        new WaitReason.InLine(
            Objects.requireNonNull(job.row().orderKey()),
            (int) ahead(job, unended).count(),
            Optional.of(open.id()),
            Optional.of(open.runAt())
                .filter(time -> open.isWaiting() && time.isAfter(now) && !open.hasNoTime())));
  }

  /**
   * Returns the open job of a job's line, as {@code next_in_line} finds it: the first one that is
   * due or lets nobody pass. If that waits for its time behind others, or there is none, it is the
   * one that is due first among those up to there. A running job stays open until it ends.
   */
  private MemoryJob open(MemoryJob job, Instant now, List<MemoryJob> unended) {
    List<MemoryJob> line = line(job, unended).toList();
    Optional<MemoryJob> running = line.stream().filter(each -> !each.isWaiting()).findFirst();
    if (running.isPresent()) {
      return running.get();
    }
    int end = 0;
    while (end < line.size()
        && line.get(end).runAt().isAfter(now)
        && passing.contains(line.get(end).type())) {
      end++;
    }
    boolean isFound = end < line.size();
    if (isFound && (end == 0 || !line.get(end).runAt().isAfter(now))) {
      return line.get(end);
    }
    // The first of those that are due at the same time: they are in the order of the line
    return line.subList(0, isFound ? end + 1 : end).stream()
        .min(Comparator.comparing(MemoryJob::runAt))
        .orElse(job);
  }

  /** Returns the jobs of the same line with lower numbers, in the order of the line. */
  private Stream<MemoryJob> ahead(MemoryJob job, List<MemoryJob> unended) {
    long number = number(job);
    return line(job, unended).filter(other -> number(other) < number);
  }

  /** Returns the jobs of the same line, in its order; none if the job has no line. */
  private Stream<MemoryJob> line(MemoryJob job, List<MemoryJob> unended) {
    String key = job.row().orderKey();
    if (key == null) {
      return Stream.empty();
    }
    return unended.stream()
        .filter(other -> key.equals(other.row().orderKey()) && job.type().equals(other.type()))
        .sorted(Comparator.comparingLong(this::number));
  }

  private long number(MemoryJob job) {
    return numbers.getOrDefault(job.id(), 0L);
  }
}
