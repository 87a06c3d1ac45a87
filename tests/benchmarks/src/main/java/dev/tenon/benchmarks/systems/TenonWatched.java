package dev.tenon.benchmarks.systems;

import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.Place;
import dev.tenon.benchmarks.Work;
import dev.tenon.jobs.dashboard.DashboardRequest;
import dev.tenon.jobs.dashboard.DashboardResponse;
import dev.tenon.jobs.dashboard.DashboardUser;
import dev.tenon.jobs.dashboard.JobDashboard;
import dev.tenon.jobs.dashboard.Right;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tenon with all that runs in the background for its dashboard, or with nothing of it. Watched, the
 * statistics are rolled up as always, and five people look at the overview, whose page asks for new
 * charts every five seconds.
 */
public final class TenonWatched implements JobSystem {

  private static final int VIEWERS = 5;
  private static final int SECONDS_BETWEEN_CHARTS = 5;

  private final TenonSystem tenon;
  private final ExecutorService viewers =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "viewer");
            thread.setDaemon(true);
            return thread;
          });

  private TenonWatched(TenonSystem tenon) {
    this.tenon = tenon;
  }

  /** Five people look at the overview. */
  public static TenonWatched byFive(Place place) {
    TenonWatched watched = new TenonWatched(TenonSystem.withRabbitMq(place));
    JobDashboard dashboard =
        JobDashboard.builder(watched.tenon.runtime())
            .accessPolicy(request -> DashboardUser.of("viewer", Right.READ))
            .build();
    for (int i = 0; i < VIEWERS; i++) {
      watched.viewers.execute(() -> events(dashboard));
      watched.viewers.execute(() -> charts(dashboard));
    }
    return watched;
  }

  /** Nothing is rolled up, and nobody looks. */
  public static TenonWatched byNobody(Place place) throws SQLException {
    TenonSystem tenon = TenonSystem.withRabbitMq(place);
    try (Connection connection =
            DriverManager.getConnection(place.url(), place.user(), place.password());
        Statement statement = connection.createStatement()) {
      // Without this row maintenance does not know from when on to roll up
      boolean unused = statement.execute("DELETE FROM tenon.job_statistics_state");
    }
    return new TenonWatched(tenon);
  }

  private static void events(JobDashboard dashboard) {
    DashboardResponse.Stream stream =
        dashboard.handle(DashboardRequest.of("GET", "/events", null)).stream()
            .orElseThrow(() -> new IllegalStateException("The dashboard sends no events"));
    try {
      stream.writeTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void charts(JobDashboard dashboard) {
    try {
      while (true) {
        DashboardResponse charts =
            dashboard.handle(DashboardRequest.of("GET", "/data/overview", "span=hour"));
        if (charts.status() != 200) {
          throw new IllegalStateException("The charts: status " + charts.status());
        }
        TimeUnit.SECONDS.sleep(SECONDS_BETWEEN_CHARTS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void submit(Work work) {
    tenon.submit(work);
  }

  @Override
  public void submitAll(List<Work> works) {
    tenon.submitAll(works);
  }

  @Override
  public boolean isSettled() throws SQLException {
    return tenon.isSettled();
  }

  @Override
  public Worker startWorker(Consumer<Work> handler) {
    return tenon.startWorker(handler);
  }

  @Override
  public long unfinished() throws SQLException {
    return tenon.unfinished();
  }

  @Override
  public void close() {
    viewers.shutdownNow();
    tenon.close();
  }
}
