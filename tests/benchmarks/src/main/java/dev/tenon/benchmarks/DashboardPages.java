package dev.tenon.benchmarks;

import dev.tenon.jobs.dashboard.DashboardRequest;
import dev.tenon.jobs.dashboard.DashboardResponse;
import dev.tenon.jobs.dashboard.DashboardUser;
import dev.tenon.jobs.dashboard.JobDashboard;
import dev.tenon.jobs.dashboard.Right;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how long the pages of the dashboard take with millions of jobs in the tables. */
@Command(
    name = "bench dashboard",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures how long the pages of the dashboard take with millions of jobs in the tables.")
public final class DashboardPages implements Callable<Integer> {

  private static final int REPEATS = 20;
  private static final double TARGET_MILLIS = 300;
  private static final int IN_WORKFLOWS = 1_000_000;
  private static final String FILLED_WITH =
      """
      SELECT to_char((SELECT count(*) FROM tenon.ended_jobs), 'FM999,999,999') || ' jobs that have ended and '
        || to_char((SELECT count(*) FROM tenon.live_jobs), 'FM999,999,999') || ' that wait'
      """;

  @Option(
      names = "--finished",
      defaultValue = "20000000",
      description = "How many jobs have ended; each needs a KiB of disk. Default: 20000000.")
  private int finished;

  @Option(
      names = "--waiting",
      defaultValue = "1000000",
      description = "How many jobs wait. Default: 1000000.")
  private int waiting;

  @Option(
      names = "--database",
      description =
          "The JDBC URL of a database that has been filled before, which lets postgres in without a password.")
  private @Nullable String filled;

  @Option(
      names = "--output",
      description = "The folder of the report. Default: tests/benchmarks/target")
  private Path output = Path.of(System.getProperty("basedir", "."), "target");

  private String filledWith = "";

  private DashboardPages() {}

  /** Measures; {@code --help} says what can be chosen. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new DashboardPages()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    if (filled != null) {
      return report(measure(filled, "postgres", ""));
    }
    try (Servers servers = Servers.choose();
        PostgresDatabase database = servers.createDatabase()) {
      JobsRuntime.builder()
          .database(database.url(), database.user(), database.password())
          .modules()
          .start()
          .close();
      try (Connection connection = database.connect()) {
        System.out.printf(
            "Writing %,d jobs that have ended, and %,d that wait ...%n", finished, waiting);
        FilledDatabase.fill(connection, finished, Math.min(finished, IN_WORKFLOWS), waiting);
      }
      return report(measure(database.url(), database.user(), database.password()));
    }
  }

  private Map<String, List<Double>> measure(String url, String user, String password)
      throws Exception {
    Map<String, String> pages = new LinkedHashMap<>();
    try (PagesData data = new PagesData(url, user, password)) {
      filledWith = data.one(FILLED_WITH);
      pages.put("overview", "/");
      pages.put("charts, an hour", "/data/overview?span=hour");
      pages.put("charts, a week", "/data/overview?span=week");
      pages.put("jobs", "/jobs");
      pages.put(
          "jobs, far back",
          "/jobs?cursor=job-"
              + data.one("SELECT id FROM tenon.ended_jobs ORDER BY id LIMIT 1 OFFSET 1000"));
      pages.put("jobs of a type", "/jobs?type=area1.task1");
      pages.put("failed jobs", "/jobs?status=failed");
      pages.put("failed jobs of a type", "/jobs?status=failed&type=area1.task1");
      pages.put("cancelled jobs of a type", "/jobs?status=cancelled&type=area0.task0");
      pages.put("waiting jobs of a type", "/jobs?status=pending&type=area1.task9");
      pages.put("jobs of an item", "/jobs?item=item-42");
      pages.put("jobs of a submitter", "/jobs?by=user-7");
      pages.put("jobs of a submitter with a status", "/jobs?by=user-7&status=cancelled");
      pages.put("jobs with a text in the error", "/jobs?status=failed&error=number+42+in");
      pages.put("jobs with a text that no error has", "/jobs?status=failed&error=nothing+like+it");
      String fingerprint =
          data.one(
              "SELECT fingerprint FROM tenon.ended_jobs WHERE fingerprint IS NOT NULL LIMIT 1");
      pages.put("jobs with a fingerprint", "/jobs?fingerprint=" + fingerprint);
      pages.put("failed jobs with a fingerprint", "/jobs?status=failed&fingerprint=" + fingerprint);
      pages.put("jobs of a day", "/jobs?from=" + data.day(3) + "&to=" + data.day(2));
      pages.put(
          "failed jobs of a day", "/jobs?status=failed&from=" + data.day(3) + "&to=" + data.day(2));
      pages.put(
          "one job that has failed",
          "/jobs/" + data.one("SELECT id FROM tenon.ended_jobs WHERE status = 'failed' LIMIT 1"));
      pages.put(
          "one job that waits",
          "/jobs/" + data.one("SELECT id FROM tenon.live_jobs WHERE status = 'queued' LIMIT 1"));
      pages.put("failures, a day", "/failures?span=day");
      pages.put("failures, a week", "/failures?span=week");
      pages.put("types", "/types");
      pages.put("one type", "/types/area1.task1");
      pages.put("schedules", "/schedules");
      pages.put("workflows", "/workflows");
      pages.put("one workflow", "/workflows/" + data.one("SELECT id FROM tenon.workflows LIMIT 1"));
      pages.put("workers", "/workers");
      pages.put("health", "/status");
      pages.put("audit", "/audit");
      pages.put("bulk retry, the count", "/bulk?action=retry&status=failed&type=area1.task1");
    }
    Map<String, List<Double>> times = new LinkedHashMap<>();
    try (JobsRuntime runtime =
            JobsRuntime.builder().database(url, user, password).modules().start();
        JobDashboard dashboard =
            JobDashboard.builder(runtime)
                .accessPolicy(request -> DashboardUser.of("operator", Right.ADMINISTER))
                .build()) {
      pages.forEach((name, path) -> times.put(name, times(dashboard, name, path)));
    }
    return times;
  }

  private static List<Double> times(JobDashboard dashboard, String name, String path) {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < REPEATS; i++) {
      int query = path.indexOf('?');
      DashboardRequest request =
          query < 0
              ? DashboardRequest.of("GET", path, null)
              : DashboardRequest.of("GET", path.substring(0, query), path.substring(query + 1));
      long start = System.nanoTime();
      DashboardResponse response = dashboard.handle(request);
      millis.add((System.nanoTime() - start) / 1e6);
      if (response.status() != 200) {
        // Searches that take longer than two seconds are given up
        System.out.printf("%-38s status %d%n", name, response.status());
        return List.of(Double.POSITIVE_INFINITY);
      }
    }
    System.out.printf("%-38s %7.1f ms%n", name, Statistics.of(millis).median());
    return millis;
  }

  private int report(Map<String, List<Double>> times) throws IOException {
    StringBuilder table = new StringBuilder();
    table.append("| page | median | most |\n|---|---|---|\n");
    boolean met = true;
    for (Map.Entry<String, List<Double>> page : times.entrySet()) {
      Statistics millis = Statistics.of(page.getValue());
      met &= millis.median() < TARGET_MILLIS;
      table.append(
          "| %s | %.1f ms | %.1f ms |%n".formatted(page.getKey(), millis.median(), millis.max()));
    }
    String text =
        """
        # The pages of the dashboard

        Written by `./dev bench dashboard`. The database had %s. Each page was requested %d times, one page after the other, on a machine with %d processors. Target: every median below %.0f ms: **%s**.

        %s"""
            .formatted(
                filledWith,
                REPEATS,
                Runtime.getRuntime().availableProcessors(),
                TARGET_MILLIS,
                met ? "met" : "missed",
                table);
    System.out.println(
        "The report is in "
            + Files.writeString(Files.createDirectories(output).resolve("dashboard.md"), text));
    return met ? 0 : 1;
  }

  /** Looks up what is in the database, to ask for it. */
  private static final class PagesData implements AutoCloseable {

    private final Connection connection;

    PagesData(String url, String user, String password) throws SQLException {
      this.connection = DriverManager.getConnection(url, user, password);
    }

    String one(String sql) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(sql)) {
        if (!rows.next()) {
          throw new IllegalStateException("Nothing is found by " + sql);
        }
        return rows.getString(1);
      }
    }

    /** The beginning of a day, as addresses of the dashboard have it. */
    String day(int ago) {
      return LocalDate.now(ZoneOffset.UTC).minusDays(ago) + "T00:00:00Z";
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }
}
