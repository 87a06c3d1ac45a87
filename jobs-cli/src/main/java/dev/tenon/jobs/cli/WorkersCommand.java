package dev.tenon.jobs.cli;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.internal.operate.LiveWorkers;
import dev.tenon.jobs.internal.sql.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenon workers}. */
@Command(
    name = "workers",
    description = "Show the workers, their last heartbeats, and their running jobs.",
    subcommands = {WorkersCommand.Quiet.class, WorkersCommand.Resume.class, DrainCommand.class})
final class WorkersCommand extends TenonCommand {

  @Option(names = "--jobs", description = "Show each running job")
  private boolean jobs;

  WorkersCommand() {}

  @Override
  int run(Connection database) {
    // Reports a problem with the database, if there is one
    var unused = database.runtime();
    DataSource source = database.dataSource();
    List<LiveWorkers.Row> workers =
        new LiveWorkers(new Database(source, source, source, database.schema())).list();
    if (isJson()) {
      print(workers.stream().map(WorkersCommand::view).toList());
      return 0;
    }
    if (workers.isEmpty()) {
      line("No workers.");
    }
    Text.table(
            List.of("WORKER", "HOST", "PROCESS", "RUNNING", "SINCE", "LAST SEEN", "TYPES"),
            workers.stream().map(WorkersCommand::row).toList())
        .forEach(this::line);
    if (jobs) {
      for (LiveWorkers.Row worker : workers) {
        for (LiveWorkers.Running job : worker.running()) {
          line(
              "%s runs %s, %s, for %s"
                  .formatted(worker.id(), job.jobId(), job.type(), since(job.startedAt())));
        }
      }
    }
    return 0;
  }

  private static String since(@Nullable Instant start) {
    return start == null ? "?" : Text.duration(Duration.between(start, Instant.now()));
  }

  private static List<String> row(LiveWorkers.Row worker) {
    return List.of(
        worker.id(),
        Text.oneLine(worker.host()),
        worker.processId() == 0 ? "" : Long.toString(worker.processId()),
        Text.load(worker.running().size(), worker.concurrency())
            + (worker.quietedAt() == null ? "" : ", quieted"),
        Text.time(worker.startedAt()),
        Text.duration(worker.silentFor()) + " ago",
        worker.role() == null
            ? worker.types().stream().sorted().collect(Collectors.joining(" "))
            : "those granted to the role " + worker.role());
  }

  private static Map<String, @Nullable Object> view(LiveWorkers.Row worker) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("id", worker.id());
    view.put("host", worker.host());
    view.put("processId", worker.processId());
    view.put("concurrency", worker.concurrency());
    view.put("startedAt", worker.startedAt());
    view.put("silentForMillis", worker.silentFor().toMillis());
    view.put("role", worker.role());
    view.put("types", worker.types());
    view.put("quietedAt", worker.quietedAt());
    view.put("running", worker.running().stream().map(WorkersCommand::view).toList());
    return view;
  }

  private static Map<String, @Nullable Object> view(LiveWorkers.Running job) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("jobId", job.jobId());
    view.put("type", job.type());
    view.put("startedAt", job.startedAt());
    return view;
  }

  /** The base of the two commands for one worker. */
  abstract static class Telling extends ActingCommand {

    @Parameters(paramLabel = "ID", description = "Id of the worker")
    private String id;

    @SuppressWarnings("NullAway.Init")
    Telling() {}

    /**
     * Changes the worker.
     *
     * @param reason the reason; null if the command takes none
     * @param done the message, after the worker's id
     */
    int tell(@Nullable String reason, BiPredicate<String, Actor> change, String done) {
      if (!change.test(id, actor(reason))) {
        throw Failure.of("There is no worker '" + id + "'. Run 'tenon workers' to list them.");
      }
      if (isJson()) {
        print(Map.of("id", id, "outcome", "done"));
      } else {
        line("Worker " + id + " " + done);
      }
      return 0;
    }
  }

  /** {@code tenon workers quiet}. */
  @Command(
      name = "quiet",
      description = "Drain a worker: it claims no more jobs. Its running jobs continue.")
  static final class Quiet extends Telling {

    @Option(
        names = "--reason",
        paramLabel = "REASON",
        required = true,
        description = "Reason for the audit")
    private String reason;

    @SuppressWarnings("NullAway.Init")
    Quiet() {}

    @Override
    int run(Connection database) {
      return tell(
          reason,
          database.runtime().monitor()::quietWorker,
          "claims no more jobs from its next heartbeat on, until it is resumed.");
    }
  }

  /** {@code tenon workers resume}. */
  @Command(name = "resume", description = "Let a drained worker claim jobs again.")
  static final class Resume extends Telling {

    Resume() {}

    @Override
    int run(Connection database) {
      return tell(
          null,
          database.runtime().monitor()::resumeWorker,
          "claims jobs again from its next heartbeat on.");
    }
  }
}
