package dev.tenon.jobs.testservers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server for one test alone, to stop, kill, freeze and wipe; on 127.0.0.1, on a port
 * that it keeps over restarts. User {@code postgres}, no password. It syncs to disk as a real one
 * does, unless it is asked not to.
 *
 * <p>Started from the installed programs ({@code initdb}, {@code postgres}), as the user {@code
 * postgres} if the tests run as root. Takes half a second to start. Its output is kept in {@link
 * #log()}.
 *
 * <p>May be used by several threads; what starts and ends the server takes turns. All methods throw
 * {@link TestServerException} when the server does not do what it is told.
 */
public final class PostgresServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(60);
  private static final String USER = "postgres";
  private static final Pattern READY = Pattern.compile("ready to accept (read.only )?connections");

  // In postmaster.pid, counted from 0: key and id of the System V segment.
  private static final int SHARED_MEMORY_LINE = 6;

  private final Path programs;
  private final Map<String, String> settings;
  private final Path folder;
  private final Path data;
  private final Path log = Folders.log("postgres");
  private final int port = Ports.free();
  private @Nullable ManagedProcess process;

  private PostgresServer(Path programs, Map<String, String> settings) {
    this.programs = programs;
    this.settings = Map.copyOf(settings);
    this.folder = Folders.temporary("postgres");
    this.data = folder.resolve("data");
    if (isRoot()) {
      giveToPostgres(folder);
    }
  }

  /** Starts a server that syncs to disk, with the default settings. */
  public static PostgresServer launch() {
    return builder().launch();
  }

  /** For a server with settings of its own. */
  public static Builder builder() {
    return new Builder();
  }

  /** Whether the programs of a server are installed here. */
  static boolean isInstalled() {
    return Programs.postgres().isPresent();
  }

  /** Its port, the same as long as this object lives. */
  public int port() {
    return port;
  }

  /** The JDBC URL of the database {@code postgres}. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /** The superuser. */
  public String user() {
    return USER;
  }

  /** The superuser's password: empty, as every local connection is trusted. */
  public String password() {
    return "";
  }

  /** The file that has everything the server printed, over all its starts. */
  public Path log() {
    return log;
  }

  Path folder() {
    return folder;
  }

  /** A new, empty database on this server. It goes when the server goes; closing it is optional. */
  public PostgresDatabase createDatabase() {
    return PostgresDatabase.on(url(), user(), password(), this::isRunning);
  }

  /**
   * A new, empty database on this server, which {@code standby} follows. Its URL names both servers
   * and finds the one that takes writes, so it still leads to the database after a failover.
   */
  public PostgresDatabase createDatabase(PostgresServer standby) {
    return PostgresDatabase.on(
        "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/postgres?targetServerType=primary"
            .formatted(port, standby.port),
        user(),
        password(),
        () -> isRunning() || standby.isRunning());
  }

  /**
   * Makes another server, a streaming standby of this one: it has a copy of the data, follows what
   * this one writes, and answers queries. {@link #promote()} makes a primary of it.
   */
  public PostgresServer launchStandby() {
    return launchStandby(port);
  }

  /**
   * The same, over a proxy.
   *
   * @param port where the standby hears of what this one writes: that of a proxy before it
   */
  public PostgresServer launchStandby(int port) {
    PostgresServer standby = new PostgresServer(programs, settings);
    Cleanup.add(standby);
    try {
      standby.startAsStandbyOf(this, port);
      return standby;
    } catch (TestServerException e) {
      standby.close();
      throw e;
    }
  }

  /** Whether the server's process is there, frozen or not. */
  public synchronized boolean isRunning() {
    return process != null && process.isAlive();
  }

  /**
   * Starts it again after {@link #stop}, {@link #kill} or {@link #wipe}; waits until it is ready.
   */
  public synchronized void start() {
    if (isRunning()) {
      throw new IllegalStateException(this + " is running");
    }
    if (Files.notExists(data)) {
      initialize();
    }
    ManagedProcess started =
        ManagedProcess.start(
            toString(), command("postgres", "-D", data.toString()).directory(folder.toFile()), log);
    process = started;
    try {
      String unused = started.output().await(1, line -> READY.matcher(line).find(), START);
    } catch (TestServerException e) {
      started.kill();
      throw e;
    }
    LOG.info("{} is ready", this);
  }

  /** Stops it in good order: open connections are ended, everything is written. */
  public synchronized void stop() {
    ManagedProcess running = running();
    running.signal(Signal.INT);
    int unused = running.awaitExit(STOP);
    LOG.info("{} is stopped", this);
  }

  /** Kills every process of it at once (SIGKILL), as if the power had failed. */
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
   * Starts it again as a standby, which takes no writes; it waits for a primary that never comes.
   */
  public synchronized void restartAsStandby() {
    stop();
    Folders.append(data.resolve("standby.signal"), List.of());
    start();
  }

  /**
   * Replaces its data by a copy of another server's, and starts it as a streaming standby of that
   * one. Neither of them waits for a standby before it commits, unless it is told to afterwards.
   *
   * @param port where it hears of what the other one writes: the other one's port, or that of a
   *     proxy before it
   */
  public synchronized void startAsStandbyOf(PostgresServer primary, int port) {
    if (isRunning()) {
      throw new IllegalStateException(this + " is running");
    }
    deleteData();
    List<String> unused =
        CommandResult.linesOf(
            command(
                    "pg_basebackup",
                    "--pgdata=" + data,
                    "--host=127.0.0.1",
                    "--port=" + primary.port,
                    "--username=" + USER,
                    "--checkpoint=fast",
                    "--write-recovery-conf",
                    "--no-sync")
                .directory(folder.toFile()));
    // The last line counts, and this file is read after postgresql.conf
    Folders.append(
        data.resolve("postgresql.auto.conf"),
        List.of(
            "port = " + this.port,
            "primary_conninfo = 'host=127.0.0.1 port=%d user=%s'".formatted(port, USER),
            "synchronous_standby_names = ''"));
    start();
  }

  /** Makes a primary of a standby, which takes writes when this returns. */
  public synchronized void promote() {
    try (Connection connection = DriverManager.getConnection(url(), user(), password());
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT pg_promote(true, " + START.toSeconds() + ")")) {
      if (!rows.next() || !rows.getBoolean(1)) {
        throw new TestServerException("%s was not promoted in %s".formatted(this, START));
      }
    } catch (SQLException e) {
      throw new TestServerException(this + " cannot be promoted", e);
    }
    LOG.info("{} is the primary from now on", this);
  }

  /**
   * Freezes every process of it (SIGSTOP): connections stay open and nothing answers, as on a
   * machine that hangs.
   */
  public synchronized void freeze() {
    running().freeze();
    LOG.info("{} is frozen", this);
  }

  /** Lets a frozen server go on. */
  public synchronized void thaw() {
    running().thaw();
    LOG.info("{} goes on", this);
  }

  /** Kills it if it runs, and deletes its data. The next {@link #start} begins with none. */
  public synchronized void wipe() {
    if (isRunning()) {
      kill();
    }
    deleteData();
  }

  /** Ends it at once if it runs, and deletes its files, but not {@link #log()}. */
  @Override
  public synchronized void close() {
    if (isRunning()) {
      ManagedProcess running = running();
      running.thaw();
      running.signal(Signal.QUIT);
      int unused = running.awaitExit(STOP);
    }
    deleteData();
    Folders.delete(folder);
    Cleanup.remove(this);
  }

  @Override
  public String toString() {
    return "PostgreSQL on port " + port;
  }

  /** A killed server leaves shared memory behind, which it would take back if it started again. */
  private void deleteData() {
    Path pidFile = data.resolve("postmaster.pid");
    if (Files.exists(pidFile)) {
      String segment = Folders.read(pidFile).get(SHARED_MEMORY_LINE).trim().split("\\s+", 2)[1];
      CommandResult result = CommandResult.of(List.of("ipcrm", "-m", segment));
      if (result.code() != 0) {
        LOG.warn("{} leaves shared memory segment {}: {}", this, segment, result.output());
      }
    }
    Folders.delete(data);
  }

  private ManagedProcess running() {
    if (process == null || !process.isAlive()) {
      throw new IllegalStateException(this + " is not running");
    }
    return process;
  }

  private void initialize() {
    List<String> unused =
        CommandResult.linesOf(
            command(
                    "initdb",
                    "--pgdata=" + data,
                    "--username=" + USER,
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync")
                .directory(folder.toFile()));
    List<String> lines = new ArrayList<>();
    settings.forEach((name, value) -> lines.add(name + " = '" + value.replace("'", "''") + "'"));
    lines.add("listen_addresses = '127.0.0.1'");
    lines.add("port = " + port);
    lines.add("unix_socket_directories = ''");
    lines.add("dynamic_shared_memory_type = mmap"); // files in its folder, which go with it
    Folders.append(data.resolve("postgresql.conf"), lines);
  }

  /** PostgreSQL refuses to run as root: then its own user runs it. */
  private ProcessBuilder command(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(
          List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--init-groups", "--"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static void giveToPostgres(Path folder) {
    try {
      Files.setOwner(
          folder,
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER));
    } catch (IOException e) {
      throw new TestServerException(
          "The tests run as root and PostgreSQL refuses to: it needs the user '"
              + USER
              + "', which the Debian package postgresql makes",
          e);
    }
  }

  /** What a server is started with. Not for use by several threads. */
  public static final class Builder {

    private final Map<String, String> settings = new LinkedHashMap<>();
    private @Nullable Path programs;

    private Builder() {
      settings.put("max_connections", "200");
      settings.put("shared_buffers", "64MB");
      settings.put("log_timezone", "UTC");
      settings.put("timezone", "UTC");
    }

    /**
     * Whether it syncs to disk. Without, it is faster; it still survives {@link
     * PostgresServer#kill}, since the kernel keeps what was written.
     */
    public Builder durable(boolean durable) {
      String value = durable ? "on" : "off";
      return setting("fsync", value)
          .setting("synchronous_commit", value)
          .setting("full_page_writes", value);
    }

    /** A line for {@code postgresql.conf}. */
    public Builder setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    /**
     * The major version, from programs that the module's pom has Maven copy to {@code
     * target/postgres/14.jar} and so on. Default: the newest that is installed.
     */
    public Builder version(int version) {
      programs = PostgresPrograms.of(version);
      return this;
    }

    /** Makes the server and starts it. */
    public PostgresServer launch() {
      PostgresServer server =
          new PostgresServer(programs == null ? installed() : programs, settings);
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
      return Programs.postgres()
          .orElseThrow(
              () ->
                  new TestServerException(
                      "PostgreSQL's initdb was found neither on the PATH nor in"
                          + " /usr/lib/postgresql/*/bin. Install PostgreSQL 14 or newer"
                          + " (Debian: apt-get install postgresql)."));
    }
  }
}
