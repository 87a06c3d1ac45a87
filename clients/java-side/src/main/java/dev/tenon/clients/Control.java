package dev.tenon.clients;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets the tests in Python control the Java side: {@code POST /command}, with a JSON object that
 * has the arguments, and JSON as the answer.
 */
final class Control implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Control.class);
  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, Command> commands = new LinkedHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  /** Something that Java does. */
  interface Command {
    @Nullable Object run(JsonNode arguments) throws Exception;
  }

  Control() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
  }

  Control on(String name, Command command) {
    commands.put("/" + name, command);
    return this;
  }

  /** Starts it, and returns the address that it listens on. */
  String start() {
    server.start();
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) {
    int status = 200;
    Object answer;
    try (exchange) {
      try {
        Command command = commands.get(exchange.getRequestURI().getPath());
        if (command == null) {
          throw new IllegalArgumentException("There is no command " + exchange.getRequestURI());
        }
        answer = command.run(JSON.readTree(exchange.getRequestBody().readAllBytes()));
      } catch (Exception e) {
        LOG.error("{} has failed", exchange.getRequestURI(), e);
        status = 500;
        answer = Map.of("error", e.toString());
      }
      byte[] bytes = JSON.writeValueAsBytes(answer);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
