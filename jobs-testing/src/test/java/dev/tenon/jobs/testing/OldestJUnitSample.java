package dev.tenon.jobs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@link OldestJUnitTest} runs; its name keeps it from being run on the newest JUnit, too. */
class OldestJUnitSample {

  private static int port;

  @RegisterExtension
  @Order(1)
  static final BeforeAllCallback lastToEnd = OldestJUnitSample::reportTheEnd;

  @RegisterExtension
  @Order(2)
  static final TenonExtension tenon = TenonExtension.withWorker(TestHandlers.all());

  @Test
  void runsAJob() throws SQLException {
    System.out.println(
        "JUnit of " + Test.class.getProtectionDomain().getCodeSource().getLocation());
    try (Connection connection = tenon.dataSource().getConnection()) {
      port = Integer.parseInt(connection.getMetaData().getURL().replaceAll(".*:(\\d+)/.*", "$1"));
    }
    KitJobs jobs = new KitJobs(tenon.jobs());
    UUID id = jobs.echo().submit(new Echo("hello"), SubmitOptions.by("test")).jobId();
    assertThat(tenon.awaitEnd(id, Duration.ofSeconds(20)).status()).isEqualTo(JobStatus.COMPLETED);
  }

  /** JUnit closes what is stored last first, so this is closed after PostgreSQL. */
  @SuppressWarnings("deprecation") // What that JUnit closes
  private static void reportTheEnd(ExtensionContext context) {
    CloseableResource report =
        () -> System.out.println("PostgreSQL has stopped: " + isRefused(port));
    context.getRoot().getStore(Namespace.GLOBAL).put(OldestJUnitSample.class, report);
  }

  private static boolean isRefused(int port) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !socket.isConnected();
    } catch (ConnectException e) {
      return true;
    }
  }
}
