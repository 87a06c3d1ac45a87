package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random submits, claims, ends, retries, cancels, new times, decisions of operators and changes of
 * the types: the job of each line that may start is always the one that a simple model names.
 */
@Tag("servers")
class LinesModelTest {

  private static final String FIRST = "test.line.first";
  private static final String SECOND = "test.line.second";
  private static final int STEPS = 250;

  private PostgresDatabase database;
  private Connection connection;
  private Random random;

  /** The waiting and running jobs of each line, in their order. */
  private final Map<String, List<Entry>> lines = new LinkedHashMap<>();

  private final List<Entry> ended = new ArrayList<>();

  /** Whether new jobs of a type let others pass while they wait for their time. */
  private final Map<String, Boolean> letPass = new HashMap<>();

  private int times;

  /** A job, as the model knows it. */
  private static final class Entry {
    final UUID id;
    final String type;
    final String key;
    boolean letsPass;
    boolean isOpen;
    boolean isRunning;
    long lease;

    /** When it is due: 0 for now, the others in their order. */
    int time;

    Entry(UUID id, String type, String key, int time, boolean letsPass) {
      this.id = id;
      this.type = type;
      this.key = key;
      this.letsPass = letsPass;
      this.time = time;
    }

    String line() {
      return type + "/" + key;
    }
  }

  @BeforeEach
  void connect() throws Exception {
    database = TenonDatabase.shared();
    connection = database.connect();
    connection.createStatement().execute("SET search_path = tenon");
    execute("INSERT INTO job_types (type, lets_pass) VALUES (?, false), (?, true)", FIRST, SECOND);
    letPass.put(FIRST, false);
    letPass.put(SECOND, true);
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
    database.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theOpenJobOfEachLineIsThatOfTheModel(long seed) throws Exception {
    random = new Random(seed);
    for (int step = 0; step < STEPS; step++) {
      String what = step();
      advance();
      open();
      compare("seed " + seed + ", step " + step + ": " + what);
    }
    for (int i = 0; !lines.isEmpty(); i++) {
      assertThat(i).as("everything ends").isLessThan(1_000);
      makeAllDue();
      advance();
      open();
      claim();
      for (Entry each : running()) {
        end(each, "completed", "completed", null);
      }
      advance();
      open();
      compare("seed " + seed + ", the end");
    }
    assertThat(count("SELECT count(*) FROM job_lines")).isZero();
    assertThat(count("SELECT count(*) FROM live_jobs")).isZero();
    assertThat(count("SELECT count(*) FROM lines_to_advance")).isZero();
    assertThat(count("SELECT count(*) FROM new_in_lines")).isZero();
  }

  private String step() throws SQLException {
    int draw = random.nextInt(22);
    if (draw < 6) {
      return submit();
    }
    if (draw < 10) {
      claim();
      return "claim";
    }
    if (draw == 21) {
      return changeType();
    }
    List<Entry> running = running();
    if (draw < 15) {
      return running.isEmpty() ? "nothing" : endOne(running.get(random.nextInt(running.size())));
    }
    List<Entry> waiting = waiting();
    Entry any = waiting.isEmpty() ? null : waiting.get(random.nextInt(waiting.size()));
    if (draw == 15) {
      if (any != null) {
        execute("SELECT end_waiting_jobs(ARRAY[?::uuid], 'cancelled')", any.id);
        leave(any);
      }
      return "cancel";
    }
    if (draw == 16) {
      return retry();
    }
    if (draw == 17) {
      if (any != null) {
        execute("SELECT let_pass(?)", any.id);
        any.letsPass = true;
      }
      return "let pass";
    }
    if (draw == 20) {
      if (any != null) {
        execute("UPDATE live_jobs SET start_before = now() WHERE id = ?", any.id);
        execute("SELECT expire_jobs(ARRAY[?::uuid], '{}')", any.id);
        leave(any);
      }
      return "too late";
    }
    if (any != null && any.time > 0) {
      makeDue(any);
      return "due now";
    }
    return "nothing";
  }

  /**
   * New jobs of a type let others pass, or no longer do. Those that are in a line stay as they are.
   */
  private String changeType() throws SQLException {
    String type = randomType();
    boolean letsPass = !letPass.get(type);
    execute("UPDATE job_types SET lets_pass = ? WHERE type = ?", letsPass, type);
    letPass.put(type, letsPass);
    return "change " + type;
  }

  private String randomType() {
    return random.nextBoolean() ? FIRST : SECOND;
  }

  private String submit() throws SQLException {
    connection.setAutoCommit(false);
    List<Entry> mine = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      String type = randomType();
      Entry entry =
          new Entry(
              UUID.randomUUID(),
              type,
              "key " + random.nextInt(3),
              random.nextInt(4) == 0 ? later() : 0,
              letPass.get(type));
      insert(entry);
      mine.add(entry);
    }
    boolean commits = random.nextInt(5) > 0;
    if (commits) {
      connection.commit();
      mine.forEach(this::enter);
    } else {
      connection.rollback();
    }
    connection.setAutoCommit(true);
    return commits ? "submit " + mine.size() : "rollback";
  }

  private void insert(Entry entry) throws SQLException {
    execute(
        """
        INSERT INTO job_data (id, type, routing_key, priority, max_attempts, submitted_by, retention_seconds, order_key, payload)
        VALUES (?, ?, 'r', 1, 3, 't', 1000, ?, '{}')
        """,
        entry.id,
        entry.type,
        entry.key);
    execute(
        """
        INSERT INTO live_jobs (
          id, type, priority, run_at, publish_at, max_attempts, retention_seconds, routing_key, order_key, payload_bytes)
        SELECT n.id, n.type, 1, enter_line(n.id, n.type, n.key, now() + n.hours * interval '1 hour'), never(), 3, 1000, 'r',
          n.key, 2
        FROM (VALUES (?::uuid, ?, ?, ?::integer)) AS n (id, type, key, hours)
        """,
        entry.id,
        entry.type,
        entry.key,
        entry.time);
  }

  private void enter(Entry entry) {
    lines.computeIfAbsent(entry.line(), any -> new ArrayList<>()).add(entry);
  }

  private void leave(Entry entry) {
    List<Entry> line = Objects.requireNonNull(lines.get(entry.line()));
    line.remove(entry);
    if (line.isEmpty()) {
      lines.remove(entry.line());
    }
    entry.isOpen = false;
    entry.isRunning = false;
    ended.add(entry);
  }

  private int later() {
    times++;
    // Neither the order of the submits nor its reverse
    return 1 + times * 7919 % 1000;
  }

  private void claim() throws SQLException {
    Map<UUID, Long> claimed = new HashMap<>();
    query(
        "SELECT id, lease FROM claim_due('w', ARRAY['%s', '%s'], ARRAY[9, 9], NULL, 100, 1000000) WHERE lease IS NOT NULL"
            .formatted(FIRST, SECOND),
        row -> claimed.put(row.getObject(1, UUID.class), row.getLong(2)));
    List<Entry> expected =
        all().stream().filter(each -> each.isOpen && !each.isRunning && each.time == 0).toList();
    assertThat(claimed.keySet())
        .containsExactlyInAnyOrderElementsOf(expected.stream().map(each -> each.id).toList());
    for (Entry each : expected) {
      each.isRunning = true;
      each.lease = Objects.requireNonNull(claimed.get(each.id));
    }
  }

  private String endOne(Entry entry) throws SQLException {
    switch (random.nextInt(5)) {
      case 0 -> end(entry, "failed", "failed", null);
      case 1 -> {
        int time = later();
        end(entry, "failed", "pending", time);
      }
      case 2 -> end(entry, "lost", "pending", null);
      default -> end(entry, "completed", "completed", null);
    }
    return "end";
  }

  private void end(Entry entry, String outcome, String status, @Nullable Integer time)
      throws SQLException {
    execute(
        "SELECT end_attempts(ARRAY[?::uuid], ARRAY[?::bigint], '{w}', ARRAY[?], ARRAY[?], p_delays_millis => ARRAY[?::bigint])",
        entry.id,
        entry.lease,
        outcome,
        status,
        time == null ? null : time * 3_600_000L);
    if (status.equals("pending")) {
      entry.isRunning = false;
      entry.time = time == null ? 0 : time;
    } else {
      leave(entry);
    }
  }

  private String retry() throws SQLException {
    List<Entry> some = ended.stream().filter(each -> isEndedBadly(each.id)).toList();
    if (some.isEmpty()) {
      return "nothing";
    }
    Entry entry = some.get(random.nextInt(some.size()));
    execute("SELECT restore_jobs(ARRAY[?::uuid], ARRAY[now()])", entry.id);
    ended.remove(entry);
    entry.time = 0;
    entry.letsPass = letPass.get(entry.type);
    enter(entry);
    return "retry";
  }

  private boolean isEndedBadly(UUID id) {
    try {
      return count(
              "SELECT count(*) FROM ended_jobs WHERE id = '" + id + "' AND status <> 'completed'")
          == 1;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void makeAllDue() throws SQLException {
    for (Entry each : waiting()) {
      if (each.time > 0) {
        makeDue(each);
      }
    }
  }

  private void makeDue(Entry entry) throws SQLException {
    execute(
        "UPDATE live_jobs SET run_at = time_in_line(id, type, order_key, now()), publish_at = now() WHERE id = ?",
        entry.id);
    entry.time = 0;
  }

  private void advance() throws SQLException {
    for (int i = 0; i < 20 && count("SELECT count(*) FROM lines_to_advance") > 0; i++) {
      execute("SELECT advance_lines(500, 0)");
    }
  }

  /** Opens the next job of each line in the model. */
  private void open() {
    for (List<Entry> line : lines.values()) {
      Entry open = line.stream().filter(each -> each.isOpen).findFirst().orElse(null);
      if (open != null && (open.isRunning || open.time == 0)) {
        continue;
      }
      if (open != null) {
        open.isOpen = false;
      }
      next(line).isOpen = true;
    }
  }

  private static Entry next(List<Entry> line) {
    List<Entry> reachable = new ArrayList<>();
    for (Entry each : line) {
      if (each.time == 0) {
        return each;
      }
      reachable.add(each);
      if (!each.letsPass) {
        break;
      }
    }
    return reachable.stream().min(Comparator.comparingInt(each -> each.time)).orElseThrow();
  }

  private void compare(String what) throws SQLException {
    List<String> expected = new ArrayList<>();
    lines.forEach(
        (line, entries) ->
            entries.forEach(
                each ->
                    expected.add(
                        "%s %s %s %s"
                            .formatted(
                                line,
                                each.id,
                                each.isRunning ? "running" : each.isOpen ? "open" : "waits",
                                each.letsPass))));
    List<String> found = new ArrayList<>();
    query(
        """
        SELECT
          l.type || '/' || l.order_key, l.job_id,
          CASE WHEN j.status = 'running' THEN 'running' WHEN l.is_open THEN 'open' ELSE 'waits' END, l.lets_pass,
          l.is_open = (j.run_at < never())
        FROM job_lines l JOIN live_jobs j ON j.id = l.job_id
        ORDER BY l.number
        """,
        row -> {
          found.add(
              "%s %s %s %s"
                  .formatted(
                      row.getString(1), row.getString(2), row.getString(3), row.getBoolean(4)));
          assertThat(row.getBoolean(5)).as(what + ": only an open job has a time").isTrue();
        });
    assertThat(found).as(what).containsExactlyInAnyOrderElementsOf(expected);
    lines.forEach(
        (line, entries) ->
            assertThat(found.stream().filter(each -> each.startsWith(line + " ")))
                .as(what)
                .hasSize(entries.size())
                .extracting(each -> each.split(" ", -1)[2])
                .containsExactlyElementsOf(
                    entries.stream().map(each -> each.id.toString()).toList()));
  }

  private List<Entry> all() {
    return lines.values().stream().flatMap(List::stream).toList();
  }

  private List<Entry> running() {
    return all().stream().filter(each -> each.isRunning).toList();
  }

  private List<Entry> waiting() {
    return all().stream().filter(each -> !each.isRunning).toList();
  }

  private void execute(String sql, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.execute();
    }
  }

  /** Reads a row. */
  @FunctionalInterface
  private interface Row {
    void read(ResultSet row) throws SQLException;
  }

  private void query(String sql, Row reader) throws SQLException {
    try (var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        reader.read(rows);
      }
    }
  }

  private long count(String sql) throws SQLException {
    long[] count = {0};
    query(sql, row -> count[0] = row.getLong(1));
    return count[0];
  }
}
