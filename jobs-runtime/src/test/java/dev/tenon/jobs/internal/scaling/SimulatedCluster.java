package dev.tenon.jobs.internal.scaling;

import dev.tenon.jobs.internal.scaling.SimulatedDay.Job;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Pods of workers. A pod starts for some seconds, then takes jobs. If there are too many, those
 * that are still starting go first, and then any, whatever they run, as in Kubernetes. A pod that
 * goes takes no more jobs, and ends once its jobs have ended, or at the end of its grace period.
 * Not thread-safe.
 */
final class SimulatedCluster {

  /** The seconds from the decision to the first claim: the image is on the node, the JVM starts. */
  static final int START_UP = 15;

  /** The slots of a pod. */
  static final int SLOTS = 4;

  private final SimulatedQueue queue;
  private final int grace;
  private final Random random;
  private final List<Pod> pods = new ArrayList<>();
  private long podSeconds;
  private int started;
  private int interrupted;
  private int waitsFromZero;
  private int longestFromZero;
  private int readySince = -1;

  /** A pod, the second that it is ready at, and the second that it goes at the latest. */
  private static final class Pod {

    private final int readyAt;
    private int goesAt = Integer.MAX_VALUE;
    private final List<Running> running = new ArrayList<>();

    Pod(int readyAt) {
      this.readyAt = readyAt;
    }

    boolean isGoing() {
      return goesAt < Integer.MAX_VALUE;
    }

    boolean takesJobs(int now) {
      return !isGoing() && readyAt <= now && running.size() < SLOTS;
    }
  }

  private record Running(Job job, int startedAt) {

    boolean hasEnded(int now) {
      return startedAt + job.seconds() <= now;
    }
  }

  /** A job that has ended, for the statistics. */
  @FunctionalInterface
  interface Ended {
    void ended(int type, int seconds, int now);
  }

  /**
   * Creates a cluster without pods.
   *
   * @param grace the seconds that a pod may take to go
   */
  SimulatedCluster(SimulatedQueue queue, int grace, Random random) {
    this.queue = queue;
    this.grace = grace;
    this.random = random;
  }

  /** Lets a second pass: jobs end, pods go, jobs start. */
  void advance(int now, Ended ended) {
    Iterator<Pod> each = pods.iterator();
    while (each.hasNext()) {
      Pod pod = each.next();
      pod.running.removeIf(
          run -> {
            if (run.hasEnded(now)) {
              ended.ended(run.job().type(), run.job().seconds(), now);
              return true;
            }
            return false;
          });
      if (pod.isGoing() && (pod.running.isEmpty() || pod.goesAt <= now)) {
        interrupted += pod.running.size();
        each.remove();
      }
    }
    queue.advance(now);
    startJobs(now);
    podSeconds += pods.size();
  }

  private void startJobs(int now) {
    boolean fromZero = pods.stream().noneMatch(pod -> !pod.isGoing() && pod.readyAt < now);
    if (!fromZero) {
      readySince = -1;
    } else if (readySince < 0 && queue.isReady()) {
      readySince = now;
    }
    List<Pod> free = new ArrayList<>(pods.stream().filter(pod -> pod.takesJobs(now)).toList());
    while (!free.isEmpty()) {
      Job job = queue.take(now);
      if (job == null) {
        return;
      }
      if (fromZero && readySince >= 0) {
        waitsFromZero++;
        longestFromZero = Math.max(longestFromZero, now - readySince);
        readySince = -1;
        fromZero = false;
      }
      int index = random.nextInt(free.size());
      Pod pod = free.get(index);
      pod.running.add(new Running(job, now));
      started++;
      if (pod.running.size() == SLOTS) {
        free.remove(index);
      }
    }
  }

  /** Starts pods, or lets some go, until this number is there besides those that go. */
  void scale(int replicas, int now) {
    List<Pod> there = new ArrayList<>(pods.stream().filter(pod -> !pod.isGoing()).toList());
    while (there.size() < replicas) {
      Pod pod = new Pod(now + START_UP);
      pods.add(pod);
      there.add(pod);
    }
    while (there.size() > replicas) {
      Pod victim = starting(there, now);
      victim = victim == null ? there.get(random.nextInt(there.size())) : victim;
      there.remove(victim);
      victim.goesAt = now + grace;
    }
  }

  private static @Nullable Pod starting(List<Pod> there, int now) {
    return there.stream().filter(pod -> pod.readyAt > now).findFirst().orElse(null);
  }

  /** The pods that are there, besides those that go. */
  int replicas() {
    return (int) pods.stream().filter(pod -> !pod.isGoing()).count();
  }

  /** The live workers, as Tenon sees them. */
  Fleet fleet(int now) {
    List<Pod> live = pods.stream().filter(pod -> !pod.isGoing() && pod.readyAt <= now).toList();
    int busy = (int) live.stream().filter(pod -> !pod.running.isEmpty()).count();
    return new Fleet(live.size(), live.size() * SLOTS, busy, SLOTS);
  }

  /** The jobs of a type that run on these, with their mean age. */
  TypeWork.Running running(int type, int now) {
    List<Running> all =
        pods.stream()
            .filter(pod -> !pod.isGoing())
            .flatMap(pod -> pod.running.stream())
            .filter(run -> run.job().type() == type)
            .toList();
    double age = all.stream().mapToInt(run -> now - run.startedAt()).average().orElse(0);
    return new TypeWork.Running(all.size(), Duration.ofMillis((long) (age * 1_000)));
  }

  boolean isEmpty() {
    return pods.isEmpty();
  }

  /** The seconds that all pods have been there, from their start to their end. */
  long podSeconds() {
    return podSeconds;
  }

  int started() {
    return started;
  }

  /** The number of running jobs that were ended because their pod went. */
  int interrupted() {
    return interrupted;
  }

  /** How often a job was there and no pod was. */
  int waitsFromZero() {
    return waitsFromZero;
  }

  /** The longest wait for the first start of a job when no pod was there, in seconds. */
  int longestFromZero() {
    return longestFromZero;
  }
}
