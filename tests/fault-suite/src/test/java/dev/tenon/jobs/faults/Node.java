package dev.tenon.jobs.faults;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.faults.NodeMain.Submitting;
import dev.tenon.jobs.options.RabbitMqOptions.QueueKind;
import dev.tenon.jobs.testservers.JavaProcess;
import dev.tenon.jobs.testservers.TestProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A process under test, as the test sees it. */
final class Node implements AutoCloseable {

  static final String READY = "ready";
  static final String SUBMITTED = "submitted all";
  static final String STARTED = "started ";
  static final String SIGNALLED = "signalled ";
  static final String RETURNED = "returned ";
  static final String BATCH = "batch of ";
  static final String HANGS = "hangs";
  static final String OUT_OF_MEMORY = "out of memory";
  static final String HEALTHY = "healthy again";
  static final String UNHEALTHY = "not healthy: ";

  /** The exit code of a process that a handler has ended. */
  static final int HALTED = 98;

  /** How long a process may take to start on a busy machine. */
  static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final String WORKER = "worker ";

  private final TestProcess process;

  Node(TestProcess process) {
    this.process = process;
  }

  TestProcess process() {
    return process;
  }

  long pid() {
    return process.pid();
  }

  Node awaitReady() {
    process.awaitLine(READY::equals, PATIENCE);
    return this;
  }

  /** The id of its worker. */
  String workerId() {
    return process.awaitLine(line -> line.startsWith(WORKER), PATIENCE).substring(WORKER.length());
  }

  void awaitStarted(UUID jobId) {
    process.awaitLine((STARTED + jobId)::equals, PATIENCE);
  }

  boolean hasStarted(UUID jobId) {
    return process.lines().contains(STARTED + jobId);
  }

  /** Waits until it calls its batch handler with such jobs, and returns them. */
  Set<UUID> awaitBatch(Predicate<Set<UUID>> wanted) {
    return jobsOf(
        process.awaitLine(line -> line.startsWith(BATCH) && wanted.test(jobsOf(line)), PATIENCE));
  }

  /** The batches that its handler was called with so far. */
  List<Set<UUID>> batches() {
    return process.lines().stream()
        .filter(line -> line.startsWith(BATCH))
        .map(Node::jobsOf)
        .toList();
  }

  private static Set<UUID> jobsOf(String batch) {
    return Arrays.stream(batch.substring(BATCH.length()).split(" "))
        .map(UUID::fromString)
        .collect(Collectors.toSet());
  }

  void awaitSubmitted() {
    process.awaitLine(SUBMITTED::equals, PATIENCE);
  }

  /** Waits until it has died at its crash point. */
  void awaitCrash() {
    int code = process.awaitExit(PATIENCE);
    if (code != CrashPoint.EXIT_CODE) {
      throw new AssertionError(
          "%s ended with %d, not at its crash point: %s".formatted(process, code, process.lines()));
    }
  }

  boolean logged(String text) {
    return process.lines().stream().anyMatch(line -> line.contains(text));
  }

  void awaitLogged(String text, Duration patience) {
    process.awaitLine(line -> line.contains(text), patience);
  }

  void freeze() {
    process.freeze();
  }

  void thaw() {
    process.thaw();
  }

  void kill() {
    process.kill();
  }

  @Override
  public void close() {
    process.close();
  }

  @Override
  public String toString() {
    return process.toString();
  }

  /** Says what a node is. Not thread-safe. */
  static final class Builder {

    private final String name;
    private final Path folder;
    private String url;
    private final String user;
    private String amqpUris;
    private final String namePrefix;
    private QueueKind queueKind = QueueKind.CLASSIC;
    private Duration heartbeat;
    private int maxCrashes = 3;
    private boolean maintenance = true;
    private int concurrency;
    private Duration grace = Duration.ofSeconds(30);
    private String types = typesOf(FaultJobs.WORK, FaultJobs.HURRY, FaultJobs.DURABLE);
    private int submits;
    private int submitsPerSecond;
    private Submitting submitting = Submitting.SINGLE;
    private FaultJobs.Action action = FaultJobs.Action.WORK;
    private int millis;
    private int largeEvery;
    private final JavaProcess.Builder process;

    Builder(String name, Path folder, String url, String user, String amqpUris, String namePrefix) {
      this.name = name;
      this.folder = folder;
      this.url = url;
      this.user = user;
      this.amqpUris = amqpUris;
      this.namePrefix = namePrefix;
      this.heartbeat = Site.HEARTBEAT;
      this.process =
          JavaProcess.of(NodeMain.class)
              .name(name)
              .jvmArguments("-Xmx192m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    }

    private static String typesOf(JobDefinition<?, ?>... definitions) {
      return Arrays.stream(definitions).map(FaultJobs::nameOf).collect(Collectors.joining(","));
    }

    Builder url(String value) {
      url = value;
      return this;
    }

    Builder amqpUris(String... values) {
      amqpUris = String.join(",", values);
      return this;
    }

    Builder queueKind(QueueKind value) {
      queueKind = value;
      return this;
    }

    Builder heartbeat(Duration value) {
      heartbeat = value;
      return this;
    }

    Builder maxCrashes(int value) {
      maxCrashes = value;
      return this;
    }

    Builder maintenance(boolean value) {
      maintenance = value;
      return this;
    }

    Builder worker(int slots) {
      concurrency = slots;
      return this;
    }

    Builder grace(Duration value) {
      grace = value;
      return this;
    }

    Builder types(JobDefinition<?, ?>... definitions) {
      types = typesOf(definitions);
      return this;
    }

    Builder submits(int count, Submitting how) {
      submits = count;
      submitting = how;
      return this;
    }

    Builder submitsPerSecond(int value) {
      submitsPerSecond = value;
      return this;
    }

    Builder payload(FaultJobs.Action what, int howLong) {
      action = what;
      millis = howLong;
      return this;
    }

    /** Each so many jobs have a payload that is almost as large as the limit. */
    Builder largePayloads(int every) {
      largeEvery = every;
      return this;
    }

    Builder crash(CrashPoint point, int pass) {
      process.jvmArguments(FaultAgent.option());
      process.systemProperty(FaultAgent.CRASH, point + ":" + pass);
      return this;
    }

    /** Something else than the end of the process happens at the n-th pass. */
    Builder crash(CrashPoint point, int pass, Crash.Way way) {
      process.systemProperty(FaultAgent.WAY, way.name());
      return crash(point, pass);
    }

    Builder variant(BrokenVariant variant) {
      process.jvmArguments(FaultAgent.option());
      process.systemProperty(FaultAgent.VARIANT, variant.name());
      return this;
    }

    Builder jvmArguments(String... values) {
      process.jvmArguments(values);
      return this;
    }

    /** Starts a worker in TypeScript with the settings that it has in common with one in Java. */
    Node startTypeScript() {
      return TypeScriptWorker.start(
          name,
          new TypeScriptWorker.Settings(
              url.replaceFirst("jdbc:postgresql://", "postgresql://" + user + "@"),
              amqpUris,
              namePrefix,
              folder.toString(),
              (int) heartbeat.toMillis(),
              concurrency,
              (int) grace.toMillis()));
    }

    /** Starts it; returns at once. */
    Node start() {
      new NodeSettings(
              url,
              user,
              amqpUris,
              namePrefix,
              queueKind,
              folder.toString(),
              (int) heartbeat.toMillis(),
              maxCrashes,
              maintenance,
              concurrency,
              (int) grace.toMillis(),
              types,
              submits,
              submitsPerSecond,
              submitting,
              action.name(),
              millis,
              largeEvery)
          .properties()
          .forEach(process::systemProperty);
      return new Node(process.start());
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
