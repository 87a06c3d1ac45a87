package dev.tenon.jobs.internal.scaling;

import dev.tenon.jobs.internal.scaling.SimulatedDay.Job;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/**
 * What a day costs whoever knows it in advance. Each job starts when it is due, if its limits and
 * the largest number of pods allow that. Jobs move between pods at no cost, so that no slot is
 * empty without need. Pods are ready in time, and each start costs its start-up time. Between two
 * times that a pod is needed, it stays if that costs less than another start. No scaler that starts
 * jobs as early can cost less.
 */
final class ClairvoyantCost {

  private ClairvoyantCost() {}

  /** The pod-seconds that the jobs need at least. */
  static long of(List<Job> jobs) {
    int[] pods = podsNeeded(jobs);
    int most = Arrays.stream(pods).max().orElse(0);
    long cost = 0;
    for (int level = 1; level <= most; level++) {
      cost += costOf(level, pods);
    }
    return cost;
  }

  /** The pods that are needed at each second. */
  private static int[] podsNeeded(List<Job> jobs) {
    int slots = SimulatedAutoscaler.MAX_REPLICAS * SimulatedCluster.SLOTS;
    SimulatedQueue queue = new SimulatedQueue(jobs);
    PriorityQueue<Integer> ends = new PriorityQueue<>();
    int[] pods = new int[SimulatedDay.SECONDS];
    for (int now = 0; now < SimulatedDay.SECONDS; now++) {
      while (!ends.isEmpty() && ends.element() <= now) {
        ends.remove();
      }
      queue.advance(now);
      while (ends.size() < slots) {
        Job job = queue.take(now);
        if (job == null) {
          break;
        }
        ends.add(now + job.seconds());
      }
      pods[now] = (ends.size() + SimulatedCluster.SLOTS - 1) / SimulatedCluster.SLOTS;
    }
    return pods;
  }

  /** The cost of the pod that is there while at least this number is needed. */
  private static long costOf(int level, int[] pods) {
    long cost = 0;
    int idleSince = -1;
    for (int now = 0; now < pods.length; now++) {
      if (pods[now] >= level) {
        boolean isFirst = cost == 0;
        int idle = isFirst ? SimulatedCluster.START_UP : now - idleSince;
        cost += 1 + Math.min(SimulatedCluster.START_UP, idle);
        idleSince = now + 1;
      }
    }
    return cost;
  }
}
