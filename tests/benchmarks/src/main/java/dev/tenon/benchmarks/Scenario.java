package dev.tenon.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What is measured. The order is that of the tables. */
enum Scenario {
  DRAIN(
      "Drain of a preloaded backlog",
      200_000,
      Figure.RATE,
      "From the start of the first job to the last recorded outcome, with one worker. pg-boss, which claims 20,000 jobs at a time, is measured from the start of its worker.",
      Submitters.AND_WORKERS),
  LIMITS(
      "Drain under limits",
      60_000,
      Figure.RATE,
      "The drain with jobs of types that have limits, compared with a type without limits.",
      Contender.TENON_20,
      Contender.TENON_MAX_50,
      Contender.TENON_RATE,
      Contender.TENON_KEYS,
      Contender.TENON_HOT_KEY),
  ORDER(
      "Drain in order",
      60_000,
      Figure.RATE,
      "The drain with jobs of 10,000 keys, which run one after another for each key, compared with jobs without an order.",
      Contender.TENON_20,
      Contender.TENON_ORDERED),
  SLOTS(
      "Jobs of 20 ms under `maxConcurrent = 50`",
      50_000,
      Figure.SHARE,
      "The drain of jobs that take 20 ms each, with one worker that could run 100 at a time. 50 slots allow 2,500 jobs/s.",
      Contender.TENON_MAX_50_WIDE),
  WORKFLOWS(
      "Drain of workflows",
      100_000,
      Figure.RATE,
      "The drain with jobs that all belong to one batch, and with chains of ten jobs that wait for each other, compared with jobs that belong to no workflow.",
      Contender.TENON_20,
      Contender.TENON_BATCH,
      Contender.TENON_CHAINS),
  CHAIN(
      "A chain of 5,000 tasks",
      5_000,
      Figure.RATE,
      "One workflow in which each task waits for the previous one, from the start of the first task to the last recorded outcome.",
      Contender.TENON_CHAIN,
      Contender.TENON_TABLE_CHAIN),
  STEPS(
      "Drain of jobs with three steps",
      100_000,
      Figure.RATE,
      "The drain with a handler that has three steps, each of which does nothing and is recorded, beside"
          + " jobs without steps, and chains of three jobs, each of which counts once. JobRunr writes down"
          + " what a step has returned later, with the job.",
      Contender.TENON_20,
      Contender.TENON_STEPS,
      Contender.TENON_STEPS_WIDE,
      Contender.TENON_TABLE,
      Contender.TENON_TABLE_STEPS,
      Contender.TENON_THREE,
      Contender.JOBRUNR_STEPS,
      Contender.DBOS_STEPS),
  BATCHES(
      "Drain of jobs that write a row each",
      100_000,
      Figure.RATE,
      "The drain with a handler that writes one row into a table of its own, in a transaction for each"
          + " job, beside a batch handler that gets up to 100 jobs and writes their rows with one statement.",
      Contender.TENON_ROWS,
      Contender.TENON_BATCHES,
      Contender.TENON_TABLE_ROWS,
      Contender.TENON_TABLE_BATCHES),
  WAITING(
      "Drain while a million jobs wait",
      200_000,
      Figure.RATE,
      "The drain while a million jobs of the same type wait for a signal, beside none.",
      Contender.TENON_20,
      Contender.TENON_WAITING),
  OBSERVABILITY(
      "Drain with meters and traces",
      300_000,
      Figure.RATE,
      "The drain with all meters and traces, compared with none; long enough for the JVM to compile all of it.",
      Contender.TENON_20,
      Contender.TENON_OBSERVED),
  OBSERVED_SUBMITS(
      "Single submits with meters and traces, 8 threads",
      60_000,
      Figure.RATE,
      "Single submits, each durable, with all meters and traces, compared with none; equally long.",
      Contender.TENON_20,
      Contender.TENON_OBSERVED),
  DASHBOARD(
      "Drain with a dashboard",
      200_000,
      Figure.RATE,
      "The drain while statistics are rolled up and five people look at the overview, compared with neither.",
      Contender.TENON_UNWATCHED,
      Contender.TENON_WATCHED),
  TOGETHER(
      "Producer and worker together",
      200_000,
      Figure.RATE,
      "One thread submits 1,000 jobs at a time while a worker of the same process runs them, from the first submit to the last recorded outcome.",
      Submitters.AND_WORKERS),
  BULK(
      "Bulk submit, 1,000 at a time",
      200_000,
      Figure.RATE,
      "One thread and no worker; each batch is durable when the next one begins. The bare program's messages are confirmed by then too; Tenon sends its messages later.",
      Submitters.ALL_AND_NODE),
  SINGLE(
      "Single submits, each durable, 8 threads",
      100_000,
      Figure.RATE,
      "No worker.",
      Submitters.WITHOUT_BARE_AND_NODE),
  SINGLE_1(
      "Single submits, each durable, 1 thread",
      30_000,
      Figure.RATE,
      "No worker; each job is durable when the next one is submitted.",
      Submitters.WITHOUT_BARE_AND_NODE),
  RETENTION(
      "Retention",
      500_000,
      Figure.RATE,
      "The retention of all jobs ends at the same moment; measured until the last job is deleted with its attempt.",
      Contender.TENON),
  WAL(
      "Write-ahead log of a job's whole life",
      100_000,
      Figure.WAL,
      "After a checkpoint, all jobs are submitted, then all are run, then all are deleted. Bytes of PostgreSQL's write-ahead log, including the maintenance of tables and indexes. Tenon keeps its jobs for 30 s, the bare program's are deleted by hand, and the other libraries delete a job when it ends.",
      Contender.TENON_BRIEF,
      Contender.TENON_TABLE_BRIEF,
      Contender.BARE,
      Contender.DB_SCHEDULER,
      Contender.GRAPHILE),
  START_100(
      "Submit to start in another process, 100 jobs/s",
      2_000,
      Figure.P50,
      "From before the submit to the first line of the handler, for 20 s, after 20 s in which the JVM compiles the hot code.",
      Submitters.ALL),
  START_2000(
      "Submit to start in another process, 2,000 jobs/s",
      40_000,
      Figure.P50,
      "The same with 8 submitting threads. A system that cannot submit as fast goes as fast as it can.",
      Contender.TENON,
      Contender.TENON_TABLE,
      Contender.DB_SCHEDULER),
  IDLE(
      "A worker with nothing to do",
      1_000,
      Figure.TRANSACTIONS,
      "For 20 s, after 1,000 jobs and a pause. Connections are those to PostgreSQL.",
      Submitters.WITHOUT_BARE),
  IDLE_LONG(
      "A worker that has had nothing to do for a long time",
      1_000,
      Figure.TRANSACTIONS,
      "The same for five minutes, after ten minutes without work (or the number in --minutes).",
      Submitters.WITHOUT_BARE),
  IDLE_TRANSACTION(
      "Drain with an idle transaction open",
      60_000,
      Figure.KEPT,
      "A backlog is drained again and again for ten minutes (or the number in --minutes), while a transaction that has read once stays open and does nothing. The rate of the last three drains in percent of the rate of the first three.",
      Contender.TENON_20,
      Contender.TENON_TABLE,
      Contender.DB_SCHEDULER),
  KILLS(
      "Workers that are killed",
      120_000,
      Figure.RATE,
      "Jobs of 20 ms, run by several processes with ten jobs at a time each. A killed process is started again, and its jobs run again when it counts as lost. From the first job that is seen to have ended to the last outcome.",
      Contender.TENON_4_WORKERS,
      Contender.TENON_8_KILLED),
  TYPES(
      "Start of a worker of 1,000 job types",
      1,
      Figure.START,
      "From the start of the runtime to the first line of a handler, on empty servers and the second time.",
      Contender.TENON,
      Contender.TENON_TABLE);

  /** Those in whose submits the concurrency of a worker plays no part are there once. */
  private static final class Submitters {
    static final Contender[] AND_WORKERS = {
      Contender.TENON,
      Contender.TENON_20,
      Contender.TENON_TABLE,
      Contender.BARE,
      Contender.DB_SCHEDULER,
      Contender.GRAPHILE,
      Contender.GRAPHILE_2,
      Contender.PG_BOSS,
      Contender.JOBRUNR,
      Contender.QUARTZ
    };
    static final Contender[] ALL = {
      Contender.TENON,
      Contender.TENON_TABLE,
      Contender.BARE,
      Contender.DB_SCHEDULER,
      Contender.JOBRUNR,
      Contender.QUARTZ
    };
    static final Contender[] ALL_AND_NODE = withNode(ALL);
    static final Contender[] WITHOUT_BARE = {
      Contender.TENON,
      Contender.TENON_TABLE,
      Contender.DB_SCHEDULER,
      Contender.JOBRUNR,
      Contender.QUARTZ
    };
    static final Contender[] WITHOUT_BARE_AND_NODE = withNode(WITHOUT_BARE);

    private static Contender[] withNode(Contender... others) {
      return Stream.concat(Stream.of(others), Stream.of(Contender.GRAPHILE, Contender.PG_BOSS))
          .toArray(Contender[]::new);
    }
  }

  private final String title;
  private final int jobs;
  private final Figure figure;
  private final String method;

  // The list is unmodifiable, which the checker cannot see
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<Contender> contenders;

  Scenario(String title, int jobs, Figure figure, String method, Contender... contenders) {
    this.title = title;
    this.jobs = jobs;
    this.figure = figure;
    this.method = method;
    this.contenders = List.of(contenders);
  }

  /** What the option {@code --only} calls it. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String title() {
    return title;
  }

  /** How many jobs are measured, if nothing else is said. */
  int jobs() {
    return jobs;
  }

  /** The figure that the scenario is about. */
  Figure figure() {
    return figure;
  }

  /** What happens in it, in one sentence. */
  String method() {
    return method;
  }

  /** Who takes part. */
  List<Contender> contenders() {
    return contenders;
  }

  /** Whether it takes so long that it is run only when it is asked for. */
  boolean takesLong() {
    return this == IDLE_LONG || this == IDLE_TRANSACTION || this == KILLS;
  }

  /**
   * The number of jobs per second that another process submits; 0 if everything happens in one
   * process.
   */
  int ratePerSecond() {
    return switch (this) {
      case START_100 -> 100;
      case START_2000 -> 2_000;
      default -> 0;
    };
  }
}
