package dev.tenon.benchmarks.systems;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.serializer.JacksonSerializer;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.Place;
import dev.tenon.benchmarks.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * db-scheduler: one table, which workers lock and fetch from; a row is deleted when its job ends.
 */
public final class DbSchedulerSystem implements JobSystem {

  private static final Duration POLLING_INTERVAL = Duration.ofMillis(250);

  // Fetches again when fewer than `threads` wait, up to four times `threads`
  private static final double FETCH_BELOW = 1.0;
  private static final double FETCH_UP_TO = 4.0;

  private final int slots;
  private final HikariDataSource pool;
  private final SchedulerClient client;

  /** Makes the table if there is none. */
  public DbSchedulerSystem(Place place) throws Exception {
    this.slots = place.slots();
    this.pool = Pools.open(place);
    Pools.run(pool, DbSchedulerSystem.class, "db-scheduler.sql");
    this.client =
        SchedulerClient.Builder.create(pool, task(work -> {})).serializer(serializer()).build();
  }

  private static OneTimeTask<Work> task(Consumer<Work> handler) {
    return Tasks.oneTime("bench.work", Work.class)
        .execute((instance, context) -> handler.accept(instance.getData()));
  }

  private static Serializer serializer() {
    return new JacksonSerializer();
  }

  private static TaskInstance<Work> instance(Work work) {
    return task(unused -> {}).instance(UUID.randomUUID().toString(), work);
  }

  @Override
  public void submit(Work work) {
    boolean unused = client.scheduleIfNotExists(instance(work), Instant.now());
  }

  @Override
  public void submitAll(List<Work> works) {
    List<TaskInstance<?>> instances =
        works.stream().map(DbSchedulerSystem::instance).collect(Collectors.toList());
    client.scheduleBatch(instances, Instant.now());
  }

  @Override
  public Worker startWorker(Consumer<Work> handler) {
    Scheduler scheduler =
        Scheduler.create(pool, task(handler))
            .threads(slots)
            .pollUsingLockAndFetch(FETCH_BELOW, FETCH_UP_TO)
            .pollingInterval(POLLING_INTERVAL)
            .serializer(serializer())
            .build();
    scheduler.start();
    return scheduler::stop;
  }

  @Override
  public long unfinished() throws Exception {
    return Pools.number(pool, "SELECT count(*) FROM scheduled_tasks");
  }

  @Override
  public void close() {
    pool.close();
  }
}
