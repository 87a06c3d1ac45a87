package dev.tenon.jobs.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network that forgets connections, as one does when a firewall restarts or the power of the
 * other end fails: those that are open are silent for ever, at both ends and without a reset, and
 * new ones work. It can also lead new connections to another server. Thread-safe.
 */
final class SilencingProxy implements AutoCloseable {

  private static final int BUFFER = 16 * 1024;

  private final ServerSocket listener;
  private final Set<Line> open = ConcurrentHashMap.newKeySet();
  private final Set<Line> silent = ConcurrentHashMap.newKeySet();
  private volatile int target;

  SilencingProxy(int target) {
    this.target = target;
    try {
      listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Where new connections lead. */
  void lead(int port) {
    target = port;
  }

  /** Nothing is ever heard again of the connections that are open now. */
  int silence() {
    Set<Line> now = Set.copyOf(open);
    silent.addAll(now);
    open.removeAll(now);
    return now.size();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server;
        try {
          server = new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException e) {
          client.close();
          continue;
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Line line = new Line(client, server);
        open.add(line);
        start(() -> line.forward(client, server));
        start(() -> line.forward(server, client));
      } catch (IOException e) {
        // Closed, or the client is gone already
      }
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "silencing-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.forEach(Line::hangUp);
    silent.forEach(Line::hangUp);
  }

  private final class Line {

    private final Socket client;
    private final Socket server;

    Line(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void forward(Socket from, Socket to) {
      byte[] buffer = new byte[BUFFER];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          if (silent.contains(this)) {
            return;
          }
          out.write(buffer, 0, n);
        }
      } catch (IOException e) {
        // One end is gone; so is the other, unless it must not know
      }
      if (!silent.contains(this)) {
        open.remove(this);
        hangUp();
      }
    }

    void hangUp() {
      try {
        client.close();
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
