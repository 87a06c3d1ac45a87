package dev.tenon.jobs.faults;

import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.FaultJobs.Done;
import dev.tenon.jobs.faults.FaultJobs.Work;
import dev.tenon.jobs.faults.trace.RecordedChanges;
import dev.tenon.jobs.faults.trace.Trace;
import dev.tenon.jobs.faults.trace.TraceRules;
import dev.tenon.jobs.faults.trace.Violation;
import dev.tenon.jobs.internal.schema.Migrations;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.PostgresServer;
import dev.tenon.jobs.testservers.RabbitServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place of one test: a database and names of exchanges and queues of its own on the private
 * servers, a runtime in this process, nodes in others, and the books of what went in.
 */
final class Site implements AutoCloseable {

  /** Workers are lost after three seconds, unless a test wants the default. */
  static final Duration HEARTBEAT = Duration.ofSeconds(1);

  /** How long anything may take that has no promised time, on a busy machine. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(Site.class);
  private static final Duration POLL = Duration.ofMillis(10);

  private final @Nullable PostgresServer postgres;
  private final RabbitServer rabbit = Servers.rabbit();
  private final PostgresDatabase database;
  private final String namePrefix = "t" + UUID.randomUUID().toString().substring(24) + ".";
  private final Path folder;
  private final Ledger submitted;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Runnable> closedLast = new ArrayList<>();
  private JobsRuntime runtime;

  Site() {
    this(Servers.postgres());
  }

  private Site(PostgresServer postgres) {
    this(postgres, postgres.createDatabase().guarded());
  }

  /** With a database on servers that the test itself starts and ends. */
  Site(PostgresDatabase database) {
    this(null, database);
  }

  private Site(@Nullable PostgresServer postgres, PostgresDatabase database) {
    this.postgres = postgres;
    this.database = database;
    try {
      // Kept until the module is cleaned: they are the evidence of a run that does not balance
      Path books = Files.createDirectories(Path.of("target", "books").toAbsolutePath());
      folder = Files.createTempDirectory(books, "site-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    submitted = Ledger.open(folder, "submitted");
    openBooks();
  }

  private void openBooks() {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(database.url());
    dataSource.setUser(database.user());
    Migrations.migrate(dataSource, "tenon");
    try (java.sql.Connection connection = database.connect()) {
      Books.open(connection);
      RecordedChanges.open(connection);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The server that all tests use. */
  PostgresServer postgres() {
    return Objects.requireNonNull(postgres);
  }

  RabbitServer rabbit() {
    return rabbit;
  }

  PostgresDatabase database() {
    return database;
  }

  Path folder() {
    return folder;
  }

  RabbitMqOptions rabbitOptions() {
    return RabbitMqOptions.of(rabbit.uri()).withNamePrefix(namePrefix);
  }

  /** The database's URL by way of another port. */
  String urlBy(int port) {
    return database.url().replace(":" + postgres().port() + "/", ":" + port + "/");
  }

  /** The broker's URI by way of another port. */
  String amqpUriBy(int port) {
    return rabbit.uri().replace(":" + rabbit.port(), ":" + port);
  }

  /** Does something after the nodes are closed and before the database is. */
  void afterNodes(Runnable work) {
    closedLast.add(work);
  }

  /** A node that works; {@link #start} starts it. */
  Node.Builder worker(String name, int slots) {
    return node(name).worker(slots);
  }

  /** A node that submits, and leaves maintenance to others. */
  Node.Builder submitter(String name, int count, NodeMain.Submitting how) {
    return node(name).submits(count, how).maintenance(false);
  }

  /** A node that only takes part in maintenance. */
  Node.Builder node(String name) {
    return new Node.Builder(
        name, folder, database.url(), database.user(), rabbit.uri(), namePrefix);
  }

  /** Starts a node, and ends it with the site. */
  Node start(Node.Builder builder) {
    Node node = builder.start();
    nodes.add(node);
    return node;
  }

  /** Starts a worker in TypeScript, and ends it with the site. */
  Node startTypeScript(Node.Builder builder) {
    Node node = builder.startTypeScript();
    nodes.add(node);
    return node;
  }

  /**
   * Ends and forgets all nodes but one, and what is closed after them; and forgets what that one
   * and the servers have printed.
   */
  void endNodesExcept(Node kept) {
    for (Node node : nodes) {
      if (node != kept) {
        node.close();
        try {
          Files.deleteIfExists(node.process().log());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    nodes.retainAll(List.of(kept));
    closeLast();
    kept.process().forgetLines();
    rabbit.forgetLines();
    postgres().forgetLines();
  }

  /**
   * Ends the retention of everything that has ended, waits until it is deleted, and begins new
   * books. Nothing may be under way.
   */
  void startAfresh(Duration patience) {
    execute(
        "UPDATE /* by the test */ tenon.ended_jobs SET delete_at = now();"
            + " UPDATE tenon.workflows SET delete_at = now()");
    await()
        .atMost(patience)
        .until(
            () ->
                number(
                        "SELECT (SELECT count(*) FROM tenon.job_data) + (SELECT count(*) FROM tenon.workflows)")
                    == 0);
    execute("TRUNCATE job_changes, lined_jobs, returned_jobs, bookings");
    Ledger.clear(folder);
  }

  /** Lets workers in other languages run the external type, once a process knows it. */
  void grantExternal() {
    execute(
        "SELECT tenon.grant_worker('%s', ARRAY['%s'])"
            .formatted(database.user(), FaultJobs.EXTERNAL.type()));
  }

  JobsRuntimeBuilder runtimeBuilder() {
    return runtimeBuilderWithoutRabbit().rabbitMq(rabbitOptions());
  }

  JobsRuntimeBuilder runtimeBuilderWithoutRabbit() {
    return JobsRuntime.builder()
        .database(database.url(), database.user(), "")
        .modules(FaultJobs.module())
        .heartbeatInterval(HEARTBEAT)
        .submitInterceptor(FaultJobs.HEADERS)
        .closeOnShutdown(false);
  }

  /** The runtime in this process, which takes part in maintenance. */
  JobsRuntime runtime() {
    if (runtime == null) {
      runtime(runtimeBuilder());
    }
    return runtime;
  }

  /** The runtime in this process, made from this builder. */
  void runtime(JobsRuntimeBuilder builder) {
    runtime = builder.start();
  }

  JobService jobs() {
    return runtime().jobs();
  }

  UUID submit(Action action, int millis) {
    return submit(FaultJobs.WORK, action, millis, SubmitOptions.defaults());
  }

  UUID submit(JobDefinition<Work, Done> type, Action action, int millis, SubmitOptions options) {
    return submit(type, new Work(action, millis), options);
  }

  UUID submit(JobDefinition<Work, Done> type, Work work, SubmitOptions options) {
    UUID id = jobs().submit(type, work, options.withSubmittedBy("faults")).jobId();
    submitted.write(id.toString());
    return id;
  }

  List<UUID> submitAll(int count, Action action, int millis) {
    return submitAll(FaultJobs.WORK, Collections.nCopies(count, new Work(action, millis)));
  }

  List<UUID> submitAll(JobDefinition<Work, Done> type, List<Work> works) {
    List<UUID> ids =
        jobs().submitAll(type, works, SubmitOptions.by("faults")).stream()
            .map(Submitted::jobId)
            .toList();
    ids.forEach(id -> submitted.write(id.toString()));
    return ids;
  }

  Job awaitStatus(UUID jobId, JobStatus... statuses) {
    return await("job is " + Arrays.toString(statuses))
        .atMost(PATIENCE)
        .pollInterval(POLL)
        .until(() -> jobs().get(jobId), isOneOf(statuses));
  }

  private static Predicate<Job> isOneOf(JobStatus... statuses) {
    List<JobStatus> wanted = List.of(statuses);
    return job -> {
      if (job.status().isTerminal() && !wanted.contains(job.status())) {
        throw new AssertionError(job + " ended with " + job.error().orElse(null));
      }
      return wanted.contains(job.status());
    };
  }

  /** How many jobs have that status. */
  long count(JobStatus status) {
    return number("SELECT count(*) FROM tenon.jobs WHERE status = '" + status.code() + "'");
  }

  /** How many jobs have not ended. */
  long unfinished() {
    return number(
        "SELECT count(*) FROM tenon.jobs WHERE status IN ('pending', 'queued', 'running')");
  }

  /** Waits until the runtime in this process is connected to RabbitMQ. */
  void awaitConnected() {
    await().atMost(PATIENCE).until(() -> isConnected(runtime()));
  }

  /** Whether a runtime is connected to RabbitMQ. */
  static boolean isConnected(JobsRuntime runtime) {
    return runtime.health().checks().stream()
        .anyMatch(
            check -> check.name().equals("rabbitmq") && check.message().startsWith("connected"));
  }

  /** Waits until so many jobs are queued, running or ended. */
  void awaitPublished(long count) {
    await()
        .atMost(PATIENCE)
        .pollInterval(POLL)
        .until(() -> number("SELECT count(*) FROM tenon.jobs WHERE status <> 'pending'") == count);
  }

  /** Whether a worker has started here. */
  boolean hasWorkers() {
    return number("SELECT count(*) FROM tenon.workers") > 0;
  }

  /** Waits until there is a job that may not start any more. */
  void awaitLate() {
    await()
        .atMost(PATIENCE)
        .pollInterval(POLL)
        .until(() -> number("SELECT count(*) FROM tenon.job_data WHERE start_before <= now()") > 0);
  }

  /** How long it takes until no job is pending. */
  Duration timeUntilPublished(Duration patience) {
    long start = System.nanoTime();
    await().atMost(patience).pollInterval(POLL).until(() -> count(JobStatus.PENDING) == 0);
    return Figures.since(start);
  }

  /** How long it takes until a queue, which may not be there yet, has so many messages. */
  Duration timeUntilDepth(String queue, long depth, Duration patience) {
    long start = System.nanoTime();
    await()
        .atMost(patience)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> depth(queue) >= depth);
    return Figures.since(start);
  }

  long number(String sql) {
    return value(sql).map(Long::parseLong).orElseThrow();
  }

  /** From now on the database takes outcomes under any lease. */
  void removeLeaseCheck() {
    breakFunction(
        "end_attempts",
        "AND (j.lease = ended.lease) IS TRUE AND (j.worker_id = ended.worker) IS TRUE",
        "");
  }

  /** Replaces something in a function of the database, wherever it stands there. */
  void breakFunction(String name, String text, String replacement) {
    String function =
        value("SELECT pg_get_functiondef('tenon.%s'::regproc)".formatted(name)).orElseThrow();
    if (!function.contains(text)) {
      throw new IllegalStateException(
          "%s no longer has the words '%s': %s".formatted(name, text, function));
    }
    execute(function.replace(text, replacement));
  }

  /** A connection that is not under test. */
  java.sql.Connection connect() throws SQLException {
    return database.connect();
  }

  /** The first value of the first row, by a connection that is not under test. */
  Optional<String> value(String sql) {
    try (java.sql.Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The first values of all rows. */
  List<String> values(String sql) {
    List<String> values = new ArrayList<>();
    try (java.sql.Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  void execute(String sql) {
    try (java.sql.Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The queue of the jobs of all types. */
  String queue() {
    return namePrefix + FaultJobs.module().queue();
  }

  String exchange() {
    return namePrefix + "jobs";
  }

  String deadLetters() {
    return namePrefix + "jobs.dead-letter";
  }

  /** How many messages are ready in a queue. */
  long depth(String queue) {
    return withChannel(channel -> channel.messageCount(queue));
  }

  void publish(String routingKey, byte[] body) {
    long unused =
        withChannel(
            channel -> {
              channel.confirmSelect();
              channel.basicPublish(exchange(), routingKey, true, new BasicProperties(), body);
              try {
                channel.waitForConfirmsOrDie(PATIENCE.toMillis());
              } catch (InterruptedException | TimeoutException e) {
                throw new IOException(e);
              }
              return 0;
            });
  }

  <T> T withChannel(ChannelTask<T> task) {
    ConnectionFactory factory = new ConnectionFactory();
    try {
      factory.setUri(rabbit.uri());
      try (Connection connection = factory.newConnection();
          Channel channel = connection.createChannel()) {
        return task.run(channel);
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Does something with the broker, if it lets that be done. */
  void tryWithChannel(ChannelTask<?> task) {
    try {
      var unused = withChannel(task);
    } catch (IllegalStateException e) {
      LOG.info("The broker did not do it: {}", e.getMessage());
    }
  }

  /** Something to do with the broker. */
  @FunctionalInterface
  interface ChannelTask<T> {
    T run(Channel channel) throws IOException;
  }

  /** Waits until every job has ended, and compares what went in with what came out. */
  BooksReport settle(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < end && unfinished() > 0) {
      sleep(Duration.ofMillis(100));
    }
    return balance();
  }

  /** Compares what went in with what came out by now. */
  BooksReport balance() {
    try (java.sql.Connection connection = database.connect()) {
      return Books.balance(connection, folder);
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Compares what durable jobs really did with what the tables say by now. */
  DurableReport balanceDurable() {
    try (java.sql.Connection connection = database.connect()) {
      return DurableBooks.balance(connection, folder);
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Holds the history of each job to the rules of the specification.
   *
   * @return the violations, once every job has ended
   */
  List<Violation> violations() {
    return TraceRules.check(trace());
  }

  /** Returns what has happened by now, as the tables and the ledgers of handlers say. */
  Trace trace() {
    try (java.sql.Connection connection = database.connect()) {
      return RunTrace.read(connection, folder);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    nodes.forEach(Node::close);
    if (!rabbit.isRunning()) {
      rabbit.start();
    }
    if (postgres != null && !postgres.isRunning()) {
      postgres.start();
    }
    if (runtime != null) {
      runtime.close();
    }
    closeLast();
    database.close();
  }

  private void closeLast() {
    closedLast.forEach(Runnable::run);
    closedLast.clear();
  }
}
