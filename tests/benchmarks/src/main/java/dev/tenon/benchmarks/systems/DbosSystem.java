package dev.tenon.benchmarks.systems;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbos.transact.DBOS;
import dev.dbos.transact.DBOSClient;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.Queue;
import dev.dbos.transact.workflow.Workflow;
import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.Place;
import dev.tenon.benchmarks.StepsHandler;
import dev.tenon.benchmarks.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** DBOS Transact with a queue, and workflows of three steps that do nothing. */
public final class DbosSystem implements JobSystem {

  private static final String NAME = "bench";
  private static final String QUEUE = "bench-queue";
  private static final String WORKFLOW = "work";

  private static final Duration POLLING_INTERVAL = Duration.ofMillis(10);

  /** It has no call that enqueues many. */
  private static final int SUBMITTERS = 8;

  private static final String UNFINISHED =
      "SELECT count(*) FROM dbos.workflow_status WHERE status IN ('ENQUEUED', 'PENDING')";

  private final HikariDataSource pool;
  private final DBOSConfig config;
  private final DBOSClient client;
  private final ExecutorService submitters = Executors.newFixedThreadPool(SUBMITTERS);

  /** Makes its tables if there are none. */
  public DbosSystem(Place place) {
    this.pool = Pools.open(place);
    this.config =
        DBOSConfig.defaults(NAME).withDataSource(pool).withAppVersion(NAME).withMigrate(true);
    try (DBOS dbos = new DBOS(config)) {
      dbos.launch();
    }
    this.client = new DBOSClient(pool);
  }

  /** A workflow as DBOS wants it. */
  public interface Flow {

    /**
     * Works.
     *
     * @param number as in {@link Work}
     * @param sentAtMicros as in {@link Work}
     * @param customer as in {@link Work}
     */
    void work(int number, long sentAtMicros, String customer);
  }

  /** Tells the measurement, and runs the steps. */
  public static final class FlowInSteps implements Flow {

    private final DBOS dbos;
    private final Consumer<Work> handler;

    FlowInSteps(DBOS dbos, Consumer<Work> handler) {
      this.dbos = dbos;
      this.handler = handler;
    }

    @Workflow(name = WORKFLOW)
    @Override
    public void work(int number, long sentAtMicros, String customer) {
      handler.accept(new Work(number, sentAtMicros, customer));
      for (String step : StepsHandler.NAMES) {
        dbos.runStep(() -> {}, step);
      }
    }
  }

  @Override
  public void submit(Work work) {
    var unused =
        client.enqueueWorkflow(
            new DBOSClient.EnqueueOptions(WORKFLOW, FlowInSteps.class.getName(), QUEUE)
                .withAppVersion(NAME),
            new Object[] {work.number(), work.sentAtMicros(), work.customer()});
  }

  @Override
  public void submitAll(List<Work> works) throws Exception {
    List<Future<?>> submits = new ArrayList<>();
    works.forEach(work -> submits.add(submitters.submit(() -> submit(work))));
    for (Future<?> submit : submits) {
      var unused = submit.get();
    }
  }

  @Override
  public Worker startWorker(Consumer<Work> handler) {
    DBOS dbos = new DBOS(config.withListenQueue(QUEUE));
    dbos.registerQueue(new Queue(QUEUE).withPollingInterval(POLLING_INTERVAL));
    Flow unused = dbos.registerProxy(Flow.class, new FlowInSteps(dbos, handler));
    dbos.launch();
    return dbos::close;
  }

  @Override
  public long unfinished() throws Exception {
    return Pools.number(pool, UNFINISHED);
  }

  @Override
  public void close() {
    submitters.shutdownNow();
    client.close();
    pool.close();
  }
}
