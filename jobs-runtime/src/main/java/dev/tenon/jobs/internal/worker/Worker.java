package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.JobsFigures;
import dev.tenon.jobs.WorkerOptions;
import dev.tenon.jobs.internal.broker.BrokerAccess;
import dev.tenon.jobs.internal.broker.PointerConsumer;
import dev.tenon.jobs.internal.broker.Queues;
import dev.tenon.jobs.internal.flow.LimitedClaimStore;
import dev.tenon.jobs.internal.flow.OperatorStore;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.NextTasks;
import dev.tenon.jobs.internal.store.OutcomeStore;
import dev.tenon.jobs.internal.store.ReleasedJobs;
import dev.tenon.jobs.internal.store.ReportStore;
import dev.tenon.jobs.internal.store.WorkerStore;
import dev.tenon.jobs.internal.values.ValueStorage;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker: one thread claims jobs while there are free slots, each job runs on a thread of its
 * own, one thread records what they report, and one sends the heartbeats.
 */
public final class Worker implements JobWorker {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private static final Duration LAST_RECORDING = Duration.ofSeconds(5);

  /** A look into the table costs a statement; a look at what RabbitMQ has sent costs nothing. */
  private static final Duration REST_OF_TABLE = Duration.ofMillis(50);

  private final String id;
  private final WorkerOptions options;
  private final HandlersByType bindings;
  private final WorkerStore workers;
  private final Consumer<Worker> onClosed;
  private final RecorderGroup recorders;
  private final Heartbeat heartbeat;
  private final LimitedFeed feed;
  private final @Nullable PointerConsumer consumer;
  private final CancelHints cancelHints;
  private final AttemptRegistry attempts;
  private final Slots slots;
  private final ExecutorService handlerThreads;
  private final Deadlines deadlines;
  private final LostClaims lostClaims;
  private final Claimer claimer;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean stopping;

  /**
   * A worker; {@link #start()} starts it.
   *
   * @param database where the jobs are
   * @param broker how pointers come; null if the worker takes its jobs from the table
   * @param handlers what it runs
   * @param queues tells from which queues it takes pointers
   * @param options how it works
   * @param heartbeatInterval how often it sends a heartbeat
   * @param maxCrashes with that many crashes a job fails
   * @param storage how payloads, results and logs are stored
   * @param clock for deadlines and log lines
   * @param looks what the workers of this process know of jobs that only the table has
   * @param released is told what can be started since jobs of workflows have ended
   * @param onClosed is told when the worker has stopped
   * @param listeners are told of what it does
   */
  public Worker(
      Database database,
      @Nullable BrokerAccess broker,
      JobHandlers handlers,
      Queues queues,
      WorkerOptions options,
      Duration heartbeatInterval,
      int maxCrashes,
      ValueStorage storage,
      Clock clock,
      TableLooks looks,
      Consumer<ReleasedJobs> released,
      Consumer<Worker> onClosed,
      JobListeners listeners) {
    this.id = handlers.module().name() + "-" + UUID.randomUUID().toString().substring(0, 8);
    this.options = options;
    this.onClosed = onClosed;
    this.bindings = new HandlersByType(handlers, queues);
    this.workers = new WorkerStore(database);
    ClaimStore claims = looks.claims();
    Map<String, Integer> knownVersions = bindings.knownVersions();
    OutcomeStore outcomes = new OutcomeStore(database);
    ReportStore reports = new ReportStore(database);
    this.recorders =
        new RecorderGroup(
            number ->
                new Recorder(
                    outcomes,
                    reports,
                    id,
                    "tenon-recorder-" + number + "-" + id,
                    tasks(),
                    released));
    this.handlerThreads = HandlerThreads.executor(options.virtualThreads(), id);
    this.deadlines = new Deadlines(id);
    this.slots = new Slots(options.concurrency(), handlerThreads);
    DatabaseContact contact = new DatabaseContact(workers::ping, heartbeatInterval);
    this.attempts =
        new AttemptRegistry(
            bindings,
            storage,
            recorders,
            contact,
            clock,
            slots,
            options.concurrency(),
            maxCrashes,
            deadlines,
            this::limitedJobEnded,
            listeners);
    this.cancelHints =
        new CancelHints(
            id, attempts::leaseOf, jobIds -> workers.cancelRequested(id, jobIds), this::cancel);
    Activity activity = new Activity(looks::hearsOfJobs, () -> !attempts.all().isEmpty());
    if (broker == null) {
      this.consumer = null;
      TableLook look = looks.withoutBroker(knownVersions);
      this.feed =
          withLimited(
              new TableFeed(claims, id, knownVersions, look, activity),
              look,
              activity,
              REST_OF_TABLE,
              database);
    } else {
      this.consumer =
          new PointerConsumer(
              broker, id, bindings.consumed(), options.concurrency() * 2, cancelHints::heard);
      this.feed =
          withLimited(
              new BrokerFeed(
                  consumer,
                  claims,
                  id,
                  knownVersions,
                  looks,
                  new PausedTypes(new OperatorStore(database), knownVersions.keySet()),
                  bindings::queuesOfNoneBut),
              looks.besideBroker(knownVersions),
              activity,
              Duration.ZERO,
              database);
    }
    this.heartbeat =
        new Heartbeat(
            workers,
            outcomes,
            id,
            options.concurrency(),
            knownVersions,
            heartbeatInterval,
            contact,
            () -> consumer != null && consumer.isConnected(),
            this::threadsLive,
            this::claimsEnded,
            attempts.all(),
            orders());
    this.lostClaims = new LostClaims(claims, outcomes, id, attempts.jobIds(), maxCrashes);
    this.claimer = new Claimer(id, knownVersions, feed, slots, attempts, lostClaims, contact);
  }

  private LimitedFeed withLimited(
      JobFeed other, TableLook look, Activity activity, Duration restOfOther, Database database) {
    return new LimitedFeed(
        other,
        new LimitedClaimStore(database),
        id,
        bindings.knownVersions(),
        look,
        activity,
        bindings.declareLimits(),
        restOfOther);
  }

  private Heartbeat.Orders orders() {
    return new Heartbeat.Orders() {
      @Override
      public void cancel(UUID jobId) {
        boolean unused = Worker.this.cancel(jobId);
      }

      @Override
      public void loseLease(Attempt<?, ?> attempt) {
        attempts.loseLease(attempt);
      }

      @Override
      public void quiet(boolean quieted) {
        slots.quiet(quieted);
      }
    };
  }

  /** The recorders come first. Until the claimer is there, nothing has ended. */
  private Recorder.Tasks tasks() {
    return new Recorder.Tasks() {
      @Override
      public void ended() {
        claimer.ended();
      }

      @Override
      public NextTasks claimable(int ended) {
        return claimer.claimable(ended);
      }

      @Override
      public void start(List<ClaimedJob> jobs, List<SlotTurn> turns) {
        claimer.start(jobs, turns);
      }

      @Override
      public void recorded(int jobs) {
        claimer.recorded(jobs);
      }
    };
  }

  /** The heartbeat comes first. Until the claimer is there, nothing is claimed. */
  private long claimsEnded() {
    // Once nothing more is claimed, no claim can be under way
    return stopping && !claimer.isAlive() ? System.nanoTime() : claimer.claimsEnded();
  }

  private void limitedJobEnded(String type) {
    feed.ended(type);
  }

  /**
   * Starts to work.
   *
   * @throws StoreException if the database cannot be reached
   */
  public void start() {
    heartbeat.start();
    recorders.start();
    cancelHints.start();
    if (consumer != null) {
      consumer.start();
    }
    claimer.start();
    LOG.info(
        "Worker {} runs up to {} jobs at a time, of {} {}.",
        id,
        options.concurrency(),
        bindings.types(),
        bindings.types() == 1 ? "type" : "types");
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public int runningJobs() {
    return attempts.all().size();
  }

  /** How much it has to do at the moment. */
  public JobsFigures.Worker figures() {
    return new JobsFigures.Worker(
        id,
        options.concurrency(),
        slots.used(),
        slots.waitingJobs(),
        recorders.waitingEnds(),
        deadlines.leaked());
  }

  /** How many messages were not pointers to jobs, and went to the dead-letter queue. */
  public long refusedMessages() {
    return consumer == null ? 0 : consumer.refused();
  }

  /** What is not as it should be, for people to read; empty if all is well. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (stopping) {
      problems.add("it is stopping");
      return problems;
    }
    if (!claimer.isAlive()) {
      problems.add("its claiming thread has ended; restart the process");
    }
    claimer.problem().ifPresent(problems::add);
    if (heartbeat.isFailing()) {
      problems.add("its heartbeats have stopped, since the database cannot be reached");
    }
    if (consumer != null && consumer.downFor().compareTo(BrokerTrust.FALL_BACK_AFTER) > 0) {
      if (!consumer.isConnected()) {
        problems.add("it is not connected to RabbitMQ and takes its jobs from the table");
      } else if (!consumer.isPaused()) {
        problems.add(
            "RabbitMQ does not let it consume its queues, so it takes its jobs from the table");
      }
    }
    if (recorders.isFull()) {
      problems.add("too many outcomes wait to be recorded; it claims no more jobs until some are");
    }
    if (consumer != null) {
      problems.addAll(consumer.problems());
    }
    if (deadlines.leaked() > 0) {
      problems.add(
          deadlines.leaked()
              + " handlers go on though their attempts are over; see the log for which"
              + (attempts.tooManyLeaked() ? ". It claims no more jobs until some return" : ""));
    }
    return problems;
  }

  /** Tells the worker that there may be something to claim in the table. */
  public void wake() {
    feed.wake();
  }

  /** Another process says that there may be something to claim in the table. */
  public void hear() {
    claimer.hear();
  }

  /**
   * Jobs may be committed within this time that only the table has, and of which nobody will tell.
   */
  public void expect(Duration within) {
    feed.expect(within);
  }

  /** Another process says that somebody wants to cancel a job, which may run here. */
  public void hearOfCancel(UUID jobId) {
    cancelHints.heard(jobId);
  }

  /** Whether jobs wait in the table that no message of RabbitMQ brings. */
  public boolean looksIntoTheTable() {
    return consumer == null || bindings.declareLimits();
  }

  /** Tells the handler of a job to stop, since the job was cancelled. Whether the job runs here. */
  public boolean cancel(UUID jobId) {
    return attempts.cancel(jobId);
  }

  /**
   * Without them nothing is done, and nobody should think that it is. While the worker stops, they
   * end one after the other, and the heart beats until everything is recorded.
   */
  private boolean threadsLive() {
    return stopping || (recorders.isAlive() && claimer.isAlive());
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      awaitStopped();
      return;
    }
    LOG.info(
        "Worker {} stops: it takes no more jobs, and waits up to {} for {} that run.",
        id,
        DisplayText.of(options.gracePeriod()),
        attempts.all().size());
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("Worker {} was interrupted while it stopped; other workers run its jobs again.", id);
      attempts.tellAllToStop();
    } finally {
      closeTheRest();
    }
  }

  /** Whatever has become of {@link #stop}: as long as its heart beats, nobody takes its jobs. */
  private void closeTheRest() {
    try {
      claimer.closeSoon();
      heartbeat.closeSoon();
      cancelHints.closeSoon();
      recorders.finishSoon();
      handlerThreads.shutdown();
      deadlines.close();
      if (consumer != null) {
        consumer.close();
      }
    } finally {
      onClosed.accept(this);
      stopped.countDown();
    }
  }

  private void awaitStopped() {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Claims whose answers were lost: the heartbeat does not look for them any more. */
  private void giveBackUnknown() {
    try {
      lostClaims.giveBack(
          workers.running(id, Optional.empty()).stream()
              .map(WorkerStore.Running::lease)
              .filter(lease -> !attempts.jobIds().contains(lease.jobId()))
              .toList());
    } catch (StoreException e) {
      LOG.warn("Worker {} could not look whether it has jobs by the table that it never got.", id);
    }
  }

  private void stop() throws InterruptedException {
    stopping = true;
    claimer.close();
    attempts.handBackWaitingFor(Duration.ZERO);
    long graceEnds = System.nanoTime() + options.gracePeriod().toNanos();
    if (!attempts.awaitHandlers(options.gracePeriod())) {
      LOG.info(
          "The grace period of worker {} is over; {} handlers are told to stop.",
          id,
          attempts.all().size());
      attempts.stopAll();
    }
    // The rest of the grace period also gives a database time to come back
    Duration left = Duration.ofNanos(graceEnds - System.nanoTime());
    boolean recorded = recorders.close(left.compareTo(LAST_RECORDING) > 0 ? left : LAST_RECORDING);
    heartbeat.close();
    cancelHints.close();
    if (recorded) {
      giveBackUnknown();
      try {
        workers.deregister(id);
      } catch (StoreException e) {
        LOG.warn("Worker {} could not sign off; the others will soon count it as lost.", id);
      }
    }
    LOG.info("Worker {} has stopped.", id);
  }
}
