package dev.tenon.jobs.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private ServerSocket echo;
  private TcpProxy proxy;

  @BeforeEach
  void open() throws IOException {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::serve);
    proxy = TcpProxy.to("127.0.0.1", echo.getLocalPort());
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    echo.close();
    threads.shutdownNow();
  }

  @Test
  void forwardsBothWaysAndPassesTheEndOn() throws IOException {
    try (Socket client = connect()) {
      client.getOutputStream().write(new byte[] {1, 2, 3});
      client.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).containsExactly(1, 2, 3);
    }
    await().until(() -> proxy.connections() == 0);
  }

  @Test
  void resetsAndRefusesWhileItIsCut() throws IOException {
    try (Socket client = connect()) {
      roundTrip(client);
      proxy.cut();
      assertIsReset(client);
      assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    }
    proxy.restore();
    try (Socket client = connect()) {
      roundTrip(client);
    }
  }

  @Test
  void keepsConnectionsButMovesNothingWhileItIsStalled() throws IOException {
    try (Socket client = connect()) {
      roundTrip(client);
      proxy.stall();
      client.getOutputStream().write(7);
      client.setSoTimeout(300);
      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      try (Socket late = connect()) {
        late.getOutputStream().write(8);
        assertThat(late.isConnected()).isTrue();
        proxy.resume();
        client.setSoTimeout(10_000);
        assertThat(client.getInputStream().read()).isEqualTo(7);
        assertThat(late.getInputStream().read()).isEqualTo(8);
      }
    }
  }

  @Test
  void canBeCutWhileItIsStalled() throws IOException {
    try (Socket client = connect()) {
      roundTrip(client);
      proxy.stall();
      client.getOutputStream().write(7);
      proxy.cut();
      assertIsReset(client);
      assertThat(proxy.connections()).isZero();
    }
  }

  @Test
  void closesTheClientWhenNobodyListensBehind() throws IOException {
    try (TcpProxy toNobody = TcpProxy.to("127.0.0.1", Ports.free());
        Socket client = connect(toNobody)) {
      assertIsReset(client);
    }
  }

  @Test
  void refusesFromTheMomentItIsCut() throws IOException {
    for (int i = 0; i < 100; i++) {
      proxy.cut();
      assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
      proxy.restore();
      connect().close();
    }
  }

  private static void assertIsReset(Socket client) {
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  private Socket connect() throws IOException {
    return connect(proxy);
  }

  private static Socket connect(TcpProxy proxy) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void roundTrip(Socket client) throws IOException {
    client.getOutputStream().write(42);
    assertThat(client.getInputStream().read()).isEqualTo(42);
  }

  /** Sends back what it gets, until the test closes it. */
  private void serve() {
    while (true) {
      try {
        Socket client = echo.accept();
        threads.execute(() -> echo(client));
      } catch (IOException e) {
        assertThat(echo.isClosed()).as("closed by the test, not by %s", e).isTrue();
        return;
      }
    }
  }

  private static void echo(Socket client) {
    try (client) {
      client.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      assertThat(e).as("the proxy resets connections").isInstanceOf(IOException.class);
    }
  }
}
