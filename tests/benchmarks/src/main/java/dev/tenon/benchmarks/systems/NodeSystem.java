package dev.tenon.benchmarks.systems;

import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.Place;
import dev.tenon.benchmarks.Work;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A job library of Node.js, in one or more processes: all of them work, and the first one submits.
 * They make the payloads and run the handlers themselves, so that no job passes through this JVM,
 * which only says what to do and counts.
 */
public final class NodeSystem implements JobSystem {

  private static final Path FOLDER = Path.of(System.getProperty("basedir", "."), "node");
  private static final String JDBC = "jdbc:postgresql://";

  private static final String UNFINISHED_GRAPHILE =
      "SELECT count(*) FROM graphile_worker._private_jobs";
  private static final String UNFINISHED_PG_BOSS =
      "SELECT count(*) FROM pgboss.job WHERE name = 'bench-work' AND state < 'completed'";

  /** The handlers of measurements that count jobs look at none of them. */
  private static final Work ANY = Work.of(0);

  private final Place place;
  private final String unfinished;
  private final List<NodeProcess> processes = new ArrayList<>();

  private NodeSystem(Place place, String library, int count, String unfinished) throws IOException {
    this.place = place;
    this.unfinished = unfinished;
    try {
      for (int i = 0; i < count; i++) {
        processes.add(NodeProcess.start(FOLDER, library, databaseUrl(place), place.slots()));
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Graphile Worker in a number of processes. */
  public static NodeSystem graphileWorker(Place place, int processes) throws IOException {
    return new NodeSystem(place, "graphile-worker", processes, UNFINISHED_GRAPHILE);
  }

  /** pg-boss in one process. */
  public static NodeSystem pgBoss(Place place) throws IOException {
    return new NodeSystem(place, "pg-boss", 1, UNFINISHED_PG_BOSS);
  }

  private static String databaseUrl(Place place) {
    String rest = place.url().substring(JDBC.length());
    return "postgres://%s:%s@%s".formatted(encoded(place.user()), encoded(place.password()), rest);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void submit(Work work) throws IOException {
    processes.get(0).ask("single %d 1 1".formatted(work.number()));
  }

  @Override
  public void submitAll(List<Work> works) throws IOException {
    processes.get(0).ask("bulk %d %d".formatted(works.get(0).number(), works.size()));
  }

  /** Without a message to the process and back for each job. */
  @Override
  public void submitOneByOne(int jobs, int threads) throws IOException {
    processes.get(0).ask("single 0 %d %d".formatted(jobs, threads));
  }

  @Override
  public Worker startWorker(Consumer<Work> handler) throws IOException {
    for (NodeProcess each : processes) {
      each.onStarted(
          count -> {
            for (int i = 0; i < count; i++) {
              handler.accept(ANY);
            }
          });
      each.ask("work");
    }
    return () -> {
      for (NodeProcess each : processes) {
        each.ask("rest");
      }
    };
  }

  // Over a separate connection, because those of the processes are measured
  @Override
  public long unfinished() throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(place.url(), place.user(), place.password());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(unfinished)) {
      boolean unused = rows.next();
      return rows.getLong(1);
    }
  }

  @Override
  public List<Long> processes() {
    return processes.stream().map(NodeProcess::pid).toList();
  }

  @Override
  public void close() throws IOException {
    NodeProcess.closeAll(processes);
  }
}
