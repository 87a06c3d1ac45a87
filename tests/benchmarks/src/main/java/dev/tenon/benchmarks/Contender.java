package dev.tenon.benchmarks;

import dev.tenon.benchmarks.systems.BareSystem;
import dev.tenon.benchmarks.systems.DbSchedulerSystem;
import dev.tenon.benchmarks.systems.DbosSystem;
import dev.tenon.benchmarks.systems.JobRunrSystem;
import dev.tenon.benchmarks.systems.NodeSystem;
import dev.tenon.benchmarks.systems.QuartzSystem;
import dev.tenon.benchmarks.systems.TenonChainsOfThree;
import dev.tenon.benchmarks.systems.TenonRows;
import dev.tenon.benchmarks.systems.TenonSteps;
import dev.tenon.benchmarks.systems.TenonSystem;
import dev.tenon.benchmarks.systems.TenonWaiting;
import dev.tenon.benchmarks.systems.TenonWatched;
import dev.tenon.benchmarks.systems.TenonWorkflows;
import java.util.Locale;

/** A system with its settings. The order is that of the tables. */
public enum Contender {
  /** Tenon as it comes. */
  TENON("Tenon, default options", 0, 1, "RabbitMQ, 10 jobs at a time") {
    @Override
    JobSystem open(Place place) {
      return TenonSystem.withRabbitMq(place);
    }
  },
  /** Tenon with the concurrency of the others. */
  TENON_20("Tenon, 20 at a time", 20, 1, "RabbitMQ, `withConcurrency(20)`") {
    @Override
    JobSystem open(Place place) {
      return TenonSystem.withRabbitMq(place);
    }
  },
  /** Tenon without a broker. */
  TENON_TABLE("Tenon without RabbitMQ", 20, 1, "PostgreSQL alone, `withConcurrency(20)`") {
    @Override
    JobSystem open(Place place) {
      return TenonSystem.withoutRabbitMq(place);
    }
  },
  /** Tenon with jobs of which 50 may run at a time. */
  TENON_MAX_50("Tenon, `maxConcurrent = 50`", 20, 1, "the same, `maxConcurrent = 50`") {
    @Override
    JobSystem open(Place place) {
      return TenonSystem.withLimits(place, WorkVariants.AT_MOST_50);
    }
  },
  /** The same limit, in a worker with more slots than it lets jobs run. */
  TENON_MAX_50_WIDE(
      "Tenon, `maxConcurrent = 50`, 100 at a time", 100, 1, "the same, `withConcurrency(100)`") {
    @Override
    JobSystem open(Place place) {
      return TenonSystem.withLimits(place, WorkVariants.AT_MOST_50);
    }
  },
  /** Tenon with jobs that have a rate. */
  TENON_RATE("Tenon, a rate that does not bind", 20, 1, "the same, `rates = \"100000000/m\"`") {
    @Override
    JobSystem open(Place place) {
      return TenonSystem.withLimits(place, WorkVariants.RATE);
    }
  },
  /** Tenon with jobs of many keys, each of which has a limit. */
  TENON_KEYS("Tenon, 1,000 keys", 20, 1, "the same, `@Limit(…, maxConcurrent = 5)`, 1,000 keys") {
    @Override
    JobSystem open(Place place) {
      return TenonSystem.withLimits(place, WorkVariants.THOUSAND_KEYS);
    }
  },
  /** Tenon with jobs of one key that has a limit. */
  TENON_HOT_KEY("Tenon, one key", 20, 1, "the same, `@Limit(…, maxConcurrent = 1000)`, one key") {
    @Override
    JobSystem open(Place place) {
      return TenonSystem.withLimits(place, WorkVariants.ONE_KEY);
    }
  },
  /** Tenon with jobs that run one after another for each key. */
  TENON_ORDERED("Tenon, ordered, 10,000 keys", 20, 1, "the same, `@Ordered(…)`, 10,000 keys") {
    @Override
    JobSystem open(Place place) {
      return TenonSystem.withLimits(place, WorkVariants.ORDERED);
    }
  },
  /** Tenon with jobs that belong to one batch. */
  TENON_BATCH("Tenon, one batch", 20, 1, "the same, all jobs in one batch") {
    @Override
    JobSystem open(Place place) {
      return TenonWorkflows.batch(TenonSystem.withRabbitMq(place));
    }
  },
  /** Tenon with jobs that wait for each other. */
  TENON_CHAINS("Tenon, chains of ten", 20, 1, "the same, ten jobs one after the other") {
    @Override
    JobSystem open(Place place) {
      return TenonWorkflows.chains(TenonSystem.withRabbitMq(place), 10);
    }
  },
  /** Tenon with jobs each of which waits for the one before it. */
  TENON_CHAIN("Tenon, one chain", 20, 1, "the same, all jobs one after the other") {
    @Override
    JobSystem open(Place place) {
      return TenonWorkflows.chain(TenonSystem.withRabbitMq(place));
    }
  },
  /** The same without a broker. */
  TENON_TABLE_CHAIN(
      "Tenon without RabbitMQ, one chain",
      20,
      1,
      "PostgreSQL alone, all jobs one after the other") {
    @Override
    JobSystem open(Place place) {
      return TenonWorkflows.chain(TenonSystem.withoutRabbitMq(place));
    }
  },
  /** Tenon with a handler that writes a row. */
  TENON_ROWS("Tenon, a row for each job", 20, 1, "the same, a handler that writes one row") {
    @Override
    JobSystem open(Place place) throws Exception {
      return TenonRows.single(place, TenonSystem.withRabbitMq(place, WorkVariants.WITH_ROWS));
    }
  },
  /** Tenon with a handler that writes many rows at once. */
  TENON_BATCHES(
      "Tenon, batches of 100", 20, 1, "the same, a batch handler that writes 100 rows at once") {
    @Override
    JobSystem open(Place place) throws Exception {
      return TenonRows.batches(place, TenonSystem.withRabbitMq(place, WorkVariants.WITH_ROWS));
    }
  },
  /** The first without a broker. */
  TENON_TABLE_ROWS(
      "Tenon without RabbitMQ, a row for each job",
      20,
      1,
      "PostgreSQL alone, a handler that writes one row") {
    @Override
    JobSystem open(Place place) throws Exception {
      return TenonRows.single(place, TenonSystem.withoutRabbitMq(place, WorkVariants.WITH_ROWS));
    }
  },
  /** The second without a broker. */
  TENON_TABLE_BATCHES(
      "Tenon without RabbitMQ, batches of 100",
      20,
      1,
      "PostgreSQL alone, a batch handler that writes 100 rows at once") {
    @Override
    JobSystem open(Place place) throws Exception {
      return TenonRows.batches(place, TenonSystem.withoutRabbitMq(place, WorkVariants.WITH_ROWS));
    }
  },
  /** Tenon with a handler that has steps. */
  TENON_STEPS("Tenon, three steps", 20, 1, "the same, a handler with three steps that do nothing") {
    @Override
    JobSystem open(Place place) {
      return new TenonSteps(TenonSystem.withRabbitMq(place, WorkVariants.IN_STEPS));
    }
  },
  /** The same with more slots: a step waits for its commit, which it shares with others. */
  TENON_STEPS_WIDE(
      "Tenon, three steps, 100 at a time", 100, 1, "the same, `withConcurrency(100)`") {
    @Override
    JobSystem open(Place place) {
      return new TenonSteps(TenonSystem.withRabbitMq(place, WorkVariants.IN_STEPS));
    }
  },
  /** The same without a broker. */
  TENON_TABLE_STEPS(
      "Tenon without RabbitMQ, three steps",
      20,
      1,
      "PostgreSQL alone, a handler with three steps that do nothing") {
    @Override
    JobSystem open(Place place) {
      return new TenonSteps(TenonSystem.withoutRabbitMq(place, WorkVariants.IN_STEPS));
    }
  },
  /** What people do without steps. */
  TENON_THREE(
      "Tenon, chains of three", 20, 1, "the second one, three jobs one after the other for each") {
    @Override
    JobSystem open(Place place) {
      return new TenonChainsOfThree(TenonSystem.withRabbitMq(place));
    }
  },
  /** Tenon with a million jobs that wait. */
  TENON_WAITING(
      "Tenon, a million jobs wait", 20, 1, "the second one, a million jobs wait for a signal") {
    @Override
    JobSystem open(Place place) throws Exception {
      return TenonWaiting.fill(TenonSystem.withRabbitMq(place), place, 1_000_000);
    }
  },
  /** Tenon with jobs that are deleted soon after they have ended. */
  TENON_BRIEF("Tenon, kept for 30 s", 20, 1, "the second one, jobs are kept for 30 s") {
    @Override
    JobSystem open(Place place) {
      return TenonSystem.withRabbitMq(place, WorkVariants.BRIEF);
    }
  },
  /** The same without a broker. */
  TENON_TABLE_BRIEF(
      "Tenon without RabbitMQ, kept for 30 s", 20, 1, "PostgreSQL alone, jobs are kept for 30 s") {
    @Override
    JobSystem open(Place place) {
      return TenonSystem.withoutRabbitMq(place, WorkVariants.BRIEF);
    }
  },
  /** Tenon with all meters and traces on. */
  TENON_OBSERVED(
      "Tenon, meters and traces",
      20,
      1,
      "the same, `MicrometerJobListener` on a registry of Prometheus that is scraped every 5 s,"
          + " `OpenTelemetryJobListener` with every span sampled, and dropped by the exporter") {
    @Override
    JobSystem open(Place place) {
      return TenonSystem.observed(place);
    }
  },
  /** Tenon without anything that runs for its dashboard. */
  TENON_UNWATCHED(
      "Tenon, nothing for a dashboard", 20, 1, "the same, statistics are not rolled up") {
    @Override
    JobSystem open(Place place) throws Exception {
      return TenonWatched.byNobody(place);
    }
  },
  /** Tenon with a dashboard at which people look. */
  TENON_WATCHED(
      "Tenon, a dashboard that is watched",
      20,
      1,
      "the same, statistics are rolled up, five viewers of the overview, who get live events and"
          + " charts") {
    @Override
    JobSystem open(Place place) {
      return TenonWatched.byFive(place);
    }
  },
  /** Four processes of workers. */
  TENON_4_WORKERS("Tenon, 4 workers", 0, 1, "the first one, in four processes") {
    @Override
    JobSystem open(Place place) {
      return TenonSystem.withRabbitMq(place);
    }
  },
  /** Eight processes of workers that do not live long. */
  TENON_8_KILLED(
      "Tenon, 8 workers, one killed every 10 s",
      0,
      1,
      "the first one, in eight processes, of which one is killed by SIGKILL every 10 s") {
    @Override
    JobSystem open(Place place) {
      return TenonSystem.withRabbitMq(place);
    }
  },
  /** What the two servers can do at all. */
  BARE(
      "Bare program",
      20,
      1,
      "RabbitMQ, 20 handler threads, prefetch 2,000, claims of 200, outcomes of 500") {
    @Override
    JobSystem open(Place place) throws Exception {
      return new BareSystem(place);
    }
  },
  /** The fastest of the established libraries. */
  DB_SCHEDULER(
      "db-scheduler",
      20,
      1,
      "`threads(20)`, `pollUsingLockAndFetch(1.0, 4.0)`, polls every 250 ms, payload by Jackson,"
          + " pool of 24; keeps no history") {
    @Override
    JobSystem open(Place place) throws Exception {
      return new DbSchedulerSystem(place);
    }
  },
  /** The fastest of the libraries of Node.js. */
  GRAPHILE(
      "Graphile Worker",
      20,
      1,
      "Node.js, one process, `concurrentJobs: 20`, pool of 21, `localQueue: { size: 500 }`,"
          + " `completeJobBatchDelay: 0`, `failJobBatchDelay: 0`; keeps no history") {
    @Override
    JobSystem open(Place place) throws Exception {
      return NodeSystem.graphileWorker(place, 1);
    }
  },
  /** The same on both cores of a small machine. */
  GRAPHILE_2(
      "Graphile Worker, 2 processes",
      20,
      1,
      "the same, two processes, of which one submits; keeps no history") {
    @Override
    JobSystem open(Place place) throws Exception {
      return NodeSystem.graphileWorker(place, 2);
    }
  },
  /** Keeps jobs that have ended, as Tenon does. */
  PG_BOSS(
      "pg-boss",
      20,
      1,
      "Node.js, one process, one worker, `batchSize: 20000`, `pollingIntervalSeconds: 0.5`,"
          + " `notifyWorker` after a full batch, pool of 20") {
    @Override
    JobSystem open(Place place) throws Exception {
      return NodeSystem.pgBoss(place);
    }
  },
  /** Keeps a job as one JSON document. */
  JOBRUNR(
      "JobRunr",
      20,
      5,
      "20 workers, polls every 5 s (the shortest that it accepts), Jackson, pool of 24;"
          + " keeps its history in the job") {
    @Override
    JobSystem open(Place place) {
      return new JobRunrSystem(place);
    }
  },
  /** Its steps, whose results are in the job's document. */
  JOBRUNR_STEPS(
      "JobRunr, three steps", 20, 5, "the same, `runStepOnce` three times, which do nothing") {
    @Override
    JobSystem open(Place place) {
      return JobRunrSystem.withSteps(place);
    }
  },
  /** Durable workflows in a library. */
  DBOS_STEPS(
      "DBOS Transact, three steps",
      20,
      20,
      "Java, one queue, polls every 10 ms, `runStep` three times, which do nothing, pool of 24") {
    @Override
    JobSystem open(Place place) {
      return new DbosSystem(place);
    }
  },
  /** The oldest. */
  QUARTZ(
      "Quartz",
      20,
      20,
      "clustered JDBC store, 20 threads, 20 triggers at a time, looks every second, pool of 24;"
          + " keeps no history") {
    @Override
    JobSystem open(Place place) throws Exception {
      return new QuartzSystem(place);
    }
  };

  private final String label;
  private final int slots;
  private final int slowness;
  private final String settings;

  Contender(String label, int slots, int slowness, String settings) {
    this.label = label;
    this.slots = slots;
    this.slowness = slowness;
    this.settings = settings;
  }

  /** Opens the system, in the process that is measured. */
  abstract JobSystem open(Place place) throws Exception;

  /** What the option {@code --systems} calls it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What tables and charts call it. */
  public String label() {
    return label;
  }

  /** Whether it is Tenon. */
  boolean isTenon() {
    return compareTo(BARE) < 0;
  }

  /** Whether it needs Node.js, and what {@link NodePackages} fetches. */
  boolean isNode() {
    return this == GRAPHILE || this == GRAPHILE_2 || this == PG_BOSS;
  }

  /** Whether jobs that have ended can be looked up. The others delete a job when it ends. */
  boolean keepsHistory() {
    return switch (this) {
      case DB_SCHEDULER, GRAPHILE, GRAPHILE_2, QUARTZ -> false;
      default -> true;
    };
  }

  /**
   * Whether it claims so many jobs at a time that the first claim is a good part of a drain. Its
   * drain is measured from the start of the worker, since at the start of the first job a whole
   * batch is claimed.
   */
  boolean claimsLargeBatches() {
    return this == PG_BOSS;
  }

  /** How many jobs its worker runs at a time; 0 for the system's default. */
  int slots() {
    return slots;
  }

  /** It is given this fraction of the jobs, so that it takes about as long as the others. */
  int slowness() {
    return slowness;
  }

  /** The settings that differ from the system's own, for the table. */
  String settings() {
    return settings;
  }
}
