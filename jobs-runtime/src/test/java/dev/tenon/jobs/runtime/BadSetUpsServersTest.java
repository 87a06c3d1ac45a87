package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.runtime.BadSetUp.PASSWORD;
import static dev.tenon.jobs.runtime.BadSetUpServer.as;

import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The matrix of bad set-ups: PostgreSQL servers. */
@Tag("thorough")
@Tag("servers")
class BadSetUpsServersTest {

  private static BadSetUpServer server;
  private static PostgresDatabase database;

  @BeforeAll
  static void open() {
    server = new BadSetUpServer();
    database = server.database();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static DynamicTest refused(String name, BadSetUp.SetUp setUp, String... parts) {
    return BadSetUp.refused(name, JobsStartException.class, setUp, parts);
  }

  private static JobsRuntimeBuilder url(String url) {
    return JobsRuntime.builder().database(url, "app", PASSWORD);
  }

  @TestFactory
  Stream<DynamicTest> reachingTheServer() {
    return Stream.of(
        refused(
            "wrong host",
            () -> url("jdbc:postgresql://no-such-host.invalid:5432/app?password=" + PASSWORD),
            "The host name of PostgreSQL at no-such-host.invalid:5432/app cannot be resolved",
            "Check it in the URL"),
        refused(
            "wrong port",
            () -> url("jdbc:postgresql://127.0.0.1:%d/app".formatted(closedPort())),
            "PostgreSQL at 127.0.0.1:",
            "/app does not accept a connection",
            "Check host and port in the URL"),
        silent("silent server", ""),
        silent("silent server, and a URL that waits longer", "?loginTimeout=60&connectTimeout=60"),
        DynamicTest.dynamicTest(
            "no PostgreSQL",
            () -> {
              try (ServerSocket web = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
                Thread answering = new Thread(() -> answerAsWebServer(web));
                answering.setDaemon(true);
                answering.start();
                BadSetUp.refuses(
                    () ->
                        url("jdbc:postgresql://127.0.0.1:%d/app".formatted(web.getLocalPort()))
                            .start(),
                    JobsStartException.class,
                    "The server at 127.0.0.1:",
                    "does not speak PostgreSQL's protocol",
                    "Check host and port in the URL");
              }
            }));
  }

  @TestFactory
  Stream<DynamicTest> loggingIn() {
    return Stream.of(
        refused(
            "unknown database",
            () ->
                JobsRuntime.builder()
                    .database(
                        server.server().url().replace("/postgres", "/shop"), "postgres", PASSWORD),
            "There is no such database at 127.0.0.1:",
            "/shop",
            "CREATE DATABASE"),
        refused(
            "unknown user",
            () -> as(database, "nobody-knows"),
            "refuses the login (FATAL: role \"nobody-knows\" does not exist)",
            "Check the user"),
        refused(
            "wrong password",
            () -> {
              String role = secured();
              server.sql(database, "ALTER ROLE " + role + " PASSWORD 'another'");
              return as(database, role);
            },
            "refuses the login (FATAL: password authentication failed for user",
            "Check user and password"),
        refused(
            "no password",
            () -> JobsRuntime.builder().database(database.url(), secured(), ""),
            "do not agree on how to log in",
            "Check that there is a password"),
        refused(
            "the server wants TLS",
            () -> {
              server.sql(database, "CREATE ROLE encrypted LOGIN");
              return as(database, "encrypted");
            },
            "refuses the login (FATAL: pg_hba.conf rejects connection",
            "whether TLS is required (sslmode in the URL)"),
        refused(
            "the server has no TLS",
            () ->
                JobsRuntime.builder()
                    .database(database.url() + "?sslmode=require", "postgres", PASSWORD),
            "do not agree on how to log in",
            "sslmode in the URL"),
        refused(
            "no connection left",
            () -> as(database, server.role("CONNECTION LIMIT 0")),
            "has no free connections (FATAL: too many connections for role",
            "Raise max_connections, or the limit of the user or the database"),
        refused(
            "no right to connect",
            () -> {
              PostgresDatabase closed = server.database();
              server.sql(closed, "REVOKE CONNECT ON DATABASE " + closed.name() + " FROM PUBLIC");
              return as(closed, server.role(""));
            },
            "The user may not connect to PostgreSQL at 127.0.0.1:",
            "GRANT CONNECT ON DATABASE"));
  }

  @TestFactory
  Stream<DynamicTest> serversThatTakeNoWrites() {
    return Stream.of(
        refused(
            "read-only database",
            () -> {
              PostgresDatabase readOnly = server.database();
              server.sql(
                  readOnly,
                  "ALTER DATABASE %s SET default_transaction_read_only = on"
                      .formatted(readOnly.name()));
              return as(readOnly, "postgres");
            },
            "Transactions are read-only",
            "ALTER DATABASE tenon_",
            "RESET default_transaction_read_only;"),
        refused(
            "read-only user",
            () -> {
              String role = server.role("");
              server.sql(
                  database, "ALTER ROLE " + role + " SET default_transaction_read_only = on");
              return as(database, role);
            },
            "Transactions are read-only",
            "ALTER ROLE app",
            "RESET default_transaction_read_only;"),
        refused(
            "read-only by the URL",
            () ->
                JobsRuntime.builder()
                    .database(
                        database.url() + "?options=-c%20default_transaction_read_only=on",
                        "postgres",
                        PASSWORD),
            "Transactions are read-only",
            "The client sets it: look at options in the URL"),
        DynamicTest.dynamicTest(
            "standby",
            () -> {
              try (PostgresServer standby = PostgresServer.builder().durable(false).launch()) {
                standby.restartAsStandby();
                BadSetUp.refuses(
                    () ->
                        JobsRuntime.builder().database(standby.url(), "postgres", PASSWORD).start(),
                    JobsStartException.class,
                    "The server is a standby",
                    "targetServerType=primary");
              }
            }),
        DynamicTest.dynamicTest(
            "PostgreSQL 13",
            () -> {
              try (PostgresServer old =
                  PostgresServer.builder().version(13).durable(false).launch()) {
                BadSetUp.refuses(
                    () -> JobsRuntime.builder().database(old.url(), "postgres", PASSWORD).start(),
                    JobsStartException.class,
                    "The server is PostgreSQL 13.",
                    "Tenon supports PostgreSQL 14 to 18. Upgrade the server.");
              }
            }));
  }

  @TestFactory
  Stream<DynamicTest> serversThatFailDuringTheStart() {
    return Stream.of(
        failing(
            "the server dies amid the checks",
            PostgresServer::kill,
            5,
            "PostgreSQL behind dataSource(…) does not accept a connection"),
        failing(
            "the server dies amid the migrations",
            PostgresServer::kill,
            6,
            "The schema 'tenon' could not be brought up to date",
            "does not accept a connection"),
        failing(
            "the server freezes amid the checks",
            PostgresServer::freeze,
            5,
            "PostgreSQL behind dataSource(…) does not answer within 9 s"));
  }

  private interface Fault {
    void happen(PostgresServer server);
  }

  private static DynamicTest failing(String name, Fault fault, int connection, String... parts) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          try (PostgresServer own = PostgresServer.builder().durable(false).launch()) {
            PostgresDatabase home = own.createDatabase();
            AtomicInteger opened = new AtomicInteger();
            BadSetUp.refuses(
                () ->
                    JobsRuntime.builder()
                        .dataSource(
                            new PhysicalConnections(
                                () -> {
                                  if (opened.incrementAndGet() == connection) {
                                    fault.happen(own);
                                  }
                                  return home.connect();
                                }))
                        .closeOnShutdown(false)
                        .start(),
                JobsStartException.class,
                parts);
          }
        });
  }

  private static DynamicTest silent(String name, String parameters) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String url =
                "jdbc:postgresql://127.0.0.1:%d/app%s".formatted(silent.getLocalPort(), parameters);
            BadSetUp.refuses(
                () -> url(url).start(),
                JobsStartException.class,
                "PostgreSQL at 127.0.0.1:",
                "does not answer",
                "Check host and port in the URL");
          }
        });
  }

  private static String secured() throws SQLException {
    String role = server.role("");
    server.sql(
        database,
        "DO $$ BEGIN IF to_regrole('secured') IS NULL THEN CREATE ROLE secured; END IF; END $$",
        "GRANT secured TO " + role);
    return role;
  }

  private static int closedPort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static void answerAsWebServer(ServerSocket web) {
    try {
      while (!web.isClosed()) {
        try (Socket client = web.accept()) {
          int unused = client.getInputStream().read();
          client
              .getOutputStream()
              .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      if (!web.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
