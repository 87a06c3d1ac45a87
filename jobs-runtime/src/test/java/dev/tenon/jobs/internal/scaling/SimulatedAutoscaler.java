package dev.tenon.jobs.internal.scaling;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.IntSupplier;

/**
 * What KEDA and the HorizontalPodAutoscaler do with the number of workers, with the settings of
 * {@code deploy/kubernetes/scaledobject.yaml}. KEDA asks every ten seconds, starts the first pod,
 * and removes the last one after a cooldown. The autoscaler asks every 15 seconds in between, adds
 * at most four pods or as many as there are, ignores changes of a tenth, and removes pods only if
 * none of its answers within the stabilization window asked for more. Not thread-safe.
 */
final class SimulatedAutoscaler {

  static final int POLLING_INTERVAL = 10;
  static final int COOLDOWN = 60;
  static final int STABILIZATION = 60;
  static final int MAX_REPLICAS = 40;

  private static final int SYNC = 15;
  private static final double TOLERANCE = 0.1;
  private static final int MIN_STEP = 4;

  private final SimulatedCluster cluster;
  private final IntSupplier workers;
  private final Deque<int[]> answers = new ArrayDeque<>();
  private int activeAt;

  /**
   * Creates an autoscaler.
   *
   * @param workers asks for the number of workers
   */
  SimulatedAutoscaler(SimulatedCluster cluster, IntSupplier workers) {
    this.cluster = cluster;
    this.workers = workers;
  }

  void advance(int now) {
    int replicas = cluster.replicas();
    if (now % POLLING_INTERVAL == 0) {
      if (workers.getAsInt() > 0) {
        activeAt = now;
        if (replicas == 0) {
          answers.clear();
          cluster.scale(1, now);
        }
      } else if (replicas > 0 && now - activeAt >= COOLDOWN) {
        cluster.scale(0, now);
      }
    }
    if (now % SYNC == 0 && cluster.replicas() > 0) {
      cluster.scale(wanted(now, cluster.replicas()), now);
    }
  }

  private int wanted(int now, int replicas) {
    int asked = workers.getAsInt();
    double ratio = (double) asked / replicas;
    int answer = Math.abs(ratio - 1) <= TOLERANCE ? replicas : asked;
    answer = Math.max(1, Math.min(MAX_REPLICAS, answer));
    answers.add(new int[] {now, answer});
    Iterator<int[]> each = answers.iterator();
    int highest = answer;
    while (each.hasNext()) {
      int[] earlier = each.next();
      if (earlier[0] < now - STABILIZATION) {
        each.remove();
      } else {
        highest = Math.max(highest, earlier[1]);
      }
    }
    if (answer > replicas) {
      return Math.min(answer, Math.max(replicas * 2, replicas + MIN_STEP));
    }
    return Math.min(replicas, highest);
  }
}
