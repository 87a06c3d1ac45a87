package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobMonitor.WorkerState;
import java.time.Duration;
import java.util.List;

/** The workers, and what they run. */
final class WorkersPage implements Page {

  private static final int MAX_TYPES = 12;

  /** A worker is told to run no more than that, however many there are. */
  private static final int MAX_JOBS = 100;

  @Override
  public DashboardResponse answer(Call call) {
    call.requireGet();
    call.require(Right.READ);
    List<WorkersView.Worker> workers =
        call.site().monitor().workers().stream().map(worker -> worker(call, worker)).toList();
    return DashboardResponse.html(
        200,
        WorkersViewTemplate.of()
            .execute(
                new WorkersView(
                    Frame.of(call, "workers", "Workers", false, false),
                    workers,
                    workers.isEmpty())));
  }

  /** What it runs; it claims some jobs before it has a slot for them. */
  private static String load(WorkerState worker) {
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

  private static WorkersView.Worker worker(Call call, WorkerState worker) {
    Format format = call.format();
    List<String> types =
        worker.types().stream().filter(type -> call.user().may(Right.READ, type)).toList();
    return new WorkersView.Worker(
        worker.id(),
        worker.role() == null
            ? worker.host() + ", process " + worker.processId()
            : worker.host() + ", role " + worker.role(),
        worker.isAlive() ? "alive" : "lost",
        !worker.isAlive(),
        format.when(worker.startedAt()),
        format.when(worker.heartbeatAt()),
        load(worker),
        worker.types().isEmpty()
            ? "not known"
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
