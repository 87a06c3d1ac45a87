package dev.tenon.jobs.dashboard;

import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A database with a runtime, and dashboards for different users. */
final class World implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PostgresDatabase database = PostgresDatabase.shared();
  final Plant plant = new Plant();
  final JobsRuntime runtime =
      JobsRuntime.builder()
          .database(database.url(), database.user(), database.password())
          .closeOnShutdown(false)
          .start();
  final JobService jobs = runtime.jobs();
  final PlantJobs plantJobs = new PlantJobs(jobs);

  JobWorker startWorker() {
    return runtime.startWorker(
        new PlantJobsHandlers(new Plant.Converter(plant), new Plant.Mailer()));
  }

  JobDashboard dashboard(DashboardUser user) {
    return JobDashboard.builder(runtime).accessPolicy(request -> user).build();
  }

  JobDashboard dashboard(Right right) {
    return dashboard(DashboardUser.of("ada", right));
  }

  PostgresDatabase database() {
    return database;
  }

  UUID submit(String file) {
    return plantJobs.cadConvert().submit(convert(file), SubmitOptions.by("web")).jobId();
  }

  static CadConvert convert(String file) {
    return new CadConvert(file, new CadConvert.Options("step", 0.05, true));
  }

  void awaitStatus(UUID id, JobStatus status) {
    await().atMost(PATIENCE).until(() -> jobs.get(id).status() == status);
  }

  void awaitCount(JobStatus status, long count) {
    JobQuery query = JobQuery.all().withStatus(status);
    await().atMost(PATIENCE).until(() -> jobs.count(query) == count);
  }

  /** The response to a request, which the dashboard gives up after seconds on a busy machine. */
  static DashboardResponse answered(JobDashboard dashboard, DashboardRequest request) {
    return await()
        .atMost(PATIENCE)
        .until(() -> dashboard.handle(request), response -> response.status() != 503);
  }

  static DashboardRequest get(String path) {
    int query = path.indexOf('?');
    return query < 0
        ? DashboardRequest.of("GET", path, null)
        : DashboardRequest.of("GET", path.substring(0, query), path.substring(query + 1));
  }

  /** A form as a browser sends it from a page of the dashboard: names and values in turn. */
  static DashboardRequest post(String path, String... fields) {
    String body =
        Stream.iterate(0, i -> i < fields.length, i -> i + 2)
            .map(i -> fields[i] + "=" + URLEncoder.encode(fields[i + 1], StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return DashboardRequest.of("POST", path, null)
        .withHeader("Host", "localhost")
        .withHeader("Sec-Fetch-Site", "same-origin")
        .withBody(body);
  }

  @Override
  public void close() {
    plant.mayEnd.countDown();
    runtime.close();
    database.close();
  }
}
