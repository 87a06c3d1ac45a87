package dev.tenon.examples.plm.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stands in for a service that makes parts from descriptions. It is as unfriendly as the real ones:
 * slow, so that it has to be asked again and again; limited, so that it refuses calls with 429 and
 * Retry-After; and in trouble at times, with 503. From a description it understands three sizes,
 * such as "a box of 20 x 30 x 10", and makes a box.
 */
public final class ZooServer implements AutoCloseable {

  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;
  private static final String RETRY_AFTER_SECONDS = "1";
  private static final String PATH = "/text-to-cad";
  private static final Pattern SIZES = Pattern.compile("(\\d{1,4}) x (\\d{1,4}) x (\\d{1,4})");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final JsonMapper json = new JsonMapper();
  private final Behavior behavior;
  private final Map<String, Operation> operationsByKey = new HashMap<>();
  private final Map<String, Operation> operations = new HashMap<>();
  private final Map<String, Integer> beginnings = new HashMap<>();
  private int limited;
  private int failed;
  private int mostParallel;

  /**
   * The faults that it makes for each part that is requested.
   *
   * @param refusals how many calls that begin a part it refuses with 429
   * @param failures how many of those after that it answers with 503
   * @param polls how often it must be asked until the part is ready
   * @param maxParallel how many parts it makes at a time; it refuses others with 429
   */
  public record Behavior(int refusals, int failures, int polls, int maxParallel) {}

  /** The counts so far: refusals, failures, and the most parts that it made at a time. */
  public record Seen(int limited, int failed, int mostParallel) {}

  private static final class Operation {
    private final String id = UUID.randomUUID().toString();
    private final String prompt;
    private int polls;
    private boolean ended;

    Operation(String prompt) {
      this.prompt = prompt;
    }
  }

  private ZooServer(HttpServer server, Behavior behavior) {
    this.server = server;
    this.behavior = behavior;
  }

  /** Starts it on a free port of this machine. */
  public static ZooServer start(Behavior behavior) throws IOException {
    return start(behavior, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /** Starts it at an address. */
  static ZooServer start(Behavior behavior, InetSocketAddress address) throws IOException {
    HttpServer http = HttpServer.create(address, 0);
    ZooServer server = new ZooServer(http, behavior);
    http.createContext(PATH, server::answer);
    http.setExecutor(server.threads);
    http.start();
    return server;
  }

  /** Its address. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The counts so far. */
  public synchronized Seen seen() {
    return new Seen(limited, failed, mostParallel);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath().substring(PATH.length());
      if (exchange.getRequestMethod().equals("POST")) {
        begin(exchange);
      } else if (path.endsWith("/file")) {
        download(exchange, path.substring(1, path.length() - "/file".length()));
      } else {
        poll(exchange, path.isEmpty() ? "" : path.substring(1));
      }
    }
  }

  private synchronized void begin(HttpExchange exchange) throws IOException {
    String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    String prompt = json.readTree(exchange.getRequestBody()).path("prompt").stringValue("");
    Operation operation = operationsByKey.get(key);
    if (operation == null) {
      int before = beginnings.merge(key, 1, Integer::sum) - 1;
      if (before < behavior.refusals() || running() >= behavior.maxParallel()) {
        limited++;
        exchange.getResponseHeaders().set("Retry-After", RETRY_AFTER_SECONDS);
        send(exchange, TOO_MANY_REQUESTS, new byte[0]);
        return;
      }
      if (before < behavior.refusals() + behavior.failures()) {
        failed++;
        send(exchange, UNAVAILABLE, new byte[0]);
        return;
      }
      operation = new Operation(prompt);
      operationsByKey.put(key, operation);
      operations.put(operation.id, operation);
      mostParallel = Math.max(mostParallel, running());
    }
    say(exchange, ACCEPTED, working(operation));
  }

  private int running() {
    return (int) operations.values().stream().filter(operation -> !operation.ended).count();
  }

  private synchronized void poll(HttpExchange exchange, String id) throws IOException {
    Operation operation = operations.get(id);
    if (operation == null) {
      send(exchange, NOT_FOUND, new byte[0]);
    } else if (++operation.polls < behavior.polls()) {
      say(exchange, OK, working(operation));
    } else if (SIZES.matcher(operation.prompt).find()) {
      operation.ended = true;
      say(exchange, OK, Map.of("id", id, "status", "ready", "file", PATH + "/" + id + "/file"));
    } else {
      operation.ended = true;
      say(exchange, OK, Map.of("id", id, "status", "impossible", "reason", "It has no sizes."));
    }
  }

  private Map<String, Object> working(Operation operation) {
    int percent = Math.min(99, 100 * operation.polls / Math.max(1, behavior.polls()));
    return Map.of("id", operation.id, "status", "working", "percent", percent);
  }

  private synchronized void download(HttpExchange exchange, String id) throws IOException {
    Operation operation = operations.get(id);
    Matcher sizes = SIZES.matcher(operation == null ? "" : operation.prompt);
    if (!sizes.find()) {
      send(exchange, NOT_FOUND, new byte[0]);
      return;
    }
    send(
        exchange,
        OK,
        box(
            Float.parseFloat(sizes.group(1)),
            Float.parseFloat(sizes.group(2)),
            Float.parseFloat(sizes.group(3))));
  }

  private void say(HttpExchange exchange, int status, Map<String, Object> answer)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    send(exchange, status, json.writeValueAsString(answer).getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  /** A box as binary STL: two triangles for each side. */
  private static byte[] box(float x, float y, float z) {
    int[][] sides = {
      {0, 2, 3, 1}, {4, 5, 7, 6}, {0, 1, 5, 4}, {2, 6, 7, 3}, {0, 4, 6, 2}, {1, 3, 7, 5}
    };
    ByteBuffer stl = ByteBuffer.allocate(84 + 12 * 50).order(ByteOrder.LITTLE_ENDIAN);
    stl.position(80);
    stl.putInt(12);
    for (int[] side : sides) {
      for (int[] triangle : new int[][] {{0, 1, 2}, {0, 2, 3}}) {
        stl.putFloat(0).putFloat(0).putFloat(0);
        for (int corner : triangle) {
          // The bits of a corner's number say which sides of the box it is on
          int bits = side[corner];
          stl.putFloat((bits & 1) * x).putFloat((bits >> 1 & 1) * y).putFloat((bits >> 2) * z);
        }
        stl.putShort((short) 0);
      }
    }
    return stl.array();
  }
}
