package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Connections to a server of this machine, of clients that may be slow, rude or gone. */
final class Sockets implements AutoCloseable {

  static final int PATIENCE_MILLIS = 20_000;

  /** So small that a client that reads nothing is noticed soon. */
  private static final int RECEIVE_BUFFER = 4096;

  private final List<Socket> sockets = new ArrayList<>();

  /** Sends a request, or the begin of one, and gives what is answered. */
  BufferedReader send(int port, String request) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(RECEIVE_BUFFER);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(PATIENCE_MILLIS);
    sockets.add(socket);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Sends a request without a body. */
  BufferedReader send(int port, String method, String path) throws IOException {
    return send(port, method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  /** Reads until all of these texts have come, and gives what has been read. */
  static String readUntil(BufferedReader answer, String... texts) throws IOException {
    StringBuilder seen = new StringBuilder();
    while (!Arrays.stream(texts).allMatch(text -> seen.indexOf(text) >= 0)) {
      String line = answer.readLine();
      assertThat(line).as("after " + seen).isNotNull();
      seen.append(line).append('\n');
    }
    return seen.toString();
  }

  /** Closes all of them. */
  @Override
  public void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
