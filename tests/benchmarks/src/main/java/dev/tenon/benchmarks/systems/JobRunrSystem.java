package dev.tenon.benchmarks.systems;

import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.Place;
import dev.tenon.benchmarks.StepsHandler;
import dev.tenon.benchmarks.Work;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.jobs.states.StateName;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.server.runner.ThreadLocalJobContext;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.mapper.JsonMapper;
import org.jobrunr.utils.mapper.jackson.JacksonJsonMapper;

/** JobRunr with job requests, which are the fastest of its ways to describe a job. */
public final class JobRunrSystem implements JobSystem {

  /** The shortest that it accepts. */
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(5);

  private final int slots;
  private final boolean hasSteps;
  private final HikariDataSource pool;
  private final JsonMapper mapper = new JacksonJsonMapper();
  private final StorageProvider storage;
  private final JobRequestScheduler scheduler;

  /** Jobs without steps. */
  public JobRunrSystem(Place place) {
    this(place, false);
  }

  /** Jobs with three steps that do nothing. */
  public static JobRunrSystem withSteps(Place place) {
    return new JobRunrSystem(place, true);
  }

  /** Makes its tables if there are none. */
  private JobRunrSystem(Place place, boolean hasSteps) {
    this.hasSteps = hasSteps;
    this.slots = place.slots();
    this.pool = Pools.open(place);
    this.storage = new PostgresStorageProvider(pool);
    storage.setJobMapper(new JobMapper(mapper));
    this.scheduler = new JobRequestScheduler(storage);
  }

  /** A job as JobRunr wants it: it names its handler. */
  public record WorkRequest(Work work) implements JobRequest {
    @Override
    public Class<WorkRequestHandler> getJobRequestHandler() {
      return WorkRequestHandler.class;
    }
  }

  /** Hands the jobs to the measurement. */
  public static final class WorkRequestHandler implements JobRequestHandler<WorkRequest> {

    private final Consumer<Work> handler;
    private final List<String> steps;

    WorkRequestHandler(Consumer<Work> handler, List<String> steps) {
      this.handler = handler;
      this.steps = steps;
    }

    @Override
    public void run(WorkRequest request) {
      handler.accept(request.work());
      for (String step : steps) {
        ThreadLocalJobContext.getJobContext().runStepOnce(step, () -> {});
      }
    }
  }

  @Override
  public void submit(Work work) {
    var unused = scheduler.enqueue(new WorkRequest(work));
  }

  @Override
  public void submitAll(List<Work> works) {
    scheduler.enqueue(works.stream().map(WorkRequest::new));
  }

  @Override
  public Worker startWorker(Consumer<Work> handler) {
    WorkRequestHandler only =
        new WorkRequestHandler(handler, hasSteps ? StepsHandler.NAMES : List.of());
    JobActivator activator =
        new JobActivator() {
          @Override
          public <T> T activateJob(Class<T> type) {
            return type.cast(only);
          }
        };
    BackgroundJobServer server =
        new BackgroundJobServer(
            storage,
            mapper,
            activator,
            BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                .andPollInterval(POLL_INTERVAL)
                .andWorkerCount(slots));
    server.start();
    return server::stop;
  }

  @Override
  public long unfinished() {
    return storage.countJobs(StateName.ENQUEUED)
        + storage.countJobs(StateName.PROCESSING)
        + storage.countJobs(StateName.SCHEDULED);
  }

  @Override
  public void close() {
    storage.close();
    pool.close();
  }
}
