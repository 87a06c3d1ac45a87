package dev.tenon.jobs.testing;

import dev.tenon.jobs.BacklogFullException;
import dev.tenon.jobs.annotation.WhenFull;
import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.store.NewJob;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The bounds on the waiting jobs that are kept in memory. Guarded by its {@link MemoryTable}. */
final class MemoryBacklogs {

  private final Map<String, BacklogRule<?>> rules = new HashMap<>();

  private record Key(String type, String key) {}

  /** Notes what a type declares. */
  void know(JobDefinition<?, ?> definition) {
    definition.backlog().ifPresent(rule -> rules.put(definition.type(), rule));
  }

  /** Returns the reason why these jobs are refused; null if there is room for all of them. */
  @Nullable BacklogFullException refusal(List<NewJob> rows, Stream<MemoryJob> unended) {
    Map<Key, Integer> wanted = new LinkedHashMap<>();
    for (NewJob row : rows) {
      Key key = keyOf(row);
      if (key != null && rule(key).whenFull() == WhenFull.REFUSE) {
        wanted.merge(key, 1, Integer::sum);
      }
    }
    if (wanted.isEmpty()) {
      return null;
    }
    Map<Key, List<MemoryJob>> waiting = waiting(unended);
    for (Map.Entry<Key, Integer> each : wanted.entrySet()) {
      Key key = each.getKey();
      int max = rule(key).max();
      // PostgreSQL counts up to the bound
      int count = Math.min(max, waiting.getOrDefault(key, List.of()).size());
      if (count + each.getValue() > max) {
        return new BacklogFullException(key.type(), key.key(), each.getValue(), count, max);
      }
    }
    return null;
  }

  /** The oldest jobs, where more wait than may, with their bounds. */
  Map<MemoryJob, Integer> oldest(Stream<MemoryJob> unended) {
    Map<MemoryJob, Integer> oldest = new LinkedHashMap<>();
    waiting(unended)
        .forEach(
            (key, jobs) -> {
              BacklogRule<?> rule = rule(key);
              if (rule.whenFull() == WhenFull.DROP_OLDEST) {
                jobs.stream()
                    .filter(MemoryJob::isNew)
                    .sorted(Comparator.comparing(MemoryJob::id))
                    .limit(Math.max(0, jobs.size() - rule.max()))
                    .forEach(job -> oldest.put(job, rule.max()));
              }
            });
    return oldest;
  }

  private Map<Key, List<MemoryJob>> waiting(Stream<MemoryJob> unended) {
    return unended
        .filter(job -> job.isWaiting() && keyOf(job.row()) != null)
        .collect(Collectors.groupingBy(job -> requireKey(job.row())));
  }

  private BacklogRule<?> rule(Key key) {
    BacklogRule<?> rule = rules.get(key.type());
    if (rule == null) {
      throw new IllegalStateException("The type '%s' has no bound.".formatted(key.type()));
    }
    return rule;
  }

  /** The backlog that counts a job; null for none. */
  private @Nullable Key keyOf(NewJob row) {
    String key = row.backlogKey();
    return key == null || !rules.containsKey(row.type()) ? null : new Key(row.type(), key);
  }

  private Key requireKey(NewJob row) {
    Key key = keyOf(row);
    if (key == null) {
      throw new IllegalStateException("Nothing bounds the job.");
    }
    return key;
  }
}
