package dev.tenon.jobs.dashboard;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a dashboard over HTTP with the JDK's own server. It has no TLS: give it the loopback
 * interface, or put a proxy in front.
 *
 * <p>On a loopback address it only answers requests for {@code localhost} and addresses, so that no
 * page from another site can reach it under another name (DNS rebinding). A client may take ten
 * seconds to send a request; the JDK has one setting for this in a process, {@code
 * sun.net.httpserver.maxReqTime}, which is set unless somebody else has done so.
 */
public final class DashboardServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DashboardServer.class);

  private static final String MAX_REQUEST_TIME = "sun.net.httpserver.maxReqTime";

  /**
   * Includes requests that are half sent: each holds a thread until its ten seconds have passed.
   */
  private static final int MAX_REQUESTS = 1_000;

  private static final int BACKLOG = 128;
  private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

  private final JobDashboard dashboard;
  private final HttpServer server;
  private final ExecutorService threads;
  private final boolean isLoopback;
  private final String host;

  private DashboardServer(
      JobDashboard dashboard, HttpServer server, boolean isLoopback, String host) {
    this.dashboard = dashboard;
    this.server = server;
    this.isLoopback = isLoopback;
    this.host = host;
    // Each open stream has a thread, and the dashboard bounds their number
    this.threads =
        new ThreadPoolExecutor(
            0,
            MAX_REQUESTS + dashboard.maxStreams(),
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "tenon-dashboard-http");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Serves a dashboard on the loopback interface.
   *
   * @param port the port; 0 for any that is free
   * @throws IOException if the port is taken
   */
  public static DashboardServer start(JobDashboard dashboard, int port) throws IOException {
    return start(dashboard, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /**
   * Serves a dashboard on an address.
   *
   * @throws IOException if the address cannot be had
   */
  public static DashboardServer start(JobDashboard dashboard, InetSocketAddress address)
      throws IOException {
    if (System.getProperty(MAX_REQUEST_TIME) == null) {
      System.setProperty(MAX_REQUEST_TIME, "10");
    }
    HttpServer server = HttpServer.create(address, BACKLOG);
    InetAddress host = address.getAddress();
    DashboardServer started =
        new DashboardServer(
            dashboard,
            server,
            host.isLoopbackAddress(),
            host.isAnyLocalAddress() || host.isLoopbackAddress()
                ? "localhost"
                : host.getHostAddress());
    server.setExecutor(started.threads);
    server.createContext("/", started::serve);
    server.start();
    LOG.info("The dashboard is available at {}.", started.uri());
    return started;
  }

  /** The address of the dashboard. */
  public URI uri() {
    return URI.create("http://" + host + ":" + server.getAddress().getPort() + "/");
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (isLoopback && !isForLoopback(exchange.getRequestHeaders().getFirst("Host"))) {
        respond(
            exchange,
            JobDashboard.secured(
                DashboardResponse.text(421, "This server answers requests for localhost only.\n")));
        return;
      }
      String body = body(exchange);
      if (body == null) {
        respond(
            exchange,
            JobDashboard.secured(
                DashboardResponse.text(
                    413,
                    "A form may have at most " + DashboardRequest.MAX_BODY_BYTES + " bytes.\n")));
        return;
      }
      respond(
          exchange,
          dashboard.handle(
              DashboardRequest.of(
                      exchange.getRequestMethod(),
                      exchange.getRequestURI().getRawPath(),
                      exchange.getRequestURI().getRawQuery())
                  .withHeaders(exchange.getRequestHeaders())
                  .withBody(body)));
    }
  }

  private static boolean isForLoopback(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = host.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
    return LOOPBACK_NAMES.contains(name);
  }

  /** The body; null if it is too large. */
  private static @Nullable String body(HttpExchange exchange) throws IOException {
    try (InputStream in = exchange.getRequestBody()) {
      byte[] bytes = in.readNBytes(DashboardRequest.MAX_BODY_BYTES + 1);
      return bytes.length > DashboardRequest.MAX_BODY_BYTES
          ? null
          : new String(bytes, StandardCharsets.UTF_8);
    }
  }

  static void respond(HttpExchange exchange, DashboardResponse response) throws IOException {
    response.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    DashboardResponse.Stream stream = response.stream().orElse(null);
    if (stream != null) {
      try {
        exchange.sendResponseHeaders(response.status(), 0);
      } catch (IOException e) {
        stream.abandon();
        throw e;
      }
      try (OutputStream out = exchange.getResponseBody()) {
        stream.writeTo(out);
      }
      return;
    }
    byte[] body = response.body();
    exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  /** Stops serving, and closes the dashboard. */
  @Override
  public void close() {
    dashboard.close();
    server.stop(0);
    threads.shutdownNow();
  }
}
