package dev.tenon.jobs.internal.liveness;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Asks the ports of other processes whether these are alive. An address counts only if the process
 * itself has answered there before, with its token: so the address leads to that process, from
 * here. Not thread-safe.
 */
public final class LivenessProbe {

  /**
   * The time limit of a connection, and of an answer. Operating systems repeat a lost packet after
   * a second, which is longer. So a packet that was lost can never look like a refusal.
   */
  private static final Duration LIMIT = Duration.ofMillis(500);

  private static final int TOKEN_BYTES = 36;

  /** The addresses of each port where the process has answered. */
  private final Map<String, Set<InetSocketAddress>> answering = new HashMap<>();

  /** The answer of a port. */
  public enum Answer {
    /** The process has answered with its token: it is alive. */
    ALIVE,
    /** Each address where the process has answered before refuses connections: it has ended. */
    REFUSED,
    /** Anything else, such as silence, a broken network, or somebody else's answer. */
    UNKNOWN
  }

  /** Creates a probe that knows no ports. */
  public LivenessProbe() {}

  /**
   * Asks at all addresses of a port, and notes where the process answers.
   *
   * @param port the port, as {@link LivenessPort#text} wrote it
   */
  public Answer introduce(String port) {
    PortAddress place = PortAddress.parse(port).orElse(null);
    if (place == null) {
      return Answer.UNKNOWN;
    }
    boolean isAlive = false;
    for (InetSocketAddress address : place.addresses()) {
      if (ask(address, place.token()) == Answer.ALIVE) {
        isAlive = true;
        answering.computeIfAbsent(port, unused -> new LinkedHashSet<>()).add(address);
      }
    }
    return isAlive ? Answer.ALIVE : Answer.UNKNOWN;
  }

  /** Asks at the addresses where the process has answered before. */
  public Answer ask(String port) {
    PortAddress place = PortAddress.parse(port).orElse(null);
    Set<InetSocketAddress> addresses = answering.getOrDefault(port, Set.of());
    if (place == null || addresses.isEmpty()) {
      return Answer.UNKNOWN;
    }
    for (InetSocketAddress address : addresses) {
      Answer answer = ask(address, place.token());
      if (answer != Answer.REFUSED) {
        return answer;
      }
    }
    return Answer.REFUSED;
  }

  /** Forgets all ports but these. */
  public void retain(Collection<String> ports) {
    answering.keySet().retainAll(ports);
  }

  /** Without a proxy: its refusal would say nothing about the process. */
  private static Answer ask(InetSocketAddress address, String token) {
    int limit = (int) LIMIT.toMillis();
    try (Socket socket = new Socket(Proxy.NO_PROXY)) {
      try {
        socket.connect(address, limit);
      } catch (ConnectException e) {
        return Answer.REFUSED;
      }
      socket.setSoTimeout(limit);
      byte[] answer = socket.getInputStream().readNBytes(TOKEN_BYTES);
      return new String(answer, StandardCharsets.US_ASCII).equals(token)
          ? Answer.ALIVE
          : Answer.UNKNOWN;
    } catch (IOException e) {
      return Answer.UNKNOWN;
    }
  }
}
