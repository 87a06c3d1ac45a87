package dev.tenon.jobs.testservers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Finds free ports of this machine, for servers that must come back on the same port.
 *
 * <p>The operating system's choice (port 0) would not work: it takes the ports of outgoing
 * connections from the same range, so a connection may occupy the port while the server is down.
 */
public final class Ports {

  private static final int FIRST = 20_000;
  private static final int COUNT = 10_000;
  private static final int TRIES = 1_000;

  private static final SplittableRandom RANDOM = new SplittableRandom();
  private static final Set<Integer> GIVEN = new HashSet<>();

  private Ports() {}

  /** A port that nothing listens on, different from all that this JVM was given earlier. */
  public static synchronized int free() {
    for (int i = 0; i < TRIES; i++) {
      int port = FIRST + RANDOM.nextInt(COUNT);
      if (GIVEN.add(port) && isFree(port)) {
        return port;
      }
    }
    throw new TestServerException(
        "No free port found from %d to %d".formatted(FIRST, FIRST + COUNT - 1));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false; // taken
    }
  }
}
