package dev.tenon.jobs.internal.liveness;

import dev.tenon.jobs.internal.background.BackgroundLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port that this process listens on as long as it exists, so that others can tell that it has
 * ended: its host then refuses connections. A process that is only frozen, or so busy that it
 * answers nobody, does not refuse them: the operating system still accepts them. Whoever connects
 * gets a random token and nothing else; nothing is read. Thread-safe.
 */
public final class LivenessPort implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LivenessPort.class);
  private static final int BACKLOG = 50;
  private static final Duration MAX_CLOSE = Duration.ofSeconds(2);

  private final ServerSocket socket;
  private final UUID token = UUID.randomUUID();
  private final byte[] answer = token.toString().getBytes(StandardCharsets.US_ASCII);
  private final BackgroundLoop loop;

  private LivenessPort(ServerSocket socket) {
    this.socket = socket;
    this.loop =
        BackgroundLoop.named("tenon-liveness")
            .description("Answering other processes that ask whether this one is alive")
            .whatFollowsAFailure("If this process ends meanwhile, its jobs run elsewhere later.")
            .repeat(this::answerOne);
  }

  /**
   * Listens on a port that the operating system chooses, on all addresses of the host.
   *
   * @throws IOException if that is not possible
   */
  public static LivenessPort open() throws IOException {
    LivenessPort port = new LivenessPort(new ServerSocket(0, BACKLOG));
    port.loop.start();
    return port;
  }

  /**
   * Describes the port for other processes: its token, its number and the current addresses of the
   * host, separated by spaces.
   *
   * @throws IOException if the addresses cannot be read
   */
  public String text() throws IOException {
    return PortAddress.text(token, socket.getLocalPort(), addresses());
  }

  /** The addresses that others may reach; the loopback address only if there is no other. */
  private static List<InetAddress> addresses() throws IOException {
    List<InetAddress> addresses = new ArrayList<>();
    for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
      if (each.isUp() && !each.isLoopback()) {
        each.inetAddresses()
            .filter(address -> !address.isLinkLocalAddress() && !address.isAnyLocalAddress())
            .forEach(addresses::add);
      }
    }
    return addresses.isEmpty() ? List.of(InetAddress.getLoopbackAddress()) : addresses;
  }

  private Duration answerOne() throws IOException {
    try (Socket caller = socket.accept()) {
      answer(caller);
    } catch (IOException e) {
      if (!loop.isClosing()) {
        throw e;
      }
    }
    return Duration.ZERO;
  }

  /** The answer fits into the buffer of the connection, so that nobody can hold up this thread. */
  private void answer(Socket caller) {
    try {
      caller.getOutputStream().write(answer);
    } catch (IOException e) {
      LOG.debug("A process asked whether this one is alive, and did not wait for the answer.", e);
    }
  }

  /** Stops listening. Others then take this process for ended, so nothing may run any more. */
  @Override
  public void close() {
    loop.closeSoon();
    try {
      socket.close();
      boolean unused = loop.close(MAX_CLOSE);
    } catch (IOException e) {
      LOG.debug("The port of this process stays open until the process ends.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
