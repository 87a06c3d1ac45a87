package dev.tenon.jobs.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * Faults that happen one after another to a system under load, and what they did to the jobs. The
 * submitter writes a ledger, and so do the handlers. They are the only witnesses while no database
 * answers. Not thread-safe.
 */
final class Outages {

  /** Submits of a thread that were under way when something broke. */
  private static final int UNDER_WAY = 1;

  private static final Duration LOOK = Duration.ofMillis(250);

  private final Site site;
  private final List<Outage> all = new ArrayList<>();

  Outages(Site site) {
    this.site = site;
  }

  /**
   * A fault.
   *
   * @param what it was
   * @param begun when it began
   * @param healed when it ended
   */
  record Outage(String what, Instant begun, Instant healed) {}

  /**
   * What a fault did.
   *
   * @param outage the fault
   * @param pause the longest time during it in which no job started
   * @param longestWait the longest time from submit to start of the jobs that were submitted during
   *     the fault
   */
  record Effect(Outage outage, Duration pause, Duration longestWait) {

    String line() {
      return String.format(
          Locale.ROOT,
          "%-62s no job started for %4.1f s, and no job waited for longer than %4.1f s",
          outage.what(),
          seconds(pause),
          seconds(longestWait));
    }

    private static double seconds(Duration time) {
      return time.toMillis() / 1000.0;
    }
  }

  /**
   * Breaks something, waits until jobs run that were submitted after that, and repairs it.
   *
   * @param atLeast how long it stays broken, even if jobs run before
   */
  void happen(String what, Duration atLeast, Runnable breaks, Runnable heals) {
    Instant begun = Instant.now();
    long start = System.nanoTime();
    breaks.run();
    awaitJobsAfterNow(what);
    Duration left = atLeast.minus(Figures.since(start));
    if (left.compareTo(Duration.ZERO) > 0) {
      Site.sleep(left);
    }
    Instant healed = Instant.now();
    heals.run();
    all.add(new Outage(what, begun, healed));
  }

  /** Waits until a job was submitted and has started, both after this call. */
  private void awaitJobsAfterNow(String what) {
    long before = Ledger.count(site.folder(), "submitted") + UNDER_WAY;
    long end = System.nanoTime() + Site.PATIENCE.multipliedBy(3).toNanos();
    while (System.nanoTime() < end) {
      List<String> after =
          Ledger.read(site.folder(), "submitted").stream().skip(before).limit(100).toList();
      if (!after.isEmpty()
          && Ledger.read(site.folder(), "executed").stream()
              .anyMatch(line -> after.contains(line.split("\t", -1)[1]))) {
        return;
      }
      Site.sleep(LOOK);
    }
    throw new AssertionError(
        "No job that was submitted after this has started within three minutes: " + what);
  }

  List<Outage> all() {
    return List.copyOf(all);
  }

  /** Reads from the tables what the faults did. */
  List<Effect> effects() {
    List<Effect> effects = new ArrayList<>();
    try (Connection connection = site.connect()) {
      for (Outage outage : all) {
        effects.add(effect(connection, outage));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return effects;
  }

  private static Effect effect(Connection connection, Outage outage) throws SQLException {
    return new Effect(
        outage,
        milliseconds(
            connection,
            outage,
            """
            SELECT (extract(epoch FROM max(started_at - before)) * 1000)::bigint
            FROM (
              SELECT started_at, lag(started_at) OVER (ORDER BY started_at) AS before
              FROM tenon.job_attempts) AS starts
            WHERE started_at >= ? AND before <= ?
            """),
        milliseconds(
            connection,
            outage,
            """
            SELECT (extract(epoch FROM max(started - submitted_at)) * 1000)::bigint
            FROM (
              SELECT j.submitted_at, min(a.started_at) AS started
              FROM tenon.jobs j JOIN tenon.job_attempts a ON a.job_id = j.id
              WHERE j.submitted_at BETWEEN ? AND ?
              GROUP BY j.id, j.submitted_at) AS first
            """));
  }

  /** A time that a query with the beginning and the end of the fault finds. */
  private static Duration milliseconds(Connection connection, Outage outage, String sql)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setTimestamp(1, Timestamp.from(outage.begun()));
      statement.setTimestamp(2, Timestamp.from(outage.healed()));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return Duration.ofMillis(row.getLong(1));
      }
    }
  }

  /** Counts the starts in each second of the run; seconds without any are zero. */
  List<Integer> startsBySecond(Instant begin) {
    TreeMap<Integer, Integer> counted = new TreeMap<>();
    try (Connection connection = site.connect();
        PreparedStatement statement =
            connection.prepareStatement(
                """
                SELECT floor(extract(epoch FROM started_at - ?))::integer AS second, count(*)
                FROM tenon.job_attempts WHERE started_at >= ? GROUP BY second
                """)) {
      statement.setTimestamp(1, Timestamp.from(begin));
      statement.setTimestamp(2, Timestamp.from(begin));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          counted.put(rows.getInt(1), rows.getInt(2));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    List<Integer> starts = new ArrayList<>();
    for (int second = 0; !counted.isEmpty() && second <= counted.lastKey(); second++) {
      starts.add(counted.getOrDefault(second, 0));
    }
    return starts;
  }
}
