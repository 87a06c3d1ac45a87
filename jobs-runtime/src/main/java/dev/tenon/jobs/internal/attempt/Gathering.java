package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.JobBinding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The batches of a worker that jobs may still join. Each will take a slot. Not thread-safe: {@link
 * Slots} guards it.
 */
public final class Gathering {

  /** The weight of the last batch in the average size. */
  private static final double WEIGHT_OF_ONE_BATCH = 0.2;

  private final Map<Place, BatchCall<?, ?>> open = new LinkedHashMap<>();
  private final Map<String, Size> sizes = new HashMap<>();
  private final Map<String, List<String>> namesByType = new HashMap<>();
  private final boolean hasOthers;

  /** The jobs that belong together. */
  private record Place(String type, String key) {}

  /** The batches of one type. */
  private static final class Size {

    private final int maxJobs;
    private final boolean hasKeys;
    private double average;
    private int gathered;

    Size(int maxJobs, boolean hasKeys) {
      this.maxJobs = maxJobs;
      this.hasKeys = hasKeys;
      this.average = maxJobs;
    }

    /**
     * Returns the number of jobs to claim for a slot. Jobs of many keys make many small batches, so
     * this is at most twice what the last batches had.
     */
    int perSlot() {
      return hasKeys ? (int) Math.max(1, Math.min(maxJobs, Math.ceil(average * 2))) : maxJobs;
    }
  }

  /**
   * Creates it without batches.
   *
   * @param bindings the job types of the worker
   */
  public Gathering(List<JobBinding<?, ?>> bindings) {
    for (JobBinding<?, ?> binding : bindings) {
      binding
          .batch()
          .ifPresent(
              batch -> {
                String type = binding.definition().type();
                sizes.put(
                    type, new Size(batch.rule().maxJobs(), batch.rule().property().isPresent()));
                List<String> names = new ArrayList<>(binding.definition().aliases());
                names.add(type);
                namesByType.put(type, names);
              });
    }
    this.hasOthers = sizes.isEmpty() || sizes.size() < bindings.size();
  }

  /** Returns the batch that jobs of a type with a key join; null if there is none. */
  @Nullable BatchCall<?, ?> find(String type, String key) {
    return open.get(new Place(type, key));
  }

  /** Opens a batch. */
  void open(BatchCall<?, ?> batch) {
    open.put(new Place(batch.type(), batch.key()), batch);
  }

  /** Records that a job has joined a batch. */
  void joined(BatchCall<?, ?> batch) {
    size(batch).gathered++;
  }

  /** Closes a batch, and returns whether it was open. */
  boolean close(BatchCall<?, ?> batch) {
    if (!open.remove(new Place(batch.type(), batch.key()), batch)) {
      return false;
    }
    Size size = size(batch);
    size.gathered -= batch.size();
    size.average += WEIGHT_OF_ONE_BATCH * (batch.size() - size.average);
    return true;
  }

  /** Returns the open batches. */
  List<BatchCall<?, ?>> all() {
    return List.copyOf(open.values());
  }

  /** Returns the number of jobs of open batches. */
  int jobs() {
    return sizes.values().stream().mapToInt(size -> size.gathered).sum();
  }

  private Size size(BatchCall<?, ?> batch) {
    Size size = sizes.get(batch.type());
    if (size == null) {
      throw new IllegalStateException("Type '" + batch.type() + "' has no batches.");
    }
    return size;
  }

  /**
   * Returns the room for jobs.
   *
   * @param free the number of free slots, which the open batches will take
   * @param ahead the number of jobs to claim ahead
   */
  Room room(int free, int ahead) {
    int others = Math.max(0, free - open.size()) + ahead;
    if (sizes.isEmpty()) {
      return Room.of(others, Map.of(), Map.of());
    }
    Map<String, Integer> jobs = new HashMap<>();
    Map<String, Integer> perSlot = new HashMap<>();
    sizes.forEach(
        (type, size) -> {
          int fits = Math.max(0, free * size.perSlot() + ahead - size.gathered);
          for (String name : namesByType.getOrDefault(type, List.of())) {
            jobs.put(name, fits);
            perSlot.put(name, size.perSlot());
          }
        });
    return Room.of(hasOthers ? others : 0, jobs, perSlot);
  }
}
