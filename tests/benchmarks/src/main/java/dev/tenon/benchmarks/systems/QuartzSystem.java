package dev.tenon.benchmarks.systems;

import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.Place;
import dev.tenon.benchmarks.Work;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;

/** Quartz on its JDBC store, clustered: a job is a trigger that fires once, with its own data. */
public final class QuartzSystem implements JobSystem {

  private static final String TABLES = "/org/quartz/impl/jdbcjobstore/tables_postgres.sql";
  private static final String PAYLOAD = "payload";

  private static final JobDetail JOB =
      JobBuilder.newJob(Measuring.class).withIdentity("work").storeDurably().build();

  private final HikariDataSource pool;
  private final Scheduler scheduler;

  /** Makes its tables if there are none. */
  public QuartzSystem(Place place) throws Exception {
    this.pool = Pools.open(place);
    if (!hasTables()) {
      Pools.run(pool, QuartzSystem.class, TABLES);
    }
    this.scheduler = new StdSchedulerFactory(properties(place)).getScheduler();
    scheduler.addJob(JOB, true);
  }

  private static Properties properties(Place place) {
    Properties properties = new Properties();
    properties.putAll(
        Map.ofEntries(
            Map.entry("org.quartz.scheduler.instanceName", "bench"),
            Map.entry("org.quartz.scheduler.instanceId", "AUTO"),
            Map.entry("org.quartz.scheduler.idleWaitTime", "1000"),
            Map.entry(
                "org.quartz.scheduler.batchTriggerAcquisitionMaxCount",
                Integer.toString(place.slots())),
            Map.entry("org.quartz.threadPool.threadCount", Integer.toString(place.slots())),
            Map.entry("org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX"),
            Map.entry(
                "org.quartz.jobStore.driverDelegateClass",
                "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate"),
            Map.entry("org.quartz.jobStore.dataSource", "bench"),
            Map.entry("org.quartz.jobStore.isClustered", "true"),
            Map.entry("org.quartz.jobStore.useProperties", "true"),
            // Whatever waits for a minute is not late here
            Map.entry("org.quartz.jobStore.misfireThreshold", "3600000"),
            Map.entry("org.quartz.dataSource.bench.provider", "hikaricp"),
            Map.entry("org.quartz.dataSource.bench.driver", "org.postgresql.Driver"),
            Map.entry("org.quartz.dataSource.bench.URL", place.url()),
            Map.entry("org.quartz.dataSource.bench.user", place.user()),
            Map.entry("org.quartz.dataSource.bench.password", place.password()),
            Map.entry(
                "org.quartz.dataSource.bench.maxConnections",
                Integer.toString(place.slots() + Pools.EXTRA))));
    return properties;
  }

  /** The class that the stored job names; what runs is made by the worker's factory. */
  public static final class Measuring implements Job {

    private final Consumer<Work> handler;

    Measuring(Consumer<Work> handler) {
      this.handler = handler;
    }

    @Override
    public void execute(JobExecutionContext context) {
      handler.accept(WorkJson.read(context.getMergedJobDataMap().getString(PAYLOAD)));
    }
  }

  private static Trigger trigger(Work work) {
    return TriggerBuilder.newTrigger()
        .forJob(JOB)
        .usingJobData(PAYLOAD, WorkJson.write(work))
        .startNow()
        .build();
  }

  @Override
  public void submit(Work work) throws Exception {
    var unused = scheduler.scheduleJob(trigger(work));
  }

  @Override
  public void submitAll(List<Work> works) throws Exception {
    Set<? extends Trigger> triggers =
        works.stream().map(QuartzSystem::trigger).collect(Collectors.toSet());
    scheduler.scheduleJobs(Map.of(JOB, triggers), true);
  }

  @Override
  public Worker startWorker(Consumer<Work> handler) throws Exception {
    Measuring job = new Measuring(handler);
    scheduler.setJobFactory((fired, any) -> job);
    scheduler.start();
    return () -> {
      try {
        scheduler.standby();
      } catch (SchedulerException e) {
        throw new IOException("Quartz does not stop", e);
      }
    };
  }

  @Override
  public long unfinished() throws Exception {
    return Pools.number(pool, "SELECT count(*) FROM qrtz_triggers");
  }

  private boolean hasTables() throws Exception {
    return Pools.number(pool, "SELECT count(*) FROM pg_class WHERE relname = 'qrtz_triggers'") > 0;
  }

  @Override
  public void close() throws IOException {
    try {
      scheduler.shutdown(true);
    } catch (SchedulerException e) {
      throw new IOException("Quartz does not close", e);
    }
    pool.close();
  }
}
