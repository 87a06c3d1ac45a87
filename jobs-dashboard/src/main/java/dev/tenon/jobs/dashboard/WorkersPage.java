package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.JobMonitor.Worker;
import dev.tenon.jobs.operate.WorkerQuery;
import java.time.Duration;
import java.util.List;

/** The workers, and what they run. */
final class WorkersPage implements Page {

  private static final int MAX_TYPES = 12;

  /** A worker never runs more jobs than this. */
  private static final int MAX_JOBS = 100;

  @Override
  public DashboardResponse answer(Call call) {
    call.require(Right.READ);
    if (call.isPost()) {
      return change(call);
    }
    Parameters parameters = call.query();
    List<WorkersView.Worker> workers =
        call.site().monitor().workers(query(call)).stream()
            .map(worker -> worker(call, worker))
            .toList();
    List<String> visible = call.typesFor(Right.READ);
    return DashboardResponse.html(
        200,
        WorkersViewTemplate.of()
            .execute(
                new WorkersView(
                    Frame.of(
                        call, "workers", "Workers", call.user().mayEverywhere(Right.ACT), false),
                    workers,
                    workers.isEmpty(),
                    Option.of(
                        visible.isEmpty()
                            ? call.site().jobs().types().list().stream().map(t -> t.type()).toList()
                            : visible,
                        parameters.get("type").orElse("")),
                    parameters.get("version").orElse(""),
                    parameters.get("host").orElse(""),
                    !parameters.encoded("done", "seal").isEmpty())));
  }

  private static DashboardResponse change(Call call) {
    String action = String.join("/", call.rest());
    if (!action.equals("quiet") && !action.equals("resume")) {
      throw new RefusedException(404, "There is no such action.");
    }
    if (!call.user().mayEverywhere(Right.ACT)) {
      throw new RefusedException(
          403,
          "You may not change workers: they run jobs of several types, and you need the right to act on all types.");
    }
    String worker = call.form().require("worker", "a worker");
    String reason = call.form().require("reason", "a reason");
    Actor actor = call.actor(reason);
    JobMonitor monitor = call.site().monitor();
    boolean quiets = action.equals("quiet");
    String notice =
        Call.change(
            () -> {
              if (quiets
                  ? monitor.quietWorker(worker, actor)
                  : monitor.resumeWorker(worker, actor)) {
                return quiets
                    ? "The worker claims no more jobs; its running jobs continue."
                    : "The worker claims jobs again.";
              }
              throw new IllegalStateException("The worker '" + worker + "' no longer exists.");
            });
    return call.done("/workers", notice);
  }

  private static WorkerQuery query(Call call) {
    Parameters parameters = call.query();
    WorkerQuery query = WorkerQuery.all();
    for (String type : parameters.get("type").stream().toList()) {
      call.require(Right.READ, type);
      query = query.withType(type);
    }
    for (String version : parameters.get("version").stream().toList()) {
      query = query.withVersion(version(version));
    }
    for (String host : parameters.get("host").stream().toList()) {
      query = query.withHost(host);
    }
    return query;
  }

  private static int version(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new BadRequestException("'" + text + "' is not a version; it must be a number.");
    }
  }

  /** A type that the worker runs, with its version if that is not the first. */
  private static String named(String type, Worker worker) {
    int version = worker.versions().getOrDefault(type, 1);
    return version > 1 ? type + " version " + version : type;
  }

  /** Its running jobs; it claims some jobs before it has a slot for them. */
  private static String load(Worker worker) {
    int claimed = worker.running().size();
    int ahead = claimed - worker.concurrency();
    return Math.min(claimed, worker.concurrency())
        + " of "
        + worker.concurrency()
        + (ahead <= 0
            ? ""
            : ", %s claimed ahead"
                .formatted(claimed >= MAX_JOBS ? ahead + " or more" : String.valueOf(ahead)));
  }

  private static WorkersView.Worker worker(Call call, Worker worker) {
    Format format = call.format();
    List<String> types =
        worker.types().stream()
            .filter(type -> call.user().may(Right.READ, type))
            .map(type -> named(type, worker))
            .toList();
    return new WorkersView.Worker(
        worker.id(),
        worker.host()
            + worker.role().map(role -> ", role " + role).orElse(", process " + worker.processId()),
        worker.isLive() ? "live" : "lost",
        format.maybe(worker.quietedAt().orElse(null)),
        !worker.isLive(),
        format.when(worker.startedAt()),
        format.when(worker.heartbeatAt()),
        load(worker),
        worker.types().isEmpty()
            ? "none"
            : String.join(", ", types.subList(0, Math.min(MAX_TYPES, types.size())))
                + (types.size() > MAX_TYPES ? " and " + (types.size() - MAX_TYPES) + " more" : ""),
        worker.running().stream()
            .filter(job -> call.user().may(Right.READ, job.type()))
            .map(
                job ->
                    new WorkersView.Running(
                        job.id().toString(),
                        job.id().toString().substring(28),
                        job.type(),
                        Format.exact(Duration.between(job.startedAt(), format.now()))))
            .toList());
  }
}
