package dev.tenon.jobs.testservers;

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
 * A PostgreSQL server for a single test, to stop, kill, freeze and wipe. It listens on 127.0.0.1,
 * on a port that it keeps across restarts. The user is {@code postgres}, without a password. It
 * syncs to disk like a real one, unless that is turned off.
 *
 * <p>It is started from the installed programs ({@code initdb}, {@code postgres}), as the user
 * {@code postgres} if the tests run as root. Starting takes half a second. Its output is kept in
 * {@link #log()}.
 *
 * <p>Thread-safe; calls that start and stop the server take turns. All methods throw {@link
 * TestServerException} if the server does not do as requested.
 */
public final class PostgresServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(60);
  private static final String USER = "postgres";
  private static final Pattern READY = Pattern.compile("ready to accept (read.only )?connections");

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
    PostgresUser.own(folder);
  }

  /** Starts a server that syncs to disk, with the default settings. */
  public static PostgresServer launch() {
    return builder().launch();
  }

  /** Prepares a server with its own settings. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns whether the programs of a server are installed here. */
  static boolean isInstalled() {
    return Programs.postgres().isPresent();
  }

  /** Its port, which stays the same as long as this object lives. */
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

  /** The superuser's password: empty, because every local connection is trusted. */
  public String password() {
    return "";
  }

  /** The file with everything the server printed, across all its starts. */
  public Path log() {
    return log;
  }

  Path folder() {
    return folder;
  }

  /**
   * A new, empty database on this server. It disappears with the server; closing it is optional.
   */
  public PostgresDatabase createDatabase() {
    return PostgresDatabase.on(url(), user(), password(), this::isRunning);
  }

  /** The folder of its programs, with those of its clients if it is installed. */
  public Path programs() {
    return programs;
  }

  /**
   * A new, empty database on this server, which has the standby {@code standby}. Its URL names both
   * servers and finds the one that accepts writes, so it still leads to the database after a
   * failover.
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
   * Creates a streaming standby of this server: it has a copy of the data, follows the writes of
   * this server, and answers queries. {@link #promote()} makes it a primary.
   */
  public PostgresServer launchStandby() {
    return launchStandby(port);
  }

  /**
   * Creates a streaming standby that connects through a proxy.
   *
   * @param port the port that the standby replicates from: that of a proxy in front of this server
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

  /** Returns whether the server's process exists, frozen or not. */
  public synchronized boolean isRunning() {
    return process != null && process.isAlive();
  }

  /**
   * Starts it again after {@link #stop}, {@link #kill} or {@link #wipe}, and waits until it is
   * ready.
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

  /** Shuts it down cleanly: open connections are ended, everything is written. */
  public synchronized void stop() {
    ManagedProcess running = running();
    running.signal(Signal.INT);
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
   * Starts it again as a standby, which accepts no writes; it waits for a primary that never comes.
   */
  public synchronized void restartAsStandby() {
    stop();
    Folders.append(data.resolve("standby.signal"), List.of());
    start();
  }

  /**
   * Replaces its data with a copy of another server's, and starts it as a streaming standby of that
   * server. Neither of them waits for a standby before it commits, unless a later setting says so.
   *
   * @param port the port that it replicates from: that of the other server, or of a proxy in front
   *     of it
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
    // The last line wins, and this file is read after postgresql.conf
    Folders.append(
        data.resolve("postgresql.auto.conf"),
        List.of(
            "port = " + this.port,
            "primary_conninfo = 'host=127.0.0.1 port=%d user=%s'".formatted(port, USER),
            "synchronous_standby_names = ''"));
    start();
  }

  /** Promotes a standby to primary. It accepts writes when this method returns. */
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
    LOG.info("{} is now the primary", this);
  }

  /**
   * Freezes all of its processes (SIGSTOP): connections stay open and nothing answers, as on a
   * machine that hangs.
   */
  public synchronized void freeze() {
    running().freeze();
    LOG.info("{} is frozen", this);
  }

  /** Lets a frozen server continue. */
  public synchronized void thaw() {
    running().thaw();
    LOG.info("{} goes on", this);
  }

  /** Kills it if it runs, and deletes its data. The next {@link #start} begins without data. */
  public synchronized void wipe() {
    if (isRunning()) {
      kill();
    }
    deleteData();
  }

  /** Stops it immediately if it runs, and deletes its files, but not {@link #log()}. */
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

  /**
   * Removes the shared memory that a killed server leaves behind; it would reuse it if it started
   * again.
   */
  private void deleteData() {
    new Postmaster(data).removeSharedMemory();
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
    lines.add(
        "dynamic_shared_memory_type = mmap"); // files in its folder, which are deleted with it
    Folders.append(data.resolve("postgresql.conf"), lines);
  }

  private ProcessBuilder command(String program, String... arguments) {
    List<String> command = new ArrayList<>(PostgresUser.prefix());
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  /** The settings that a server is started with. Not thread-safe. */
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
     * Sets whether it syncs to disk. It is faster without; it still survives {@link
     * PostgresServer#kill}, because the kernel keeps everything that was written.
     */
    public Builder durable(boolean durable) {
      String value = durable ? "on" : "off";
      return setting("fsync", value)
          .setting("synchronous_commit", value)
          .setting("full_page_writes", value);
    }

    /** Adds a line to {@code postgresql.conf}. */
    public Builder setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    /**
     * Sets the major version, whose programs the module's pom must copy to {@code
     * target/postgres/14.jar} and so on. Default: the newest installed one.
     */
    public Builder version(int version) {
      programs = PostgresPrograms.of(version);
      return this;
    }

    /** Creates the server and starts it. */
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
