package dev.tenon.benchmarks;

import dev.tenon.benchmarks.RunSettings.Role;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The process that is measured: one system in one scenario, once. */
final class Measured {

  private static final int BATCH = 1_000;
  private static final int WARM_UP = 15_000;

  /** Single submits are slower than those of many; they get this fraction. */
  private static final int WARM_UP_OF_SINGLE = 4;

  /** A task of a chain takes about as long as all that happens to a hundred jobs in the drain. */
  private static final int WARM_UP_OF_CHAIN = 5;

  /** How many threads submit one job at a time, unless the scenario says otherwise. */
  private static final int SUBMITTERS = 8;

  /** How many jobs run at a time where a limit on them is measured. */
  private static final int SLOTS = 50;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double PERCENT = 100;

  private static final Duration TIMEOUT = Duration.ofMinutes(60);
  private static final Duration POLL = Duration.ofMillis(5);

  /** While many jobs are left, it takes PostgreSQL a while to count them. */
  private static final Duration SELDOM = Duration.ofMillis(500);

  /** How long a job takes where workers are killed, and where slots are full. */
  private static final Duration HANDLED_IN = Duration.ofMillis(20);

  private final JobSystem system;
  private final Connection connection;
  private final long backend;
  private final long broker;
  private final RunSettings settings;
  private final int jobs;
  private final int warmUp;

  private Measured(JobSystem system, Connection connection, RunSettings settings) throws Exception {
    this.system = system;
    this.connection = connection;
    this.settings = settings;
    this.jobs = settings.jobs();
    this.warmUp = Math.min(jobs, WARM_UP / settings.contender().slowness());
    this.broker = PortOwner.find(settings.place().amqpPort());
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
      boolean unused = rows.next();
      this.backend = rows.getLong(1);
    }
  }

  /** Measures what the system properties say, and prints it. */
  public static void main(String[] arguments) throws Exception {
    RunSettings settings = RunSettings.read();
    Place place = settings.place();
    writeHistory(settings);
    Measurement measurement;
    try (Connection connection =
            DriverManager.getConnection(place.url(), place.user(), place.password());
        JobSystem system = settings.contender().open(place)) {
      measurement = new Measured(system, connection, settings).run();
    }
    measurement.print();
    // A thread that some system leaves behind shall not keep the process
    System.exit(0);
  }

  private static void writeHistory(RunSettings settings) throws Exception {
    int finished =
        settings.scenario() == Scenario.RETENTION
            ? Math.max(settings.jobs(), settings.history())
            : settings.history();
    if (finished == 0 || settings.role() != Role.MEASURES) {
      return;
    }
    Place place = settings.place();
    // Once, so that the tables are there
    settings.contender().open(place).close();
    try (Connection connection =
        DriverManager.getConnection(place.url(), place.user(), place.password())) {
      FilledDatabase.fill(connection, finished, 0, 0);
    }
  }

  private Measurement run() throws Exception {
    return switch (settings.scenario()) {
      case DRAIN, LIMITS, ORDER, WORKFLOWS, STEPS, BATCHES, WAITING, OBSERVABILITY, DASHBOARD ->
          drain();
      case TOGETHER -> together();
      case SLOTS -> slots();
      case CHAIN -> chain();
      case BULK -> bulk();
      case SINGLE, OBSERVED_SUBMITS -> single(SUBMITTERS);
      case SINGLE_1 -> single(1);
      case WAL -> new WalOfLife(system, connection, jobs).measure();
      case RETENTION -> retention();
      case IDLE -> new Idling(system, connection, backend, broker, jobs).soon();
      case IDLE_LONG ->
          new Idling(system, connection, backend, broker, jobs)
              .after(Duration.ofMinutes(settings.minutes()));
      case IDLE_TRANSACTION -> {
        var unused = drainBacklog(warmUp, 0);
        yield IdleTransaction.drain(
            settings.place(), Duration.ofMinutes(settings.minutes()), () -> drainBacklog(jobs, 0));
      }
      case KILLS -> settings.role() == Role.WORKS ? workUntilKilled() : runByOthers();
      case TYPES -> new ManyTypes(settings.place(), settings.contender() == Contender.TENON).run();
      case START_100, START_2000 ->
          settings.role() == Role.SUBMITS ? submitAtRate() : measureStarts();
    };
  }

  private Measurement drain() throws Exception {
    var unused = drainBacklog(warmUp, 0);
    return drainBacklog(jobs, settings.backlog());
  }

  /** Jobs that are more than are counted still wait at the end. */
  private Measurement drainBacklog(int count, int more) throws Exception {
    submitInBatches(system, count + more);
    return drainSubmitted(count, more, work -> {});
  }

  private Measurement slots() throws Exception {
    Consumer<Work> handler = work -> LockSupport.parkNanos(HANDLED_IN.toNanos());
    submitInBatches(system, warmUp);
    var unused = drainSubmitted(warmUp, 0, handler);
    submitInBatches(system, jobs);
    Measurement measurement = drainSubmitted(jobs, 0, handler);
    double allowed = SLOTS * NANOS_PER_SECOND / HANDLED_IN.toNanos();
    double rate = Objects.requireNonNull(measurement.figures().get(Figure.RATE));
    measurement.figures().put(Figure.SHARE, PERCENT * rate / allowed);
    return measurement;
  }

  /** The first chain is for the warm-up. */
  private Measurement chain() throws Exception {
    Measurement measurement = new Measurement(Map.of());
    for (int length : new int[] {Math.max(1, jobs / WARM_UP_OF_CHAIN), jobs}) {
      system.submitAll(works(0, length));
      measurement = drainSubmitted(length, 0, work -> {});
    }
    return measurement;
  }

  private Measurement drainSubmitted(int count, int more, Consumer<Work> handler) throws Exception {
    until("the jobs are where workers look for them", system::isSettled);
    analyze();
    checkpoint();
    StartCounter counter = new StartCounter(count);
    Usage before = Usage.now(backend, broker, system.processes());
    long workerStart = System.nanoTime();
    JobSystem.Worker worker = system.startWorker(counter.andThen(handler));
    try {
      counter.await(TIMEOUT);
      long end =
          more == 0
              ? firstYes("every outcome is recorded", POLL, () -> system.unfinished() == 0)
              : System.nanoTime();
      long start = settings.contender().claimsLargeBatches() ? workerStart : counter.firstStart();
      return measurement(count, start, end, before);
    } finally {
      worker.close();
    }
  }

  private Measurement together() throws Exception {
    runTogether(warmUp);
    checkpoint();
    return runTogether(jobs);
  }

  private Measurement runTogether(int count) throws Exception {
    StartCounter counter = new StartCounter(count);
    JobSystem.Worker worker = system.startWorker(counter);
    try {
      Usage before = Usage.now(backend, broker, system.processes());
      long start = System.nanoTime();
      submitInBatches(system, count);
      counter.await(TIMEOUT);
      long end = firstYes("every outcome is recorded", POLL, () -> system.unfinished() == 0);
      return measurement(count, start, end, before);
    } finally {
      worker.close();
    }
  }

  private Measurement bulk() throws Exception {
    submitInBatches(system, warmUp);
    until("the jobs are where workers look for them", system::isSettled);
    checkpoint();
    Usage before = Usage.now(backend, broker, system.processes());
    long start = System.nanoTime();
    submitInBatches(system, jobs);
    return measurement(jobs, start, System.nanoTime(), before);
  }

  private Measurement single(int threads) throws Exception {
    system.submitOneByOne(warmUp / WARM_UP_OF_SINGLE, threads);
    until("the jobs are where workers look for them", system::isSettled);
    checkpoint();
    Usage before = Usage.now(backend, broker, system.processes());
    long start = System.nanoTime();
    system.submitOneByOne(jobs, threads);
    return measurement(jobs, start, System.nanoTime(), before);
  }

  private Measurement retention() throws Exception {
    Usage before = Usage.now(backend, broker, system.processes());
    long start = Expiry.of(connection, jobs);
    Expiry.awaitDeletion(connection);
    return measurement(jobs, start, System.nanoTime(), before);
  }

  /** The worker's side; another process submits. */
  private Measurement measureStarts() throws Exception {
    Latencies latencies = new Latencies(paced().warmUp(), jobs);
    JobSystem.Worker worker = system.startWorker(latencies);
    try {
      Measurement.printReady();
      return latencies.await(TIMEOUT);
    } finally {
      worker.close();
    }
  }

  /** The submitter's side; the worker's measures. */
  private Measurement submitAtRate() throws Exception {
    paced().run(system, jobs);
    return new Measurement(Map.of());
  }

  /** What other processes need for jobs that are there already. */
  private Measurement runByOthers() throws Exception {
    submitInBatches(system, jobs);
    until("the jobs are where workers look for them", system::isSettled);
    checkpoint();
    Usage before = Usage.now(backend, broker, system.processes());
    Measurement.printReady();
    until("a worker has ended the first job", SELDOM, () -> system.unfinished() < jobs);
    long start = System.nanoTime();
    long end = firstYes("every outcome is recorded", SELDOM, () -> system.unfinished() == 0);
    Measurement measurement = measurement(jobs, start, end, before);
    // This process only looks on
    measurement.figures().keySet().removeAll(Set.of(Figure.JVM_TIME, Figure.ALLOCATED));
    return measurement;
  }

  private Measurement workUntilKilled() throws Exception {
    JobSystem.Worker worker =
        system.startWorker(
            work -> {
              LockSupport.parkNanos(HANDLED_IN.toNanos());
            });
    Measurement.printReady();
    try {
      new CountDownLatch(1).await();
    } finally {
      worker.close();
    }
    return new Measurement(Map.of());
  }

  private PacedSubmits paced() {
    return new PacedSubmits(settings.scenario().ratePerSecond(), SUBMITTERS);
  }

  /** Submits a number of jobs in the fastest way that the system has. */
  static void submitInBatches(JobSystem system, int count) throws Exception {
    for (int first = 0; first < count; first += BATCH) {
      system.submitAll(works(first, Math.min(first + BATCH, count)));
    }
  }

  private static List<Work> works(int first, int end) {
    return IntStream.range(first, end).mapToObj(Work::of).toList();
  }

  private Measurement measurement(int count, long start, long end, Usage before) throws Exception {
    double seconds = (end - start) / NANOS_PER_SECOND;
    Usage used = Usage.now(backend, broker, system.processes()).since(before);
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.RATE, count / seconds);
    figures.put(Figure.POSTGRES_TIME, used.postgres() / count);
    figures.put(Figure.RABBITMQ_TIME, used.rabbitMq() / count);
    if (settings.contender().isNode()) {
      // This JVM only looks on
      figures.put(Figure.NODE_TIME, used.node() / count);
      return new Measurement(figures);
    }
    figures.put(Figure.JVM_TIME, used.jvm() / count);
    if (!Double.isNaN(used.allocated())) {
      figures.put(Figure.ALLOCATED, used.allocated() / 1024 / count);
    }
    return new Measurement(figures);
  }

  /**
   * Autovacuum would do it within a minute, for some of the systems before the drain and for others
   * in it, by chance. Without statistics of the backlog, a system whose plans depend on them can
   * take several times as long.
   */
  private void analyze() throws Exception {
    try (Statement statement = connection.createStatement()) {
      boolean unused = statement.execute("ANALYZE");
    }
  }

  /** What was written before shall not be flushed while something else is measured. */
  private void checkpoint() throws Exception {
    try (Statement statement = connection.createStatement()) {
      boolean unused = statement.execute("CHECKPOINT");
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void until(String what, Condition condition) throws Exception {
    until(what, POLL, condition);
  }

  private static void until(String what, Duration poll, Condition condition) throws Exception {
    long unused = firstYes(what, poll, condition);
  }

  /**
   * Waits; the questions take half of the time at most.
   *
   * @return when the question was asked to which the answer was yes, by {@link System#nanoTime()}
   */
  private static long firstYes(String what, Duration poll, Condition condition) throws Exception {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      long asked = System.nanoTime();
      if (condition.holds()) {
        return asked;
      }
      long answered = System.nanoTime();
      if (answered > deadline) {
        throw new IllegalStateException("Waited %s in vain until %s.".formatted(TIMEOUT, what));
      }
      Thread.sleep(Math.max(poll.toMillis(), (answered - asked) / 1_000_000));
    }
  }
}
