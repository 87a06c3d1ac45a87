package dev.tenon.jobs.testservers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks a server on a port of this machine by HTTP how it is. Thread-safe. */
final class HttpProbe {

  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private static final int OK = 200;

  private final String address;

  HttpProbe(int port) {
    this.address = "http://127.0.0.1:" + port;
  }

  /** Returns whether it answers with 200; false if it cannot be reached or is silent. */
  boolean answers(String path) {
    try {
      return send(request(path).GET()).statusCode() == OK;
    } catch (IOException e) {
      return false;
    }
  }

  /** Changes a resource. */
  void patch(String path, String json) {
    try {
      HttpResponse<String> response =
          send(request(path).method("PATCH", BodyPublishers.ofString(json)));
      if (response.statusCode() != OK) {
        throw new TestServerException(
            "%s%s answered %d to %s: %s"
                .formatted(address, path, response.statusCode(), json, response.body()));
      }
    } catch (IOException e) {
      throw new TestServerException("%s%s does not take %s".formatted(address, path, json), e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(address + path)).timeout(PATIENCE);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw TestServerException.interrupted("an answer by HTTP", e);
    }
  }
}
