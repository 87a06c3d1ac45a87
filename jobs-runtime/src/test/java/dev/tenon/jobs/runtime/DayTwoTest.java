package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobService.CancelResult;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.PostgresServer;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code docs/day-two.md}, and what the page says happens to jobs. */
@Tag("servers")
@Tag("thorough")
class DayTwoTest {

  private static final Path PAGE = Path.of("..", "docs", "day-two.md");
  private static final Pattern COMMANDS =
      Pattern.compile("^( *)```bash\n(.*?)^ *```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Duration HEARTBEAT = Duration.ofMillis(500);
  private static final int JOBS = 40;
  private static final String QUEUED = "SELECT count(*) FROM tenon.jobs WHERE status = 'queued'";

  /** The quantity of jobs that wait until {@link #gate} is opened. */
  private static final int HELD = 2;

  /** A new folder, which PostgreSQL's own user may write if the tests run as root. */
  @TempDir private Path folder;

  private final Map<String, String> variables = new LinkedHashMap<>();
  private final List<JobsRuntime> runtimes = new ArrayList<>();
  private final List<AutoCloseable> servers = new ArrayList<>();

  /** How often each job ran. */
  private final Map<UUID, Integer> runs = new ConcurrentHashMap<>();

  private final CountDownLatch gate = new CountDownLatch(1);

  @BeforeEach
  void openFolder() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  @AfterEach
  void close() throws Exception {
    gate.countDown();
    closeRuntimes();
    Collections.reverse(servers);
    for (AutoCloseable server : servers) {
      server.close();
    }
  }

  @Test
  void aRestoreToAPointInTimeRunsAgainWhatRanThen() throws Exception {
    Path archive = writable("archive");
    PostgresServer server =
        PostgresServer.builder()
            .setting("archive_mode", "on")
            .setting("archive_command", "cp %p " + archive + "/%f")
            .launch();
    PostgresDatabase database = opened(server);
    variables.put("ARCHIVE", archive.toString());
    variables.put("BACKUP", folder.resolve("backup").toString());
    run("Restore to a point in time", 0);

    RabbitVirtualHost host = opened(RabbitVirtualHost.shared());
    JobService jobs = start(database.url(), database.user(), host).jobs();
    UUID ended = submit(jobs, 1);
    UUID held = submit(jobs, HELD);
    Fixture.awaitStatus(jobs, ended, JobStatus.COMPLETED);
    Fixture.awaitStatus(jobs, held, JobStatus.RUNNING);
    UUID waiting =
        jobs.submit(
                TestJobs.ORDER,
                new Order("waits", 1),
                SubmitOptions.by("t").withDelay(Duration.ofDays(1)))
            .jobId();
    variables.put("TIME", value(database, "SELECT clock_timestamp()"));
    gate.countDown();
    Fixture.awaitStatus(jobs, held, JobStatus.COMPLETED);
    assertThat(jobs.cancel(waiting, Actor.of("t"))).isEqualTo(CancelResult.CANCELLED);
    UUID later = submit(jobs, 1);
    Fixture.awaitStatus(jobs, later, JobStatus.COMPLETED);
    closeRuntimes();
    String last = value(database, "SELECT pg_walfile_name(pg_switch_wal())");
    await("the archive has " + last)
        .atMost(Fixture.PATIENCE)
        .until(() -> Files.exists(archive.resolve(last)));
    server.stop();

    run("Restore to a point in time", 1);
    servers.add(() -> sh("pg_ctl --pgdata=\"$BACKUP\" --wait --silent --mode=fast stop"));
    assertThat(run("Restore to a point in time", 2))
        .contains("test.order.place | pending |     1", "test.order.place | running |     1");
    JobService restored = start(database.url(), database.user(), host).jobs();
    Fixture.awaitStatus(restored, held, JobStatus.COMPLETED);
    assertThat(restored.get(ended).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(restored.get(waiting).status()).isEqualTo(JobStatus.PENDING);
    assertThat(restored.find(later)).isEmpty();
    assertThat(runs).containsEntry(ended, 1).containsEntry(held, 2).containsEntry(later, 1);
  }

  @Test
  void aDumpMovesToANewMajorVersion() throws Exception {
    PostgresDatabase old = opened(PostgresServer.launch());
    JobService before = start(old.url(), old.user(), null).jobs();
    List<UUID> ended = submitMany(before);
    ended.forEach(id -> Fixture.awaitStatus(before, id, JobStatus.COMPLETED));
    closeRuntimes();
    JobService alone = startWithoutWorker(old.url(), old.user(), null).jobs();
    List<UUID> waiting = submitMany(alone);
    closeRuntimes();
    PostgresDatabase newest = opened(PostgresServer.builder().version(18).launch());
    variables.put("NEW", uri(newest));

    run("A new major version of PostgreSQL", 0);

    JobService after = start(newest.url(), newest.user(), null).jobs();
    waiting.forEach(id -> Fixture.awaitStatus(after, id, JobStatus.COMPLETED));
    assertThat(ended).allMatch(id -> after.get(id).status() == JobStatus.COMPLETED);
    assertEachRanOnce(ended);
    assertEachRanOnce(waiting);
  }

  @Test
  void jobsOfAnotherBrokerRun() throws Exception {
    PostgresDatabase database = opened(PostgresServer.launch());
    RabbitVirtualHost old = opened(RabbitVirtualHost.shared());
    JobService before = startWithoutWorker(database.url(), database.user(), old).jobs();
    List<UUID> left = submitMany(before);
    await("all pointers are in the old broker")
        .atMost(Fixture.PATIENCE)
        .until(() -> value(database, QUEUED).equals(String.valueOf(JOBS)));
    RabbitVirtualHost host = opened(RabbitVirtualHost.shared());
    JobService after = start(database.url(), database.user(), host).jobs();
    List<UUID> beside = submitMany(before);
    runtimes.remove(0).close();
    left.forEach(id -> Fixture.awaitStatus(after, id, JobStatus.COMPLETED));
    beside.forEach(id -> Fixture.awaitStatus(after, id, JobStatus.COMPLETED));
    assertEachRanOnce(left);
    assertEachRanOnce(beside);
  }

  @Test
  void jobsOfAPurgedQueueRun() throws Exception {
    PostgresDatabase database = opened(PostgresServer.launch());
    RabbitVirtualHost host = opened(RabbitVirtualHost.shared());
    JobService jobs = startWithoutWorker(database.url(), database.user(), host).jobs();
    List<UUID> ids = submitMany(jobs);
    String queue =
        await("a queue has all pointers")
            .atMost(Fixture.PATIENCE)
            .until(() -> fullQueue(host), Optional::isPresent)
            .orElseThrow();

    assertThat(host.purge(queue)).isEqualTo(JOBS);
    JobWorker unused = runtimes.get(0).startWorker(handlers());

    ids.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED));
    assertEachRanOnce(ids);
  }

  @Test
  void aRoleTakesThePlaceOfAnother() throws Exception {
    PostgresDatabase database = opened(PostgresServer.launch());
    execute(
        database,
        """
        CREATE ROLE shop;
        GRANT CREATE ON DATABASE %s TO shop;
        CREATE ROLE shop_a LOGIN IN ROLE shop;
        ALTER ROLE shop_a SET ROLE shop
        """
            .formatted(database.name()));
    JobService before = start(database.url(), "shop_a", null).jobs();
    List<UUID> first = submitMany(before);

    run("A new password for PostgreSQL", 0);
    JobService after = start(database.url(), "shop_b", null).jobs();
    List<UUID> second = submitMany(after);
    runtimes.remove(0).close();
    run("A new password for PostgreSQL", 1);

    first.forEach(id -> Fixture.awaitStatus(after, id, JobStatus.COMPLETED));
    second.forEach(id -> Fixture.awaitStatus(after, id, JobStatus.COMPLETED));
    assertEachRanOnce(first);
    assertEachRanOnce(second);
  }

  @Test
  void theHistoryIsKeptWhenTenonIsRemoved() throws Exception {
    PostgresDatabase database = opened(PostgresServer.launch());
    JobService jobs = start(database.url(), database.user(), null).jobs();
    submitMany(jobs).forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED));
    closeRuntimes();

    run("Leaving Tenon", 0);
    assertThat(Files.readAllLines(folder.resolve("jobs.csv"))).hasSize(JOBS + 1);
    run("Leaving Tenon", 1);

    assertThat(value(database, "SELECT count(*) FROM pg_namespace WHERE nspname = 'tenon'"))
        .isEqualTo("0");
  }

  // ---------------------------------------------------------------- Servers and runtimes

  private PostgresDatabase opened(PostgresServer server) {
    servers.add(server);
    PostgresDatabase database = server.createDatabase();
    variables.putIfAbsent("PROGRAMS", server.programs().toString());
    variables.putIfAbsent("SERVER", uri(database));
    variables.putIfAbsent("DATABASE", uri(database));
    return database;
  }

  private RabbitVirtualHost opened(RabbitVirtualHost host) {
    servers.add(host);
    return host;
  }

  /** Returns the address as PostgreSQL's own programs read it. */
  private static String uri(PostgresDatabase database) {
    return database.url().replace("jdbc:", "").replace("//", "//" + database.user() + "@");
  }

  private JobsRuntime startWithoutWorker(
      String url, String user, @Nullable RabbitVirtualHost host) {
    JobsRuntimeBuilder builder =
        JobsRuntime.builder()
            .database(url, user, "")
            .modules(handlers().module())
            .heartbeatInterval(HEARTBEAT)
            .closeOnShutdown(false);
    JobsRuntime runtime = (host == null ? builder : builder.rabbitMq(host.uri())).start();
    runtimes.add(runtime);
    return runtime;
  }

  private JobsRuntime start(String url, String user, @Nullable RabbitVirtualHost host) {
    JobsRuntime runtime = startWithoutWorker(url, user, host);
    JobWorker unused = runtime.startWorker(handlers());
    return runtime;
  }

  private TestJobs.Handlers handlers() {
    return TestJobs.handlers()
        .with(
            TestJobs.ORDER,
            (order, context) -> {
              runs.merge(context.jobId(), 1, Integer::sum);
              if (order.quantity() == HELD
                  && !gate.await(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("Nobody has opened the gate");
              }
              return new Receipt(order.name());
            });
  }

  private void closeRuntimes() {
    Collections.reverse(runtimes);
    runtimes.forEach(JobsRuntime::close);
    runtimes.clear();
  }

  private static UUID submit(JobService jobs, int quantity) {
    return jobs.submit(TestJobs.ORDER, new Order("one", quantity), SubmitOptions.by("t")).jobId();
  }

  private static List<UUID> submitMany(JobService jobs) {
    return IntStream.range(0, JOBS).mapToObj(i -> submit(jobs, 1)).toList();
  }

  private static Optional<String> fullQueue(RabbitVirtualHost host) {
    return host.queues().entrySet().stream()
        .filter(queue -> queue.getValue().ready() == JOBS)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private void assertEachRanOnce(List<UUID> ids) {
    assertThat(ids).allSatisfy(id -> assertThat(runs).containsEntry(id, 1));
  }

  private static String value(PostgresDatabase database, String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private static void execute(PostgresDatabase database, String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  // ---------------------------------------------------------------- Commands

  /** Runs one of the commands below a heading of the page, and returns what it has printed. */
  private String run(String heading, int number) throws Exception {
    String page = Files.readString(PAGE);
    int start = page.indexOf("\n## " + heading + "\n");
    assertThat(start).as("the heading '%s' of %s", heading, PAGE).isNotNegative();
    int end = page.indexOf("\n## ", start + 1);
    List<String> blocks = new ArrayList<>();
    Matcher block = COMMANDS.matcher(page.substring(start, end < 0 ? page.length() : end));
    while (block.find()) {
      blocks.add(block.group(2).replaceAll("(?m)^" + block.group(1), ""));
    }
    return sh(blocks.get(number));
  }

  private String sh(String commands) throws Exception {
    List<String> line = new ArrayList<>();
    // PostgreSQL's programs refuse to run as root
    if ("root".equals(System.getProperty("user.name"))) {
      line.addAll(
          List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"));
    }
    line.addAll(List.of("bash", "-euo", "pipefail", "-c", commands));
    Path output = folder.resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(variables);
    builder
        .environment()
        .put("PATH", variables.get("PROGRAMS") + ":" + builder.environment().get("PATH"));
    Process process = builder.start();
    boolean hasEnded = process.waitFor(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (!hasEnded) {
      process.destroyForcibly();
    }
    String printed = Files.readString(output);
    assertThat(hasEnded).as("%s has ended; it has printed%n%s", commands, printed).isTrue();
    assertThat(process.exitValue()).as("%s%n%s", commands, printed).isZero();
    return printed;
  }

  private Path writable(String name) throws IOException {
    Path made = Files.createDirectory(folder.resolve(name));
    return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxrwx"));
  }
}
