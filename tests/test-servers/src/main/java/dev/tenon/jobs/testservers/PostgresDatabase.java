package dev.tenon.jobs.testservers;

import java.sql.Connection;
import java.sql.DriverManager;
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
 * An empty database of its own, with a random name; dropped when it is closed, whoever is still
 * connected.
 *
 * <p>{@link #shared()} makes one on the server that all tests share, {@link
 * PostgresServer#createDatabase()} on a private server. May be used by several threads.
 */
public final class PostgresDatabase implements AutoCloseable {

  private static final Pattern URL = Pattern.compile("(jdbc:postgresql://[^/]+/)([^?]*)(\\?.*)?");
  private static final String ADMIN_TIMEOUT_SECONDS = "120";

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
   * Makes a database on the shared server: the one that {@code TENON_TEST_PG_URL}, {@code
   * TENON_TEST_PG_USER} and {@code TENON_TEST_PG_PASSWORD} name, else one that this JVM starts from
   * the installed programs and that does not sync to disk, else the one on 127.0.0.1:5432 that lets
   * the user {@code postgres} in without a password.
   *
   * <p>Once Tenon's tables are created in it, it refuses every change of a job's status, lease and
   * worker that the runtime does not list ({@code StatusChange}). A test that writes such rows
   * itself has the SQL comment "by the test" in the statement.
   *
   * @throws TestServerException if none of them can be had; it says what to do
   */
  public static PostgresDatabase shared() {
    return unguarded().guarded();
  }

  /**
   * As {@link #shared()}, but every change is accepted: for measurements.
   *
   * @throws TestServerException as above
   */
  public static PostgresDatabase unguarded() {
    SharedPostgres server = SharedPostgres.get();
    return on(server.url(), server.user(), server.password(), () -> true);
  }

  /**
   * Has it refuse changes of jobs that the runtime does not list, as {@link #shared()} does.
   * Tenon's tables must not be there yet.
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

  /** Makes a database on a server; the server may be gone when it is closed. */
  static PostgresDatabase on(
      String adminUrl, String user, String password, BooleanSupplier serverRuns) {
    PostgresDatabase database = new PostgresDatabase(adminUrl, user, password, serverRuns);
    // The other template may be in use, by which older servers refuse a second database meanwhile.
    database.administer("CREATE DATABASE " + database.name + " TEMPLATE template0");
    Cleanup.add(database);
    return database;
  }

  /**
   * Makes a copy of it on the same server, which takes less time than to fill another one. Nobody
   * may be connected to it meanwhile.
   */
  public PostgresDatabase copy() {
    PostgresDatabase copy = new PostgresDatabase(adminUrl, user, password, serverRuns);
    copy.administer("CREATE DATABASE " + copy.name + " TEMPLATE " + name);
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

  /** A new connection, which the caller closes. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url, user, password);
  }

  /** Opens a connection at each call: no pool. */
  public DataSource dataSource() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    source.setUser(user);
    source.setPassword(password);
    return source;
  }

  /**
   * Drops it, and ends the connections to it. Nothing happens if its private server is not running.
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

  private void administer(String sql) {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", ADMIN_TIMEOUT_SECONDS);
    properties.setProperty("socketTimeout", ADMIN_TIMEOUT_SECONDS);
    try (Connection connection = DriverManager.getConnection(adminUrl, properties);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new TestServerException(sql + " failed on " + adminUrl + " as user " + user, e);
    }
  }
}
