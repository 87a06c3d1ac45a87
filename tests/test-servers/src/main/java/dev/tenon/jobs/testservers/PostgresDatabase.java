package dev.tenon.jobs.testservers;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * An empty database for one test, with a random name. It is dropped when it is closed, even if
 * somebody is still connected.
 *
 * <p>{@link #shared()} creates one on the server that all tests share, {@link
 * PostgresServer#createDatabase()} on a private server. Thread-safe.
 */
public final class PostgresDatabase implements AutoCloseable {

  private static final Pattern URL = Pattern.compile("(jdbc:postgresql://[^/]+/)([^?]*)(\\?.*)?");
  private static final String ADMIN_TIMEOUT_SECONDS = "120";
  private static final String FAILOVER_TIMEOUT_SECONDS = "30";

  private final String adminUrl;
  private final String name;
  private final String url;
  private final String user;
  private final String password;
  private final BooleanSupplier serverRuns;
  private boolean closed;

  private PostgresDatabase(
      String adminUrl, String user, String password, BooleanSupplier serverRuns) {
    Matcher parts = URL.matcher(adminUrl);
    if (!parts.matches()) {
      throw new TestServerException(
          "Not a URL like jdbc:postgresql://host:port/database: " + adminUrl);
    }
    this.adminUrl = adminUrl;
    this.user = user;
    this.password = password;
    this.serverRuns = serverRuns;
    this.name = "tenon_" + UUID.randomUUID().toString().substring(24);
    this.url = parts.group(1) + name + (parts.group(3) == null ? "" : parts.group(3));
  }

  /**
   * Creates a database on the shared server. That is the server that {@code TENON_TEST_PG_URL},
   * {@code TENON_TEST_PG_USER} and {@code TENON_TEST_PG_PASSWORD} name; otherwise one that this JVM
   * starts from the installed programs and that does not sync to disk; otherwise the one on
   * 127.0.0.1:5432, if the user {@code postgres} may connect without a password.
   *
   * <p>Once Tenon's tables are created in it, it refuses every change of a job's status, lease and
   * worker that the runtime does not list ({@code StatusChange}). A test that writes such rows
   * itself puts the SQL comment "by the test" into the statement.
   *
   * @throws TestServerException if none of them is available; it says what to do
   */
  public static PostgresDatabase shared() {
    return unguarded().guarded();
  }

  /**
   * Creates a database like {@link #shared()}, but one that accepts every change: for measurements.
   *
   * @throws TestServerException if no server is available; it says what to do
   */
  public static PostgresDatabase unguarded() {
    SharedPostgres server = SharedPostgres.get();
    return on(server.url(), server.user(), server.password(), () -> true);
  }

  /**
   * Makes it refuse changes of jobs that the runtime does not list, as {@link #shared()} does.
   * Tenon's tables must not exist yet.
   *
   * @return this database
   */
  public PostgresDatabase guarded() {
    try (Connection connection = connect()) {
      StatusGuard.install(connection);
    } catch (SQLException e) {
      throw new TestServerException("The database " + url + " cannot be guarded.", e);
    }
    return this;
  }

  /** Creates a database on a server; the server may no longer run when the database is closed. */
  static PostgresDatabase on(
      String adminUrl, String user, String password, BooleanSupplier serverRuns) {
    PostgresDatabase database = new PostgresDatabase(adminUrl, user, password, serverRuns);
    // The other template may be in use; older servers then refuse to create a second database from
    // it.
    database.createFrom("template0");
    Cleanup.add(database);
    return database;
  }

  /**
   * Makes a copy of it on the same server, which is faster than filling another one. Nobody may be
   * connected to it meanwhile.
   */
  public PostgresDatabase copy() {
    PostgresDatabase copy = new PostgresDatabase(adminUrl, user, password, serverRuns);
    copy.createFrom(name);
    Cleanup.add(copy);
    return copy;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Its JDBC URL, without user and password. */
  public String url() {
    return url;
  }

  /** A user who may do everything in it. */
  public String user() {
    return user;
  }

  /** The user's password; empty if there is none. */
  public String password() {
    return password;
  }

  /**
   * Opens a connection, which the caller closes. If the database has a standby, a server that does
   * not answer for 30 seconds is given up, so a primary that hangs does not hold up a test.
   */
  public Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    if (hasStandby()) {
      properties.setProperty("socketTimeout", FAILOVER_TIMEOUT_SECONDS);
    }
    return DriverManager.getConnection(url, properties);
  }

  private boolean hasStandby() {
    return url.contains(",");
  }

  /** A data source that opens a connection at each call: it is not a pool. */
  public DataSource dataSource() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    source.setUser(user);
    source.setPassword(password);
    return source;
  }

  /**
   * Drops the database, and ends the connections to it. Nothing happens if its private server is
   * not running.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    if (serverRuns.getAsBoolean()) {
      administer("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }
    closed = true;
    Cleanup.remove(this);
  }

  /** Creates it as a copy of another database. */
  private void createFrom(String template) {
    String sql = "CREATE DATABASE " + name + " TEMPLATE " + template;
    try (Connection connection = administrator();
        Statement statement = connection.createStatement()) {
      statement.execute(copiesFiles(connection) ? sql + " STRATEGY file_copy" : sql);
    } catch (SQLException e) {
      throw failure(sql, e);
    }
  }

  /**
   * Since version 15, PostgreSQL copies page by page into the write-ahead log, which takes five
   * times the processor time of copying the files. That needs a checkpoint, which is cheap where
   * nothing is synced to disk.
   */
  private static boolean copiesFiles(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW fsync")) {
      return connection.getMetaData().getDatabaseMajorVersion() >= 15
          && row.next()
          && row.getString(1).equals("off");
    }
  }

  private void administer(String sql) {
    try (Connection connection = administrator();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw failure(sql, e);
    }
  }

  private Connection administrator() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", ADMIN_TIMEOUT_SECONDS);
    properties.setProperty("socketTimeout", ADMIN_TIMEOUT_SECONDS);
    return DriverManager.getConnection(adminUrl, properties);
  }

  private TestServerException failure(String sql, SQLException e) {
    return new TestServerException(sql + " failed on " + adminUrl + " as user " + user, e);
  }
}
