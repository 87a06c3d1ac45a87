package dev.tenon.jobs.faults;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.faults.FaultJobs.Done;
import dev.tenon.jobs.faults.FaultJobs.Work;
import dev.tenon.jobs.faults.NodeMain.Submitting;
import dev.tenon.jobs.testservers.TcpProxy;
import dev.tenon.jobs.testservers.TestServerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A system of producers and workers, and what is done to it. The same seed does the same things in
 * the same order; how they fall together with what the system does at that moment is up to the
 * machine.
 */
final class RandomFaults {

  /** More than a job can have in any run. */
  static final int ENOUGH_CRASHES = 1_000_000;

  private static final List<Submitting> OF_JOBS =
      List.of(
          Submitting.SINGLE,
          Submitting.HURRIED,
          Submitting.BATCH,
          Submitting.TRANSACTION,
          Submitting.VERSIONED,
          Submitting.DURABLE,
          Submitting.ORDERED,
          Submitting.EXTERNAL);

  private static final int WORKERS = 3;
  private static final int SLOTS = 8;
  private static final int GROUPS = 2;
  private static final int LARGE_EVERY = 100;
  private static final int LARGE_BURST = 30;

  /** Enough for small payloads in all slots, and not for large ones in each. */
  private static final String SMALL_HEAP = "-Xmx20m";

  /** More free disk than any machine has, and the broker's default. */
  private static final String FULL = "1000000GB";

  private static final String NOT_FULL = "50MB";

  /**
   * Much longer than the silence after which a worker counts as lost. Nobody can be heard of while
   * the database is away, so nobody may be taken for lost because of it.
   */
  private static final Duration MIN_OUTAGE =
      FaultSettings.choose(Duration.ofSeconds(6), Duration.ofSeconds(20));

  private static final Duration MAX_OUTAGE =
      FaultSettings.choose(Duration.ofSeconds(8), Duration.ofSeconds(60));

  /** For how long callers hold jobs that wait. */
  private static final Duration MAX_TRANSACTION =
      FaultSettings.choose(Duration.ofSeconds(10), Duration.ofMinutes(1));

  private static final Duration STARVING =
      FaultSettings.choose(Duration.ofSeconds(5), Duration.ofSeconds(10));

  private static final Duration GRACE = Duration.ofSeconds(3);
  private static final Duration QUOTA = Duration.ofMillis(20);

  private final Site site;
  private final Random random;
  private final int jobs;
  private final int jobsPerSecond;
  private final List<Submitting> ways;
  private final String ledger;
  private final List<TcpProxy> postgres = new ArrayList<>();
  private final List<TcpProxy> rabbit = new ArrayList<>();
  private final List<SilencingProxy> forgetful = new ArrayList<>();
  private final List<Node> workers = new ArrayList<>();
  private final List<Node> producers = new ArrayList<>();
  private final List<Node> bursts = new ArrayList<>();
  private final CallersTransactions transactions;
  private final long startNanos = System.nanoTime();
  private int started;

  /** Something that is done to the system and undone again. */
  private record Fault(String name, int weight, Consumer<Duration> effect) {}

  private final List<Fault> faults =
      List.of(
          new Fault("kill a worker", 5, time -> killWorker()),
          new Fault("freeze a worker", 4, this::freezeWorker),
          new Fault("kill a producer", 3, time -> killProducer()),
          new Fault("stop a worker", 2, time -> stopWorker()),
          new Fault("cut PostgreSQL off", 3, time -> cut(postgres, time)),
          new Fault("silence PostgreSQL", 3, time -> stall(postgres, time)),
          new Fault("cut RabbitMQ off", 3, time -> cut(rabbit, time)),
          new Fault("silence RabbitMQ", 3, time -> stall(rabbit, time)),
          new Fault("forget all connections", 1, time -> forget()),
          new Fault("restart PostgreSQL", 1, time -> restartPostgres(false)),
          new Fault("kill PostgreSQL", 1, time -> restartPostgres(true)),
          new Fault("kill RabbitMQ", 1, this::killRabbit),
          new Fault("wipe RabbitMQ", 1, time -> wipeRabbit()),
          new Fault("purge the queue", 2, time -> purge()),
          new Fault("delete the queue", 1, time -> deleteQueue()),
          new Fault("close all connections", 2, time -> closeConnections()),
          new Fault("stop PostgreSQL for long", 2, time -> stopPostgresForLong()),
          new Fault("fill RabbitMQ's disk", 2, this::fillRabbitDisk),
          new Fault("submit large payloads", 3, time -> submitLargePayloads()),
          new Fault("starve a worker", 2, time -> starveWorker()),
          new Fault("hold waiting jobs", 4, time -> holdWaitingJobs()),
          new Fault("submit large workflows", 2, time -> submitLargeWorkflows()));

  /** Jobs of their own, of which some have large payloads and some workers a small heap. */
  RandomFaults(Site site, long seed, int jobs, Duration time) {
    this(site, seed, jobs, time, OF_JOBS, "submitted");
  }

  /**
   * What is submitted in these ways.
   *
   * @param jobs how many times that is done
   * @param ledger where those are counted that are committed
   */
  RandomFaults(
      Site site, long seed, int jobs, Duration time, List<Submitting> ways, String ledger) {
    this.site = site;
    this.ways = ways;
    this.ledger = ledger;
    this.random = new Random(seed);
    this.transactions = new CallersTransactions(site);
    this.jobs = jobs;
    // Faults cost time: what is due in the whole time is done in two thirds of it
    this.jobsPerSecond = (int) Math.max(10, jobs * 3L / 2 / time.toSeconds());
  }

  void start() {
    for (int i = 0; i < GROUPS; i++) {
      SilencingProxy database = new SilencingProxy(site.postgres().port());
      SilencingProxy broker = new SilencingProxy(site.rabbit().port());
      forgetful.add(database);
      forgetful.add(broker);
      postgres.add(TcpProxy.to("127.0.0.1", database.port()));
      rabbit.add(TcpProxy.to("127.0.0.1", broker.port()));
    }
    site.afterNodes(this::closeProxies);
    CompletableFuture<Void> built =
        hasTypeScript()
            ? CompletableFuture.runAsync(TypeScriptWorker::build, task -> new Thread(task).start())
            : CompletableFuture.completedFuture(null);
    for (Submitting how : ways) {
      producers.add(startProducer(how));
    }
    if (ways.contains(Submitting.HURRIED) && !site.hasWorkers()) {
      // However fast the workers are then, these jobs are late
      site.awaitLate();
    }
    for (int i = 0; i < WORKERS; i++) {
      workers.add(startWorker());
    }
    built.join();
    if (hasTypeScript()) {
      site.grantExternal();
      // However few faults there are, this is one of them
      Node killed = startTypeScriptWorker();
      killed.awaitLogged("Starting job", Site.PATIENCE);
      killed.kill();
      workers.add(startTypeScriptWorker());
    }
    workers.forEach(Node::awaitReady);
    submitLargePayloads();
    // However few faults there are, these are among them
    submitLargeWorkflows();
    transactions.open(MAX_TRANSACTION);
  }

  private Node.Builder node(String name) {
    int group = started++ % GROUPS;
    return site.node(name + "-" + started)
        .url(site.urlBy(postgres.get(group).port()))
        .amqpUris(site.amqpUriBy(rabbit.get(group).port()))
        .maxCrashes(ENOUGH_CRASHES);
  }

  /** Some know a newer version of a type than others. */
  private Node startWorker() {
    return startWorker(nextVersion());
  }

  /** Not at random: how often processes are started does not depend on the seed alone. */
  private JobDefinition<Work, Done> nextVersion() {
    return started % 2 == 0 ? FaultJobs.VERSIONED : FaultJobs.VERSIONED_2;
  }

  private Node startWorker(JobDefinition<Work, Done> versioned) {
    Node.Builder worker =
        node("worker")
            .worker(SLOTS)
            .grace(GRACE)
            .types(
                FaultJobs.WORK,
                FaultJobs.HURRY,
                FaultJobs.DURABLE,
                FaultJobs.BATCHED,
                FaultJobs.ORDERED,
                versioned);
    // The later option counts
    return site.start(
        started % WORKERS == 0 && ways.equals(OF_JOBS) ? worker.jvmArguments(SMALL_HEAP) : worker);
  }

  private boolean hasTypeScript() {
    return ways.contains(Submitting.EXTERNAL);
  }

  /** The one after the workers in Java, which is disturbed like them. */
  private Node startTypeScriptWorker() {
    return site.startTypeScript(node("typescript").worker(SLOTS).grace(GRACE));
  }

  /** Starts a worker like the one in this place. */
  private Node startWorkerInPlace(int which) {
    return which == WORKERS ? startTypeScriptWorker() : startWorker();
  }

  private Node startProducer(Submitting how) {
    JobDefinition<Work, Done> type =
        switch (how) {
          case VERSIONED -> nextVersion();
          case DURABLE -> FaultJobs.DURABLE;
          case BATCH -> FaultJobs.BATCHED;
          case ORDERED -> FaultJobs.ORDERED;
          case EXTERNAL -> FaultJobs.EXTERNAL;
          default -> FaultJobs.WORK;
        };
    return site.start(
        node("producer")
            .maintenance(false)
            .types(type)
            .submits(Integer.MAX_VALUE, how)
            .submitsPerSecond(Math.max(1, jobsPerSecond / ways.size()))
            .payload(FaultJobs.Action.WORK, 2)
            .largePayloads(LARGE_EVERY));
  }

  /** Whether as many jobs were submitted as should be. */
  boolean isEnough() {
    return Ledger.count(site.folder(), ledger) >= jobs;
  }

  /** Does one thing to the system, and gives it time to get on. */
  void next() {
    restartEnded();
    int dice = random.nextInt(faults.stream().mapToInt(Fault::weight).sum());
    Duration time = Duration.ofMillis(300 + (long) (8_000 * Math.pow(random.nextDouble(), 2)));
    Duration rest = Duration.ofMillis(500 + random.nextInt(4_000));
    int left = dice;
    for (Fault fault : faults) {
      left -= fault.weight();
      if (left < 0) {
        System.out.printf(
            Locale.ROOT,
            "%7.1f s: %s (%d ms)%n",
            Figures.since(startNanos).toMillis() / 1000.0,
            fault.name(),
            time.toMillis());
        fault.effect().accept(time);
        break;
      }
    }
    Site.sleep(rest);
  }

  /**
   * Starts again what has ended by itself, as a supervisor would: a process cannot start while its
   * database is away.
   */
  private void restartEnded() {
    for (int i = 0; i < workers.size(); i++) {
      if (!workers.get(i).process().isAlive()) {
        workers.set(i, startWorkerInPlace(i));
      }
    }
    for (int i = 0; i < producers.size(); i++) {
      if (!producers.get(i).process().isAlive()) {
        producers.set(i, startProducer(ways.get(i)));
      }
    }
  }

  /** Ends the producers, and gives the system everything it needs. */
  void heal() {
    producers.forEach(Node::kill);
    bursts.forEach(Node::kill);
    transactions.close();
    postgres.forEach(TcpProxy::resume);
    postgres.forEach(TcpProxy::restore);
    rabbit.forEach(TcpProxy::resume);
    rabbit.forEach(TcpProxy::restore);
    workers.add(startWorker(FaultJobs.VERSIONED_2));
    if (hasTypeScript()) {
      workers.add(startTypeScriptWorker());
    }
  }

  private void closeProxies() {
    postgres.forEach(TcpProxy::close);
    rabbit.forEach(TcpProxy::close);
    forgetful.forEach(SilencingProxy::close);
  }

  private int pick(List<?> things) {
    return random.nextInt(things.size());
  }

  private void killWorker() {
    int which = pick(workers);
    workers.get(which).kill();
    workers.set(which, startWorkerInPlace(which));
  }

  private void stopWorker() {
    int which = pick(workers);
    workers.get(which).process().terminate();
    workers.set(which, startWorkerInPlace(which));
  }

  private void freezeWorker(Duration time) {
    Node worker = workers.get(pick(workers));
    worker.freeze();
    Site.sleep(time);
    worker.thaw();
  }

  /** As a quota of a tenth of a processor does: it runs for a moment, and stands for nine. */
  private void starveWorker() {
    Node worker = workers.get(pick(workers));
    long start = System.nanoTime();
    while (Figures.since(start).compareTo(STARVING) < 0) {
      worker.freeze();
      Site.sleep(QUOTA.multipliedBy(9));
      worker.thaw();
      Site.sleep(QUOTA);
    }
  }

  /** Others than these jobs go on, so nothing waits for the end of it. */
  private void holdWaitingJobs() {
    transactions.open(Duration.ofMillis((long) (MAX_TRANSACTION.toMillis() * random.nextDouble())));
  }

  private void submitLargeWorkflows() {
    if (ways.equals(OF_JOBS)) {
      bursts.add(
          site.start(
              node("workflows")
                  .maintenance(false)
                  .submitsPerSecond(1)
                  .submits(LargeGraphs.values().length, Submitting.LARGE_WORKFLOW)));
    }
  }

  private void killProducer() {
    int which = pick(producers);
    producers.get(which).kill();
    producers.set(which, startProducer(ways.get(which)));
  }

  private void cut(List<TcpProxy> proxies, Duration time) {
    TcpProxy proxy = proxies.get(pick(proxies));
    proxy.cut();
    Site.sleep(time);
    proxy.restore();
  }

  private void stall(List<TcpProxy> proxies, Duration time) {
    TcpProxy proxy = proxies.get(pick(proxies));
    proxy.stall();
    Site.sleep(time);
    proxy.resume();
  }

  private void forget() {
    int unused = forgetful.get(pick(forgetful)).silence();
  }

  private void restartPostgres(boolean kill) {
    if (kill) {
      site.postgres().kill();
    } else {
      site.postgres().stop();
    }
    site.postgres().start();
  }

  private void stopPostgresForLong() {
    long range = MAX_OUTAGE.minus(MIN_OUTAGE).toMillis();
    Duration outage = MIN_OUTAGE.plusMillis((long) (random.nextDouble() * range));
    System.out.printf(Locale.ROOT, "%11s PostgreSQL is away for %d ms%n", "", outage.toMillis());
    site.postgres().stop();
    Site.sleep(outage);
    site.postgres().start();
  }

  /** A broker whose disk is full keeps its connections and takes no messages. */
  private void fillRabbitDisk(Duration time) {
    site.rabbit().rabbitmqctl("set_disk_free_limit", FULL);
    Site.sleep(time);
    site.rabbit().rabbitmqctl("set_disk_free_limit", NOT_FULL);
  }

  /** More than fit into one claim, all at once. */
  private void submitLargePayloads() {
    bursts.forEach(Node::kill);
    bursts.clear();
    if (!ways.equals(OF_JOBS)) {
      return;
    }
    bursts.add(
        site.start(
            node("burst")
                .maintenance(false)
                .submits(LARGE_BURST, Submitting.BATCH)
                .payload(FaultJobs.Action.WORK, 1_000)
                .largePayloads(1)));
  }

  private void killRabbit(Duration time) {
    site.rabbit().kill();
    Site.sleep(time);
    site.rabbit().start();
  }

  private void wipeRabbit() {
    site.rabbit().wipe();
    site.rabbit().start();
  }

  private void purge() {
    site.tryWithChannel(channel -> channel.queuePurge(site.queue()));
  }

  private void deleteQueue() {
    site.tryWithChannel(channel -> channel.queueDelete(site.queue()));
  }

  private void closeConnections() {
    try {
      site.rabbit().rabbitmqctl("close_all_connections", "closed by a test");
    } catch (TestServerException e) {
      // A broker that has just started may have no time for it
      System.out.println("The broker did not close them: " + e.getMessage());
    }
  }
}
