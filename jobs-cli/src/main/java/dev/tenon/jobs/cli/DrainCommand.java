package dev.tenon.jobs.cli;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.JobMonitor.Worker;
import dev.tenon.jobs.operate.WorkerQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenon workers drain}. */
@Command(
    name = "drain",
    description = {
      "Stop workers from claiming jobs, and wait until those that they run have ended.",
      "Then their processes can be stopped. The exit code is 1 if jobs still run after --timeout."
    })
final class DrainCommand extends ActingCommand {

  private static final Duration LOOK_AGAIN_AFTER = Duration.ofSeconds(1);

  @Parameters(
      paramLabel = "ID|VERSION",
      description = "Id of the worker, or the version of an application")
  private String target;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      required = true,
      description = "Reason for the audit")
  private String reason;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "How long to wait, such as 90s, 30m or 2h. Default: until it is done")
  private @Nullable String timeout;

  @Option(names = "--no-wait", description = "Only stop them from claiming jobs")
  private boolean noWait;

  @SuppressWarnings("NullAway.Init")
  DrainCommand() {}

  @Override
  int run(Connection database) {
    Duration patience = timeout == null ? null : JobFilter.duration("--timeout", timeout);
    JobMonitor monitor = database.runtime().monitor();
    List<String> ids = targets(monitor);
    Actor actor = actor(reason);
    ids.forEach(id -> quiet(monitor, id, actor));
    if (!isJson()) {
      line(
          (ids.size() == 1 ? "Worker %s claims" : "Workers %s claim")
                  .formatted(String.join(", ", ids))
              + " no more jobs from the next heartbeat on.");
      out().flush();
    }
    return noWait ? end(List.of(), ids) : await(monitor, ids, patience);
  }

  /** The worker with the id, or else the live workers of the version. */
  private List<String> targets(JobMonitor monitor) {
    List<Worker> all = monitor.workers(WorkerQuery.all());
    if (all.stream().anyMatch(worker -> worker.id().equals(target))) {
      return List.of(target);
    }
    List<String> ids =
        monitor.workers(WorkerQuery.all().withApplicationVersion(target)).stream()
            .filter(Worker::isLive)
            .map(Worker::id)
            .toList();
    if (ids.isEmpty()) {
      throw Failure.of(
          "There is no worker '%s', and no live worker of an application with that version. Run 'tenon workers' to list them."
              .formatted(target));
    }
    return ids;
  }

  private static void quiet(JobMonitor monitor, String id, Actor actor) {
    // One that has just signed off is what a drain is for
    boolean unused = monitor.quietWorker(id, actor);
  }

  private int await(JobMonitor monitor, List<String> ids, @Nullable Duration patience) {
    long start = System.nanoTime();
    int before = -1;
    while (true) {
      List<Worker> busy =
          monitor.workers(WorkerQuery.all()).stream()
              .filter(worker -> ids.contains(worker.id()))
              .filter(worker -> worker.isLive() && !worker.isDrained())
              .toList();
      int running = busy.stream().mapToInt(worker -> worker.running().size()).sum();
      if (busy.isEmpty()) {
        return end(List.of(), ids);
      }
      if (running != before && !isJson()) {
        line("%s still run%s.".formatted(jobs(running), running == 1 ? "s" : ""));
        out().flush();
        before = running;
      }
      if (patience != null && System.nanoTime() - start > patience.toNanos()) {
        return end(busy, ids);
      }
      rest();
    }
  }

  private static String jobs(int running) {
    return running == 1 ? "1 job" : running + " jobs";
  }

  private static void rest() {
    try {
      Thread.sleep(LOOK_AGAIN_AFTER.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.of("The thread was interrupted. The workers stay quieted.");
    }
  }

  private int end(List<Worker> busy, List<String> ids) {
    boolean isDone = busy.isEmpty() && !noWait;
    if (isJson()) {
      Map<String, @Nullable Object> view = new LinkedHashMap<>();
      view.put("workers", ids);
      view.put("outcome", noWait ? "quieted" : isDone ? "drained" : "busy");
      List<String> jobs = new ArrayList<>();
      busy.forEach(worker -> worker.running().forEach(job -> jobs.add(job.id().toString())));
      view.put("running", jobs);
      print(view);
    } else if (isDone) {
      line("Done: they run nothing, and their processes can be stopped.");
    }
    if (!busy.isEmpty()) {
      if (!isJson()) {
        busy.forEach(
            worker ->
                worker
                    .running()
                    .forEach(
                        job ->
                            line("%s runs %s, %s".formatted(worker.id(), job.id(), job.type()))));
      }
      return Failure.FAILED;
    }
    return 0;
  }
}
