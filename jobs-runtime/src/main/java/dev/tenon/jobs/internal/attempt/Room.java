package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.internal.broker.PointerRoom;
import dev.tenon.jobs.internal.store.ClaimedJob;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The number of jobs that a worker may claim at a moment. A job of a batch type takes only a part
 * of a slot. It shrinks as jobs are claimed. Not thread-safe.
 */
public final class Room implements PointerRoom {

  /** The maximum number of jobs of one claim. */
  public static final int MAX_CLAIMS = 500;

  private final Map<String, Integer> perSlot;
  private final Map<String, Integer> ofBatchTypes;
  private double ofOthers;
  private boolean somethingDidNotFit;

  private Room(double ofOthers, Map<String, Integer> ofBatchTypes, Map<String, Integer> perSlot) {
    this.ofOthers = ofOthers;
    this.ofBatchTypes = new HashMap<>(ofBatchTypes);
    this.perSlot = perSlot;
  }

  /**
   * Creates room.
   *
   * @param ofOthers the number of jobs of types without batches
   * @param ofBatchTypes the number of jobs of each other type, by all of its names
   * @param perSlot the number of these that take one slot together
   */
  static Room of(int ofOthers, Map<String, Integer> ofBatchTypes, Map<String, Integer> perSlot) {
    return new Room(ofOthers, ofBatchTypes, perSlot);
  }

  /** Creates room for one job of any type. */
  public static Room ofOne() {
    return new Room(1, Map.of(), Map.of());
  }

  /** Returns the number of jobs of a type that it has room for, by any of its names. */
  @Override
  public int of(String type) {
    Integer jobs = ofBatchTypes.get(type);
    return Math.min(MAX_CLAIMS, jobs == null ? ofOthers() : jobs);
  }

  /** Records that there are jobs of a type that it has no room for. */
  public void doesNotFit() {
    somethingDidNotFit = true;
  }

  /** Returns whether there are jobs of a type that it has no room for. */
  public boolean somethingDidNotFit() {
    return somethingDidNotFit;
  }

  /** Returns the number of jobs of types without batches that it has room for. */
  public int ofOthers() {
    return Math.min(MAX_CLAIMS, (int) Math.floor(ofOthers));
  }

  /** Returns the number of jobs that it has room for if all are of the best type for it. */
  public int atMost() {
    int most = ofOthers();
    for (int jobs : ofBatchTypes.values()) {
      most = Math.max(most, jobs);
    }
    return Math.min(MAX_CLAIMS, most);
  }

  @Override
  public boolean isMixed() {
    return !perSlot.isEmpty();
  }

  /** Takes room for jobs of a type, by any of its names. */
  @Override
  public void takes(String type, int jobs) {
    if (jobs == 0) {
      return;
    }
    Integer jobsPerSlot = perSlot.get(type);
    if (jobsPerSlot == null) {
      ofOthers -= jobs;
      ofBatchTypes.replaceAll((name, left) -> Math.max(0, left - jobs * perSlot(name)));
    } else {
      ofOthers -= (double) jobs / jobsPerSlot;
      // Other names of the type are rare, and get room at the next claim
      ofBatchTypes.computeIfPresent(type, (name, left) -> Math.max(0, left - jobs));
    }
    ofOthers = Math.max(0, ofOthers);
  }

  private int perSlot(String type) {
    return perSlot.getOrDefault(type, 1);
  }

  /** Takes room for jobs that were claimed, and returns them. */
  public List<ClaimedJob> taken(List<ClaimedJob> jobs) {
    jobs.forEach(job -> takes(job.type(), 1));
    return jobs;
  }
}
