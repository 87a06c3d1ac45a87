package dev.tenon.jobs.cli.mcp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tenon.jobs.dashboard.DashboardUser;
import dev.tenon.jobs.dashboard.Right;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.HttpHeaders;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpStreamableServerSession;
import io.modelcontextprotocol.spec.McpStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Streamable HTTP on the JDK's own server. It answers each request with one JSON message, and has
 * no stream for other messages, since the server sends none. Thread-safe.
 */
final class HttpTransport implements McpStreamableServerTransportProvider {

  private static final String PATH = "/mcp";
  private static final String JSON = "application/json";
  private static final String MAX_REQUEST_TIME = "sun.net.httpserver.maxReqTime";
  private static final int MAX_BODY = 1024 * 1024;
  private static final int MAX_REQUESTS = 64;
  private static final int BACKLOG = 64;

  private final McpJsonMapper json;
  private final HttpAccess access;
  private final HttpServer server;
  private final boolean isLoopback;
  private final String host;
  private final HttpSessions sessions = new HttpSessions();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0,
          MAX_REQUESTS,
          30,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> {
            Thread thread = new Thread(task, "tenon-mcp-http");
            thread.setDaemon(true);
            return thread;
          });
  private volatile McpStreamableServerSession.@Nullable Factory factory;

  /**
   * Takes the address; {@link #start} serves.
   *
   * @throws IOException if the address cannot be had
   */
  HttpTransport(McpJsonMapper json, HttpAccess access, InetSocketAddress address)
      throws IOException {
    this.json = json;
    this.access = access;
    // Half a request must not hold a thread for long
    if (System.getProperty(MAX_REQUEST_TIME) == null) {
      System.setProperty(MAX_REQUEST_TIME, "10");
    }
    InetAddress at = address.getAddress();
    this.isLoopback = at.isLoopbackAddress();
    this.host = isLoopback || at.isAnyLocalAddress() ? "localhost" : at.getHostAddress();
    this.server = HttpServer.create(address, BACKLOG);
  }

  /** Serves from now on. */
  void start() {
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  /** The address of the server. */
  URI uri() {
    return URI.create("http://" + host + ":" + server.getAddress().getPort() + PATH);
  }

  /** Waits until it is closed, or until the thread is interrupted. */
  void awaitEnd() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public List<String> protocolVersions() {
    return List.of(
        ProtocolVersions.MCP_2025_03_26,
        ProtocolVersions.MCP_2025_06_18,
        ProtocolVersions.MCP_2025_11_25);
  }

  @Override
  public void setSessionFactory(McpStreamableServerSession.Factory sessionFactory) {
    this.factory = sessionFactory;
  }

  /** Does nothing, since there is no stream for it. */
  @Override
  public Mono<Void> notifyClients(String method, Object parameters) {
    return Mono.empty();
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Flux.fromIterable(sessions.clear())
        .flatMap(McpStreamableServerSession::closeGracefully)
        .then()
        .doFinally(
            signal -> {
              server.stop(0);
              threads.shutdownNow();
              closed.countDown();
            });
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        dispatch(exchange);
      } catch (HttpRefusal e) {
        if (e.status() == 401) {
          exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
        }
        respond(exchange, e.status(), error(e.status(), String.valueOf(e.getMessage())));
      } catch (RuntimeException e) {
        respond(exchange, 500, error(500, "The request failed unexpectedly."));
      }
    }
  }

  private void dispatch(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().equals(PATH)) {
      throw new HttpRefusal(404, "There is nothing here. The path of this server is " + PATH + ".");
    }
    DashboardUser user = access.userOf(exchange, isLoopback);
    if (!user.maySomewhere(Right.READ)) {
      throw new HttpRefusal(403, "You may not use this server.");
    }
    switch (exchange.getRequestMethod()) {
      case "POST" -> post(exchange, user);
      case "DELETE" -> {
        McpStreamableServerSession session = session(exchange, user);
        sessions.remove(session);
        session.delete().block();
        respond(exchange, 204, "");
      }
      default -> {
        exchange.getResponseHeaders().set("Allow", "POST, DELETE");
        throw new HttpRefusal(405, "This server has no stream. Send messages by POST.");
      }
    }
  }

  private void post(HttpExchange exchange, DashboardUser user) throws IOException {
    String type = exchange.getRequestHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(JSON)) {
      throw new HttpRefusal(415, "A message must have the Content-Type " + JSON + ".");
    }
    McpTransportContext context = McpTransportContext.create(Map.of(AgentTools.USER, user));
    McpSchema.JSONRPCMessage message = read(exchange);
    if (message instanceof McpSchema.JSONRPCRequest request
        && request.method().equals(McpSchema.METHOD_INITIALIZE)) {
      begin(exchange, request, user, context);
    } else if (message instanceof McpSchema.JSONRPCRequest request) {
      AnswerTransport answer = new AnswerTransport(json);
      McpStreamableServerSession.McpStreamableServerSessionStream stream =
          session(exchange, user).responseStream(answer);
      try {
        within(context, stream.handle(request));
      } finally {
        stream.releaseTransport();
      }
      respond(exchange, 200, json.writeValueAsString(answer.message()));
    } else if (message instanceof McpSchema.JSONRPCNotification notification) {
      within(context, session(exchange, user).accept(notification));
      respond(exchange, 202, "");
    } else if (message instanceof McpSchema.JSONRPCResponse response) {
      within(context, session(exchange, user).accept(response));
      respond(exchange, 202, "");
    } else {
      throw new HttpRefusal(400, "The message is not one of JSON-RPC.");
    }
  }

  private static void within(McpTransportContext context, Mono<Void> task) {
    task.contextWrite(all -> all.put(McpTransportContext.KEY, context)).block();
  }

  private void begin(
      HttpExchange exchange,
      McpSchema.JSONRPCRequest request,
      DashboardUser user,
      McpTransportContext context)
      throws IOException {
    McpSchema.InitializeRequest initialize;
    try {
      initialize =
          json.convertValue(request.params(), new TypeRef<McpSchema.InitializeRequest>() {});
    } catch (RuntimeException e) {
      throw new HttpRefusal(400, "The parameters of 'initialize' cannot be read.");
    }
    McpStreamableServerSession.McpStreamableServerSessionInit begun =
        Objects.requireNonNull(factory, "factory").startSession(initialize);
    McpSchema.InitializeResult result =
        begun.initResult().contextWrite(all -> all.put(McpTransportContext.KEY, context)).block();
    sessions.add(begun.session(), user.name());
    exchange.getResponseHeaders().set(HttpHeaders.MCP_SESSION_ID, begun.session().getId());
    respond(
        exchange,
        200,
        json.writeValueAsString(McpSchema.JSONRPCResponse.result(request.id(), result)));
  }

  private McpStreamableServerSession session(HttpExchange exchange, DashboardUser user) {
    String id = exchange.getRequestHeaders().getFirst(HttpHeaders.MCP_SESSION_ID);
    if (id == null) {
      throw new HttpRefusal(400, "The header Mcp-Session-Id is missing. Send 'initialize' first.");
    }
    return sessions
        .find(id, user.name())
        .orElseThrow(
            () -> new HttpRefusal(404, "There is no such session. Send 'initialize' again."));
  }

  private McpSchema.JSONRPCMessage read(HttpExchange exchange) throws IOException {
    byte[] bytes;
    try (InputStream in = exchange.getRequestBody()) {
      bytes = in.readNBytes(MAX_BODY + 1);
    }
    if (bytes.length > MAX_BODY) {
      throw new HttpRefusal(413, "A message may have at most " + MAX_BODY + " bytes.");
    }
    try {
      return McpSchema.deserializeJsonRpcMessage(json, new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException | RuntimeException e) {
      throw new HttpRefusal(400, "The message is not one of JSON-RPC.");
    }
  }

  /** The error as JSON-RPC has it, since clients show its message. */
  private String error(int status, String message) throws IOException {
    int code =
        status >= 500 ? McpSchema.ErrorCodes.INTERNAL_ERROR : McpSchema.ErrorCodes.INVALID_REQUEST;
    return json.writeValueAsString(
        Map.of("jsonrpc", "2.0", "error", Map.of("code", code, "message", message)));
  }

  private static void respond(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0) {
      exchange.getResponseHeaders().set(HttpHeaders.CONTENT_TYPE, JSON);
    }
    exchange.getResponseHeaders().set(HttpHeaders.CACHE_CONTROL, "no-store");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(bytes);
      }
    }
  }
}
