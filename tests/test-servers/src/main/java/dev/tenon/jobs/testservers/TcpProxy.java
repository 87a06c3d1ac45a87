package dev.tenon.jobs.testservers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A breakable network between a client and a server: it forwards a fixed port of 127.0.0.1 to a
 * target. {@link #cut()} makes it refuse connections, {@link #stall()} makes it silent.
 *
 * <p>Thread-safe. A connection takes two threads.
 */
public final class TcpProxy implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TcpProxy.class);

  private static final int BACKLOG = 128;

  private final InetSocketAddress target;
  private final int port = Ports.free();
  private final Lock lock = new ReentrantLock();
  private final Condition moving = lock.newCondition();
  private final Set<ProxiedConnection> connections = new HashSet<>();
  private @Nullable ServerSocket listener;
  private @Nullable Thread acceptor;
  private boolean stalled;

  private TcpProxy(InetSocketAddress target) {
    this.target = target;
  }

  /** Forwards a free port to the target, which need not exist yet. */
  public static TcpProxy to(String host, int port) {
    TcpProxy proxy = new TcpProxy(new InetSocketAddress(host, port));
    proxy.restore();
    return proxy;
  }

  /** The port to connect to. */
  public int port() {
    return port;
  }

  /** The number of connections that are open through it. */
  public int connections() {
    lock.lock();
    try {
      return connections.size();
    } finally {
      lock.unlock();
    }
  }

  /** Resets every connection and refuses new ones, until {@link #restore()}. */
  public void cut() {
    Set<ProxiedConnection> open;
    Thread accepting;
    lock.lock();
    try {
      if (listener != null) {
        listener.close();
        listener = null;
      }
      accepting = acceptor;
      acceptor = null;
      open = Set.copyOf(connections);
      connections.clear();
      open.forEach(ProxiedConnection::reset);
      moving.signalAll();
    } catch (IOException e) {
      throw new TestServerException("Port " + port + " cannot be closed", e);
    } finally {
      lock.unlock();
    }
    awaitEnd(accepting);
    LOG.info("{} is cut, with {} connections", this, open.size());
  }

  /** Accepts connections again. Nothing happens if it already does. */
  public void restore() {
    lock.lock();
    try {
      if (listener != null) {
        return;
      }
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
      listener = socket;
      acceptor = start("accepts for " + this, () -> accept(socket));
    } catch (IOException e) {
      throw new TestServerException("Port " + port + " cannot be opened", e);
    } finally {
      lock.unlock();
    }
    LOG.info("{} is open", this);
  }

  /**
   * Stops forwarding bytes in both directions until {@link #resume()}. Connections stay open and
   * new ones are accepted: both ends believe that they are connected.
   */
  public void stall() {
    setStalled(true);
    LOG.info("{} is stalled", this);
  }

  /** Forwards bytes again, starting with those that were held back. */
  public void resume() {
    setStalled(false);
    LOG.info("{} moves again", this);
  }

  /** Resets every connection and gives up the port. */
  @Override
  public void close() {
    cut();
  }

  @Override
  public String toString() {
    return "Proxy from port " + port + " to " + target;
  }

  InetSocketAddress target() {
    return target;
  }

  /** Waits while the proxy is stalled; returns false if the connection was reset meanwhile. */
  boolean mayMove(ProxiedConnection connection) throws InterruptedException {
    lock.lock();
    try {
      while (stalled && connections.contains(connection)) {
        moving.await();
      }
      return connections.contains(connection);
    } finally {
      lock.unlock();
    }
  }

  void ended(ProxiedConnection connection) {
    lock.lock();
    try {
      connections.remove(connection);
    } finally {
      lock.unlock();
    }
  }

  Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /**
   * Waits for the accepting thread: until it is done, the port is open although its socket is
   * closed.
   */
  private void awaitEnd(@Nullable Thread accepting) {
    try {
      if (accepting != null) {
        accepting.join();
      }
    } catch (InterruptedException e) {
      throw TestServerException.interrupted("the end of " + this, e);
    }
  }

  private void setStalled(boolean value) {
    lock.lock();
    try {
      stalled = value;
      moving.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept(ServerSocket socket) {
    try {
      while (true) {
        Socket client = socket.accept();
        client.setTcpNoDelay(true);
        ProxiedConnection connection = new ProxiedConnection(this, client);
        lock.lock();
        try {
          if (listener != socket) {
            connection.reset();
            return;
          }
          connections.add(connection);
        } finally {
          lock.unlock();
        }
        Thread unused = start("forwards for " + this, connection::forward);
      }
    } catch (IOException e) {
      if (socket.isClosed()) {
        LOG.debug("{} no longer accepts connections", this);
      } else {
        LOG.error("{} cannot accept", this, e);
      }
    }
  }
}
