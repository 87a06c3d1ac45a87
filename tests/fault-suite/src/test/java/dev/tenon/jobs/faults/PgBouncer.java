package dev.tenon.jobs.faults;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A PgBouncer in transaction pooling before a PostgreSQL: each transaction may find itself in
 * another session. Ends with this JVM.
 */
final class PgBouncer implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(30);
  private static final String USER = "postgres";

  private final Path folder;
  private final int port;
  private final Process process;

  /**
   * Starts one.
   *
   * @param postgresPort the PostgreSQL
   * @param sessions how many sessions it has there for each database
   * @param preparedStatements how many prepared statements it follows; 0 for none
   */
  PgBouncer(int postgresPort, int sessions, int preparedStatements) {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      folder =
          Files.createTempDirectory(
              "tenon-pgbouncer-",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
      Path users = Files.writeString(folder.resolve("users.txt"), "\"" + USER + "\" \"\"\n");
      Path settings =
          Files.writeString(
              folder.resolve("pgbouncer.ini"),
              """
              [databases]
              * = host=127.0.0.1 port=%d
              [pgbouncer]
              listen_addr = 127.0.0.1
              listen_port = %d
              unix_socket_dir =
              auth_type = trust
              auth_file = %s
              pool_mode = transaction
              default_pool_size = %d
              max_client_conn = 500
              max_prepared_statements = %d
              ignore_startup_parameters = extra_float_digits
              """
                  .formatted(postgresPort, port, users, sessions, preparedStatements));
      process =
          new ProcessBuilder(command(settings))
              .redirectErrorStream(true)
              .redirectOutput(log().toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("PgBouncer does not start (apt-get install pgbouncer)", e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    awaitPort();
  }

  int port() {
    return port;
  }

  private Path log() {
    return folder.resolve("pgbouncer.log");
  }

  /** It refuses to run as root. */
  private static List<String> command(Path settings) {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(
          List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--init-groups", "--"));
    }
    command.add(new File("/usr/sbin/pgbouncer").canExecute() ? "/usr/sbin/pgbouncer" : "pgbouncer");
    command.add(settings.toString());
    return command;
  }

  private void awaitPort() {
    long end = System.nanoTime() + START.toNanos();
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assert socket.isConnected();
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end || !process.isAlive()) {
          throw new IllegalStateException("PgBouncer is not there; see " + log(), e);
        }
        Site.sleep(Duration.ofMillis(20));
      }
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("PgBouncer does not end");
      }
      for (String name : List.of("users.txt", "pgbouncer.ini", "pgbouncer.log", "")) {
        Files.deleteIfExists(folder.resolve(name));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
