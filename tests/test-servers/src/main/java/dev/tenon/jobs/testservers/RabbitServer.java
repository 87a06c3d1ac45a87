package dev.tenon.jobs.testservers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A RabbitMQ node for a single test, to stop, kill, freeze and wipe. It listens on 127.0.0.1, on a
 * port that it keeps across restarts. It has its own name, data and cookie, so that it meets no
 * other broker of the machine except those that it is made to {@link #join}. User and password are
 * {@code guest}.
 *
 * <p>It is started from the installed programs, as the user that runs the tests. Starting takes
 * three seconds. Its output is kept in {@link #log()}. It needs Erlang's port mapper, which it
 * starts if none runs. The port mapper stays, because all nodes of a machine share it.
 *
 * <p>Thread-safe; calls that start and stop the node take turns. All methods throw {@link
 * TestServerException} if the node does not do as requested.
 */
public final class RabbitServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RabbitServer.class);

  private static final Duration STOP = Duration.ofSeconds(60);

  // The cookie, which is the same for all nodes of this JVM so that they can form a cluster.
  private static final String COOKIE = "TENON" + UUID.randomUUID().toString().replace("-", "");

  private final Path programs;
  private final Duration patience;
  private final Path folder;
  private final Path data;
  private final Path log = Folders.log("rabbitmq");
  private final int port = Ports.free();
  private final int clusterPort = Ports.free();
  private final String node = "tenon-" + UUID.randomUUID().toString().substring(24) + "@localhost";
  private final RabbitControl control;
  private @Nullable ManagedProcess process;

  private RabbitServer(Path programs, Duration patience, Map<String, String> settings) {
    this.programs = programs;
    this.patience = patience;
    this.folder = Folders.temporary("rabbitmq");
    this.data = folder.resolve("data");
    writeCookie();
    List<String> lines = new ArrayList<>();
    settings.forEach((name, value) -> lines.add(name + " = " + value));
    lines.add("listeners.tcp.local = 127.0.0.1:" + port);
    Folders.append(folder.resolve("rabbitmq.conf"), lines);
    Folders.append(folder.resolve("rabbitmq-env.conf"), List.of());
    Folders.append(folder.resolve("enabled_plugins"), List.of("[]."));
    this.control =
        new RabbitControl(
            List.of(programs.resolve("rabbitmqctl").toString(), "--node", node), environment());
  }

  /** Starts a node with the default settings. */
  public static RabbitServer launch() {
    return builder().launch();
  }

  /** Prepares a node with its own settings. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns whether the programs of a broker are installed here. */
  static boolean isInstalled() {
    return Programs.rabbit().isPresent();
  }

  /** Its AMQP port, which stays the same as long as this object lives. */
  public int port() {
    return port;
  }

  /** The AMQP URI of the virtual host {@code /}. */
  public String uri() {
    return "amqp://guest:guest@127.0.0.1:" + port;
  }

  /** The name of the node, such as {@code tenon-1a2b@localhost}. */
  public String node() {
    return node;
  }

  /** The file with everything the node printed, across all its starts. */
  public Path log() {
    return log;
  }

  /** A new virtual host on this node. It disappears with the node; closing it is optional. */
  public RabbitVirtualHost createVirtualHost() {
    return RabbitVirtualHost.on(control, uri(), this::isRunning);
  }

  /**
   * Runs {@code rabbitmqctl} for this node.
   *
   * @return the lines that it printed
   * @throws TestServerException if it fails, with its output
   */
  public List<String> rabbitmqctl(String... arguments) {
    return control.run(arguments);
  }

  RabbitControl control() {
    return control;
  }

  /** Returns whether the node's process exists, frozen or not. */
  public synchronized boolean isRunning() {
    return process != null && process.isAlive();
  }

  /**
   * Starts it again after {@link #stop}, {@link #kill} or {@link #wipe}, and waits until it accepts
   * connections. If it hangs, it is killed and started once more. A node of a cluster may wait for
   * the others: start those that were stopped last first, or start several in parallel threads.
   */
  public synchronized void start() {
    if (isRunning()) {
      throw new IllegalStateException(this + " is running");
    }
    Optional<TestServerException> hung = tryToStart();
    if (hung.isPresent()) {
      // RabbitMQ 4.0 did so once in many thousands of starts: after a kill, and on a slow machine,
      // it elected the leader of its metadata store and then did nothing more
      LOG.warn("{} hangs in its start, so it is killed and started again", this, hung.get());
      tryToStart()
          .ifPresent(
              again -> {
                throw again;
              });
    }
    LOG.info("{} is ready", this);
  }

  /** Starts it. If it hangs, it is killed, and the error that says so is returned. */
  private Optional<TestServerException> tryToStart() {
    ProcessBuilder command =
        new ProcessBuilder(programs.resolve("rabbitmq-server").toString())
            .directory(folder.toFile());
    // The environment must contain none of another broker's settings.
    command.environment().keySet().removeIf(key -> key.matches("(RABBITMQ|ERL)_.*"));
    command.environment().putAll(environment());
    ManagedProcess started = ManagedProcess.start(toString(), command, log);
    process = started;
    try {
      String unused =
          started.output().await(1, line -> line.contains("Server startup complete"), patience);
      return Optional.empty();
    } catch (TestServerException e) {
      boolean hangs = started.isAlive() && !Thread.currentThread().isInterrupted();
      started.kill();
      if (!hangs) {
        throw e;
      }
      return Optional.of(e);
    }
  }

  /** Shuts it down cleanly: connections are closed, everything is written. */
  public synchronized void stop() {
    ManagedProcess running = running();
    running.signal(Signal.TERM);
    int unused = running.awaitExit(STOP);
    LOG.info("{} is stopped", this);
  }

  /** Forgets all but the last lines that it has printed. Its log has all of them. */
  public synchronized void forgetLines() {
    running().output().forget();
  }

  /** Kills all of its processes together (SIGKILL), as if the power had failed. */
  public synchronized void kill() {
    running().kill();
    LOG.info("{} is killed", this);
  }

  /** Stops it and starts it again. */
  public synchronized void restart() {
    stop();
    start();
  }

  /**
   * Freezes all of its processes (SIGSTOP): connections stay open and nothing answers, as on a
   * machine that hangs.
   */
  public synchronized void freeze() {
    running().freeze();
    LOG.info("{} is frozen", this);
  }

  /** Lets a frozen node continue. */
  public synchronized void thaw() {
    running().thaw();
    LOG.info("{} goes on", this);
  }

  /**
   * Kills it if it runs, and deletes its data: queues, messages, virtual hosts. The next {@link
   * #start} begins without data.
   */
  public synchronized void wipe() {
    if (isRunning()) {
      kill();
    }
    Folders.delete(data);
  }

  /** Makes this node a member of another node's cluster. It loses its data. */
  public synchronized void join(RabbitServer other) {
    control.run("stop_app");
    control.run("join_cluster", other.node);
    control.run("start_app");
    LOG.info("{} joined the cluster of {}", this, other);
  }

  /**
   * Ends the connections between this node and others of its cluster, and refuses new ones in both
   * directions: each cluster connection begins with a cookie, and this node expects one from the
   * others that they do not have. Clients still reach it.
   */
  public synchronized void cutOffFrom(List<RabbitServer> others) {
    expectCookie(others, "cut", "erlang:disconnect_node(N)");
    LOG.info("{} is cut off from {}", this, others);
  }

  /** Ends what {@link #cutOffFrom} has begun. The nodes find each other a moment later. */
  public synchronized void reconnectTo(List<RabbitServer> others) {
    expectCookie(others, COOKIE, "ok");
    LOG.info("{} reaches {} again", this, others);
  }

  private void expectCookie(List<RabbitServer> others, String cookie, String then) {
    String nodes =
        others.stream().map(other -> "'" + other.node + "'").collect(Collectors.joining(", "));
    control.run(
        "eval",
        "[begin erlang:set_cookie(N, '%s'), %s end || N <- [%s]].".formatted(cookie, then, nodes));
  }

  /** Kills it if it runs, and deletes its files, but not {@link #log()}. */
  @Override
  public synchronized void close() {
    if (isRunning()) {
      kill();
    }
    Folders.delete(folder);
    Cleanup.remove(this);
  }

  @Override
  public String toString() {
    return "RabbitMQ node " + node + " on port " + port;
  }

  private ManagedProcess running() {
    if (process == null || !process.isAlive()) {
      throw new IllegalStateException(this + " is not running");
    }
    return process;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("HOME", folder.toString());
    environment.put("RABBITMQ_NODENAME", node);
    environment.put("RABBITMQ_DIST_PORT", Integer.toString(clusterPort));
    environment.put("RABBITMQ_CONF_ENV_FILE", folder.resolve("rabbitmq-env.conf").toString());
    environment.put("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString());
    environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("enabled_plugins").toString());
    environment.put("RABBITMQ_MNESIA_BASE", data.toString());
    environment.put("RABBITMQ_LOG_BASE", folder.resolve("log").toString());
    environment.put("RABBITMQ_LOGS", "-");
    environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
    environment.put("ERL_CRASH_DUMP_BYTES", "0");
    environment.put(
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
        "-kernel inet_dist_use_interface {127,0,0,1} -noinput");
    // Makes the start script turn into the node instead of waiting for it.
    environment.put("RUNNING_UNDER_SYSTEMD", "true");
    return environment;
  }

  private void writeCookie() {
    Path cookie = folder.resolve(".erlang.cookie");
    Folders.append(cookie, List.of(COOKIE));
    try {
      Files.setPosixFilePermissions(cookie, PosixFilePermissions.fromString("r--------"));
    } catch (IOException e) {
      throw new TestServerException("Cannot protect " + cookie, e);
    }
  }

  /** The settings that a node is started with. Not thread-safe. */
  public static final class Builder {

    private final Map<String, String> settings = new LinkedHashMap<>();
    private @Nullable Path programs;
    private Duration patience = Duration.ofSeconds(90);

    private Builder() {}

    /** Sets the folder of RabbitMQ's programs, instead of the installed ones. */
    Builder programs(Path programs) {
      this.programs = programs;
      return this;
    }

    /** Sets how long a start may take. */
    Builder patience(Duration patience) {
      this.patience = patience;
      return this;
    }

    /** Adds a line to {@code rabbitmq.conf}, e.g. {@code net_ticktime} and {@code 5}. */
    public Builder setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    /** Creates the node and starts it. */
    public RabbitServer launch() {
      RabbitServer server =
          new RabbitServer(programs == null ? installed() : programs, patience, settings);
      Cleanup.add(server);
      try {
        server.start();
        return server;
      } catch (TestServerException e) {
        server.close();
        throw e;
      }
    }

    private static Path installed() {
      return Programs.rabbit()
          .orElseThrow(
              () ->
                  new TestServerException(
                      "rabbitmq-server was found neither in /usr/lib/rabbitmq/bin nor on the PATH."
                          + " Install RabbitMQ 3.13 or newer (Debian: apt-get install"
                          + " rabbitmq-server)."));
    }
  }
}
