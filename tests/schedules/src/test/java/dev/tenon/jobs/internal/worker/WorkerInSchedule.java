package dev.tenon.jobs.internal.worker;

import static dev.tenon.schedules.Threads.check;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.JsonReader;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.internal.attempt.AttemptEnvironment;
import dev.tenon.jobs.internal.attempt.Deadlines;
import dev.tenon.jobs.internal.attempt.Gathering;
import dev.tenon.jobs.internal.attempt.Slots;
import dev.tenon.jobs.internal.attempt.WorkerSteps;
import dev.tenon.jobs.internal.broker.Queues;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.recording.DatabaseContact;
import dev.tenon.jobs.internal.recording.OutcomeWriter;
import dev.tenon.jobs.internal.recording.Recorder;
import dev.tenon.jobs.internal.recording.RecorderGroup;
import dev.tenon.jobs.internal.recording.ReportLanes;
import dev.tenon.jobs.internal.recording.ReportQueue;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.OutcomeStore;
import dev.tenon.jobs.internal.store.ReportStore;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.options.SizeLimits;
import dev.tenon.schedules.Threads;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The parts of a worker that its jobs pass through, from their claim to their record. Who claims
 * them, and when, is a matter of the schedule.
 */
final class WorkerInSchedule {

  static final Duration LONG = Duration.ofMinutes(10);

  static final JobDefinition<String, Void> DEFINITION =
      JobDefinition.builder(TableInSchedule.TYPE, String.class, Void.class)
          .payloadCodec(JsonCodec.of((json, value) -> {}, JsonReader::stringValue))
          .build();

  private final Threads handlerThreads = new Threads();
  private final TableInSchedule table;
  final Map<String, Integer> types = Map.of(TableInSchedule.TYPE, 1);
  final DatabaseContact contact =
      new DatabaseContact(() -> Duration.ofDays(1), Duration.ofDays(1), () -> System.nanoTime());
  final Slots slots;
  final AttemptRegistry attempts;
  final ReportLanes reports;
  final StartGate gate;
  final AttemptStarter starter;
  final LostClaims lostClaims;
  final ClaimsInProgress claims = new ClaimsInProgress();
  final NextTaskStarter nextTasks;
  final RecorderGroup recorders;

  /**
   * Creates a worker with one job type.
   *
   * @param timers receives the timers of its attempts
   * @param outcomes records their outcomes in the table
   */
  WorkerInSchedule(
      int concurrency,
      JobBinding<String, Void> binding,
      BiConsumer<Duration, Runnable> timers,
      TableInSchedule table,
      OutcomeStore outcomes) {
    this.table = table;
    this.slots =
        new Slots(
            concurrency,
            work -> handlerThreads.start(work::run),
            new Gathering(List.of(binding)));
    Deadlines deadlines = new Deadlines(timers);
    this.attempts = new AttemptRegistry(slots, deadlines, 3);
    this.reports = new ReportLanes(slots::taskEnded);
    this.gate = new StartGate(reports, deadlines, contact, concurrency);
    this.starter =
        new AttemptStarter(
            new HandlersByType(new Handlers(List.of(binding)), List.of(), new Queues(Map::of)),
            new AttemptEnvironment(
                ValueStorage.unencrypted(SizeLimits.defaults()),
                contact,
                Clock.systemUTC(),
                slots,
                deadlines,
                JobListeners.NONE,
                new WorkerSteps((jobId, cursors) -> null)),
            attempts,
            reports,
            gate,
            type -> {});
    this.lostClaims =
        new LostClaims(
            new ClaimStore(), outcomes, TableInSchedule.WORKER, attempts.jobIds(), 3);
    this.nextTasks =
        new NextTaskStarter(
            TableInSchedule.WORKER, types, slots, starter, gate, lostClaims, claims);
    // All jobs of schedules report to it
    ReportQueue queue = reports.all().get(0);
    OutcomeWriter writer =
        new OutcomeWriter(
            TableInSchedule.WORKER, outcomes, queue, nextTasks, startable -> {}, () -> {});
    this.recorders =
        new RecorderGroup(
            List.of(
                new Recorder(
                    TableInSchedule.WORKER,
                    0,
                    queue,
                    new ReportStore(line -> {}),
                    cursors -> {},
                    writer)));
  }

  /** The handlers of a worker. */
  private record Handlers(List<JobBinding<?, ?>> bindings) implements JobHandlers {
    @Override
    public ModuleDefinition module() {
      throw new UnsupportedOperationException();
    }
  }

  /**
   * Stops as a worker does.
   *
   * @param closeClaimer stops claiming
   */
  void stop(Threads.Work closeClaimer) throws InterruptedException {
    nextTasks.close();
    closeClaimer.run();
    starter.releaseWaitingFor(Duration.ZERO);
    check(attempts.awaitHandlers(LONG), "all slots become free");
    check(recorders.close(LONG), "everything is recorded");
    table.checkAfterStop();
    check(!attempts.isAny(), "a worker that has stopped knows no attempt");
    check(slots.waitingJobs() == 0, "no job waits in a worker that has stopped");
    handlerThreads.join();
    check(slots.used() == 0, "no slot is free twice");
  }
}
