package dev.tenon.jobs.faults.edits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every edit of a handler, with jobs that are stopped at each step of it: either it does not
 * compile, or each job that one version has begun ends right with the other one, and with both side
 * by side. No step is repeated in silence.
 */
@Tag("thorough")
@Execution(ExecutionMode.SAME_THREAD)
class EditMatrixTest {

  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Jobs that neither run nor could be run by code of this version. */
  private static final String RESTLESS =
      """
      SELECT count(*) FROM tenon.live_jobs j
      WHERE j.type = '%s.fulfil' AND j.version <= %d AND NOT EXISTS (
        SELECT FROM tenon.job_steps s
        WHERE s.job_id = j.id AND s.kind = 'wait' AND s.state = 'waiting' AND j.status = 'pending')
      """;

  private static final String LEFT =
      "SELECT count(*) FROM tenon.live_jobs WHERE type = '%s.fulfil'";

  private static PostgresDatabase database;

  /** Leads, so that the others can come and go. */
  private static JobsRuntime leader;

  @TempDir private Path folder;

  private final List<UUID> jobs = new ArrayList<>();
  private final String prefix = "e" + COUNT.incrementAndGet();

  @BeforeAll
  static void open() throws SQLException {
    database = PostgresDatabase.shared();
    leader =
        JobsRuntime.builder()
            .database(database.url(), database.user(), database.password())
            .modules()
            .closeOnShutdown(false)
            .start();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE public.bookings (job_id uuid NOT NULL, value text NOT NULL)");
    }
  }

  @AfterAll
  static void close() {
    leader.close();
    database.close();
  }

  static List<Edit> edits() {
    List<Edit> all = new ArrayList<>(SafeEdits.ALL);
    all.addAll(RefusedEdits.ALL);
    assertThat(all).extracting(Edit::name).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(40);
    String wanted = System.getProperty("faults.edit", "");
    return all.stream().filter(edit -> edit.name().contains(wanted)).toList();
  }

  @ParameterizedTest
  @MethodSource("edits")
  void anEditIsRefusedOrEveryJobEndsRight(Edit edit) throws Exception {
    Path lock = folder.resolve("jobs.lock.json");
    Code before = compile("before", lock, Sources.before());
    assertThat(before.errors()).isEmpty();
    String locked = Files.readString(lock);
    Map<String, String> sources = edit.apply(Sources.before());
    Code after = compile("after", lock, sources);
    if (edit.refusal().isPresent()) {
      assertThat(after.errors())
          .anySatisfy(error -> assertThat(error).contains(edit.refusal().get()));
      assertThat(Files.readString(lock)).isEqualTo(locked);
      return;
    }
    assertThat(after.errors()).isEmpty();
    String handler =
        sources.keySet().stream()
            .filter(name -> name.endsWith("Handler"))
            .findFirst()
            .orElseThrow();
    try (Release old = new Release(before, database, prefix, Sources.HANDLER);
        Release edited = new Release(after, database, prefix, handler)) {
      run(edit, old, edited);
    }
    jobs.forEach(this::mustHaveEndedRight);
  }

  private Code compile(String name, Path lock, Map<String, String> sources) throws Exception {
    return Code.compile(folder.resolve(name), lock, Sources.files(sources, prefix));
  }

  /** Each of the two has begun jobs that the other one continues. */
  private void run(Edit edit, Release old, Release edited) throws Exception {
    beginAndStop(edited, edit.signal());
    // The old one continues what the new one has begun, as far as it can, and begins some
    beginAndStop(old, Edit.SIGNAL);
    jobs.forEach(job -> World.find(job).ifPresent(World::stopNoMore));
    edited.work(Sources.STOPS.size());
    awaitRest(Integer.MAX_VALUE);
    // Both, side by side
    old.work(Sources.STOPS.size());
    jobs.add(old.submit(World.NOWHERE));
    jobs.add(edited.submit(World.NOWHERE));
    for (int i = 0; i < jobs.size(); i++) {
      if (World.find(jobs.get(i)).flatMap(world -> world.result("paid")).isEmpty()) {
        (i % 2 == 0 ? old : edited).send(jobs.get(i), i % 2 == 0 ? Edit.SIGNAL : edit.signal());
      }
    }
    await().atMost(PATIENCE).pollInterval(POLL).until(() -> number(LEFT.formatted(prefix)) == 0);
    old.stop();
    edited.stop();
  }

  private void beginAndStop(Release release, String signal) throws Exception {
    List<UUID> begun = new ArrayList<>();
    for (String stop : Sources.STOPS) {
      UUID job = release.submit(stop);
      begun.add(job);
      if (Sources.AFTER_THE_SIGNAL.contains(stop)) {
        release.send(job, signal);
      }
    }
    jobs.addAll(begun);
    release.work(3 * Sources.STOPS.size());
    for (int i = 0; i < begun.size(); i++) {
      UUID job = begun.get(i);
      String stop = Sources.STOPS.get(i);
      await()
          .atMost(PATIENCE)
          .pollInterval(POLL)
          .untilAsserted(
              () -> assertThat(hasStopped(job, stop)).as("%s of %s", stop, job).isTrue());
    }
    release.stop();
  }

  /**
   * Whether it has come to where it stops: within its code, or asleep; or to the wait, which may
   * come before that.
   */
  private boolean hasStopped(UUID job, String stop) {
    if (World.find(job).map(World::isStopped).orElse(false)) {
      return true;
    }
    String kinds = stop.equals(World.SLEEPING) ? "'wait', 'sleep'" : "'wait'";
    return number(
            """
            SELECT count(*) FROM tenon.job_steps s JOIN tenon.live_jobs j ON j.id = s.job_id
            WHERE s.job_id = '%s' AND s.kind IN (%s) AND s.state = 'waiting' AND j.status = 'pending'
            """
                .formatted(job, kinds))
        > 0;
  }

  private void awaitRest(int version) {
    await()
        .atMost(PATIENCE)
        .pollInterval(POLL)
        .until(() -> number(RESTLESS.formatted(prefix, version)) == 0);
  }

  private void mustHaveEndedRight(UUID id) {
    Job job = leader.jobs().get(id);
    World world = World.find(id).orElseThrow();
    assertThat(job.status()).as("%s: %s", job, job.error()).isEqualTo(JobStatus.COMPLETED);
    assertThat(world.violations(Sources.ROUNDS)).as("%s", job).isEmpty();
    for (String step : List.of("charge", "reserve", "note", "pack a", "pack b", "paid")) {
      assertThat(world.result(step)).as("%s of %s", step, job).isPresent();
    }
    assertThat(number("SELECT count(*) FROM public.bookings WHERE job_id = '%s'".formatted(id)))
        .isEqualTo(1);
  }

  private static long number(String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(Objects.toString(e.getMessage()), e);
    }
  }
}
