package dev.tenon.jobs.testservers;

import java.io.IOException;
import java.net.Socket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection through a {@link TcpProxy}: a client, and the server that it is forwarded to. */
final class ProxiedConnection {

  private static final Logger LOG = LoggerFactory.getLogger(ProxiedConnection.class);

  private static final int BUFFER = 16 * 1024;

  private final TcpProxy proxy;
  private final Socket client;
  private final Socket server = new Socket();

  ProxiedConnection(TcpProxy proxy, Socket client) {
    this.proxy = proxy;
    this.client = client;
  }

  /** Connects to the target and forwards bytes both ways, until both ends are done. */
  void forward() {
    try {
      if (!proxy.mayMove(this)) {
        return;
      }
      server.connect(proxy.target());
      server.setTcpNoDelay(true);
      Thread back = proxy.start("answers for " + proxy, () -> move(server, client));
      move(client, server);
      back.join();
      client.close();
      server.close();
    } catch (IOException e) {
      LOG.debug("{} cannot connect a client", proxy, e);
      reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reset();
    } finally {
      proxy.ended(this);
    }
  }

  /** Ends the connection like a broken network: with a reset, so that bytes on the way are lost. */
  void reset() {
    reset(client);
    reset(server);
  }

  private void move(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER];
    try {
      while (proxy.mayMove(this)) {
        int count = from.getInputStream().read(buffer);
        if (!proxy.mayMove(this)) {
          return;
        }
        if (count < 0) {
          to.shutdownOutput();
          return;
        }
        to.getOutputStream().write(buffer, 0, count);
      }
    } catch (IOException e) {
      // Tells the other end that this one has closed.
      LOG.debug("{} lost a connection: {}", proxy, e.getMessage());
      reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reset();
    }
  }

  private static void reset(Socket socket) {
    try {
      if (!socket.isClosed()) {
        socket.setSoLinger(true, 0);
        socket.close();
      }
    } catch (IOException e) {
      LOG.debug("A socket was already closed", e);
    }
  }
}
