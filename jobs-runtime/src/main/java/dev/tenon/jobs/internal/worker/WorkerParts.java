package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.attempt.AttemptEnvironment;
import dev.tenon.jobs.internal.attempt.Deadlines;
import dev.tenon.jobs.internal.attempt.Gathering;
import dev.tenon.jobs.internal.attempt.HandlerThreads;
import dev.tenon.jobs.internal.attempt.Slots;
import dev.tenon.jobs.internal.attempt.WorkerSteps;
import dev.tenon.jobs.internal.broker.PointerConsumer;
import dev.tenon.jobs.internal.flow.LimitedClaimStore;
import dev.tenon.jobs.internal.flow.OperatorStore;
import dev.tenon.jobs.internal.recording.ClaimsInProgress;
import dev.tenon.jobs.internal.recording.DatabaseContact;
import dev.tenon.jobs.internal.recording.OutcomeWriter;
import dev.tenon.jobs.internal.recording.Recorder;
import dev.tenon.jobs.internal.recording.RecorderGroup;
import dev.tenon.jobs.internal.recording.ReportLanes;
import dev.tenon.jobs.internal.recording.ReportQueue;
import dev.tenon.jobs.internal.signal.ClaimSource;
import dev.tenon.jobs.internal.signal.PollSchedule;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.OutcomeStore;
import dev.tenon.jobs.internal.store.ReportStore;
import dev.tenon.jobs.internal.store.StartableJobs;
import dev.tenon.jobs.internal.store.StepStore;
import dev.tenon.jobs.internal.store.WorkerStore;
import dev.tenon.jobs.options.WorkerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a worker, in the order of their creation: each gets what it needs from those above
 * it, and knows none of those below.
 */
final class WorkerParts {

  private final String id;
  private final JobSources sources;
  private final Database database;
  final HandlersByType handlers;
  private final Map<String, Integer> knownVersions;
  final WorkerStore store;
  private final OutcomeStore outcomes;
  private final StepStore stepStore;

  final ExecutorService handlerThreads;
  final Slots slots;
  final Deadlines deadlines;
  final WorkerSteps steps;
  private final DatabaseContact contact;
  final AttemptRegistry attempts;

  final CancelHints cancelHints;
  final PollSchedule schedule;
  final @Nullable PointerConsumer consumer;

  final ReportLanes reports;
  final StartGate gate;
  final AttemptStarter starter;
  final LostClaims lostClaims;
  final NextTaskStarter nextTasks;
  final RecorderGroup recorders;
  final Claimer claimer;
  final Heartbeat heartbeat;

  /**
   * Creates all parts, and starts none.
   *
   * @param identity the worker
   * @param startable receives the jobs that can be started because jobs of workflows have ended
   * @param linesMayAdvance is called when jobs that others wait for in lines may have ended
   */
  WorkerParts(
      WorkerIdentity identity,
      JobSources sources,
      WorkerSettings settings,
      HandlersByType handlers,
      WorkerOptions options,
      Consumer<StartableJobs> startable,
      Runnable linesMayAdvance) {
    this.id = identity.id();
    this.sources = sources;
    this.database = sources.database();
    this.handlers = handlers;
    this.knownVersions = handlers.knownVersions();
    this.store = new WorkerStore(database, identity.session());
    this.outcomes = new OutcomeStore(database);

    int concurrency = options.concurrency();
    this.handlerThreads = HandlerThreads.executor(options.usesVirtualThreads(), id);
    this.slots = new Slots(concurrency, handlerThreads, new Gathering(handlers.bindings()));
    this.deadlines = new Deadlines(id);
    this.stepStore = new StepStore(database);
    this.steps = WorkerSteps.of(stepStore, settings.stepTransactions());
    this.contact = new DatabaseContact(store::uptime, settings.heartbeatInterval());
    this.attempts = new AttemptRegistry(slots, deadlines, settings.maxCrashes());

    this.cancelHints =
        new CancelHints(
            id, attempts::leaseOf, jobIds -> store.cancelRequested(id, jobIds), attempts::cancel);
    this.schedule =
        new PollSchedule(
            sources.broker() != null,
            handlers.declareLimits(),
            knownVersions.keySet(),
            sources.looks()::isNotifiedOfJobs,
            attempts::isAny,
            System::nanoTime);
    this.consumer =
        sources.broker() == null
            ? null
            : new PointerConsumer(
                sources.broker(),
                id,
                handlers.consumed(),
                concurrency * 2,
                cancelHints::heard,
                () -> schedule.pollSoon(ClaimSource.MESSAGES));

    this.reports = new ReportLanes(slots::taskEnded);
    this.gate = new StartGate(reports, deadlines, contact, concurrency);
    AttemptEnvironment environment =
        new AttemptEnvironment(
            settings.storage(),
            contact,
            settings.clock(),
            slots,
            deadlines,
            settings.listeners(),
            steps);
    this.starter =
        new AttemptStarter(handlers, environment, attempts, reports, gate, schedule::ended);
    this.lostClaims =
        new LostClaims(
            sources.looks().claims(),
            outcomes,
            id,
            attempts.jobIds(),
            new ClaimsInProgress(),
            settings.maxCrashes());
    this.nextTasks = new NextTaskStarter(id, knownVersions, slots, starter, gate, lostClaims);
    this.recorders = recorders(startable, handlers.declareOrder() ? linesMayAdvance : () -> {});
    this.claimer = new Claimer(id, feed(), slots, starter, gate, lostClaims, contact);
    this.heartbeat =
        new Heartbeat(
            store,
            new Heartbeat.Registration(id, concurrency, knownVersions, identity.application()),
            settings.heartbeatInterval(),
            contact,
            attempts,
            lostClaims,
            new Work(claimer, recorders, slots, consumer));
  }

  private JobFeed feed() {
    ClaimStore claims = sources.looks().claims();
    MessageClaims messages =
        consumer == null
            ? null
            : new MessageClaims(
                consumer,
                claims,
                id,
                knownVersions,
                new OperatorStore(database),
                handlers::queuesOfNoneBut,
                schedule);
    return new JobFeed(
        schedule,
        sources.looks().of(knownVersions, messages != null),
        claims,
        id,
        new JobFeed.Types(knownVersions, handlers.knownTogether()),
        new LimitedClaims(new LimitedClaimStore(database), id, knownVersions, schedule),
        messages);
  }

  private RecorderGroup recorders(Consumer<StartableJobs> startable, Runnable afterBatch) {
    ReportStore store = new ReportStore(database);
    List<Recorder> recorders = new ArrayList<>();
    for (ReportQueue queue : reports.all()) {
      OutcomeWriter writer =
          new OutcomeWriter(id, outcomes, queue, nextTasks, startable, afterBatch);
      recorders.add(
          new Recorder(id, recorders.size(), queue, store, stepStore::saveCursors, writer));
    }
    return new RecorderGroup(recorders);
  }

  private record Work(
      Claimer claimer, RecorderGroup recorders, Slots slots, @Nullable PointerConsumer consumer)
      implements Heartbeat.Work {

    @Override
    public boolean hasDied() {
      return claimer.hasDied() || recorders.hasDied();
    }

    @Override
    public boolean isNotifiedOfCancels() {
      return consumer != null && consumer.isConnected();
    }

    @Override
    public void quiet(boolean quieted) {
      slots.quiet(quieted);
    }
  }
}
