package dev.tenon.examples.plm.handlers;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the service that makes parts from descriptions. Thread-safe. */
@Singleton
public final class ZooClient {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration DEFAULT_WAIT = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final JsonMapper json = new JsonMapper();
  private final ZooSettings settings;

  /** A client of one service; nothing is called yet. */
  @Inject
  public ZooClient(ZooSettings settings) {
    this.settings = settings;
  }

  /** The state of an operation. */
  sealed interface Operation {

    /** The id of the part at the service. */
    String id();

    /** The part is not ready. */
    record Working(String id, int percent) implements Operation {}

    /** The part is ready. */
    record Ready(String id, URI file) implements Operation {}

    /** The service cannot make the part, and could not the next time. */
    record Impossible(String id, String reason) implements Operation {}
  }

  /** The service allows no call at present. */
  static final class LimitedException extends Exception {

    private static final long serialVersionUID = 1L;
    private final Duration retryAfter;

    LimitedException(Duration retryAfter) {
      super("The service allows the next call in " + retryAfter.toSeconds() + " s.");
      this.retryAfter = retryAfter;
    }

    Duration retryAfter() {
      return retryAfter;
    }
  }

  Duration pollInterval() {
    return settings.pollInterval();
  }

  /**
   * Begins to make a part.
   *
   * @param key identifies the wish: the same key again gives the same operation
   */
  Operation begin(String key, String prompt)
      throws IOException, InterruptedException, LimitedException {
    return operation(
        request("/text-to-cad")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(json.writeValueAsString(Map.of("prompt", prompt))))
            .build());
  }

  /** Asks for the state of an operation. */
  Operation get(String id) throws IOException, InterruptedException, LimitedException {
    return operation(request("/text-to-cad/" + id).build());
  }

  /** Fetches the file of a part. */
  byte[] download(URI file) throws IOException, InterruptedException, LimitedException {
    return send(request(file.toString()).build(), BodyHandlers.ofByteArray()).body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(settings.service().resolve(path)).timeout(TIMEOUT);
  }

  private Operation operation(HttpRequest request)
      throws IOException, InterruptedException, LimitedException {
    JsonNode answer = json.readTree(send(request, BodyHandlers.ofString()).body());
    String id = answer.path("id").stringValue("");
    return switch (answer.path("status").stringValue("")) {
      case "working" -> new Operation.Working(id, answer.path("percent").intValue(0));
      case "ready" -> new Operation.Ready(id, URI.create(answer.path("file").stringValue("")));
      case "impossible" -> new Operation.Impossible(id, answer.path("reason").stringValue(""));
      default -> throw new IOException("The service answers with a status that is not known.");
    };
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body)
      throws IOException, InterruptedException, LimitedException {
    HttpResponse<T> response = http.send(request, body);
    int status = response.statusCode();
    if (status == TOO_MANY_REQUESTS) {
      throw new LimitedException(
          response
              .headers()
              .firstValue("Retry-After")
              .filter(seconds -> seconds.matches("\\d{1,4}"))
              .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
              .orElse(DEFAULT_WAIT));
    }
    if (status != OK && status != ACCEPTED) {
      throw new IOException(
          (status >= SERVER_ERROR ? "The service is in trouble: " : "The service refuses: ")
              + status);
    }
    return response;
  }
}
