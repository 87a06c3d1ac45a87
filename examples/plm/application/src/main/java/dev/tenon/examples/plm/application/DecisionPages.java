package dev.tenon.examples.plm.application;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tenon.jobs.durable.SignalRefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * The pages that links in mails lead to. A link only opens a page with a button, since programs
 * that look for malware in mails open links too. The button sends the decision. Whoever has the
 * token may decide; it works once.
 */
public final class DecisionPages implements AutoCloseable {

  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int GONE = 410;
  private static final Pattern TOKEN = Pattern.compile("token=([\\w-]{1,100})");

  private static final String BUTTON =
      """
      <!DOCTYPE html>
      <title>%1$s</title>
      <form method="post" action="%2$s?token=%3$s"><button>%1$s</button></form>
      """;

  private final HttpServer server;
  private final ExecutorService threads;

  private DecisionPages(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /** Sends the decision that belongs to a token. */
  @FunctionalInterface
  private interface Decision {
    void send(String token);
  }

  /**
   * Serves the pages on this machine.
   *
   * @param port the port; 0 for any free one
   */
  public static DecisionPages start(Plm plm, int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    server.createContext(
        "/approve",
        exchange -> answer(exchange, "Approve", token -> plm.approve(token, "the approver")));
    server.createContext(
        "/reject",
        exchange -> answer(exchange, "Send back", token -> plm.reject(token, "the approver")));
    server.setExecutor(threads);
    server.start();
    return new DecisionPages(server, threads);
  }

  /** The address of the pages, without a slash at its end. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static void answer(HttpExchange exchange, String label, Decision decision)
      throws IOException {
    try (exchange) {
      var token = TOKEN.matcher(String.valueOf(exchange.getRequestURI().getQuery()));
      if (!token.matches()) {
        send(exchange, BAD_REQUEST, "This link is not complete.");
      } else if (!exchange.getRequestMethod().equals("POST")) {
        String path = exchange.getRequestURI().getPath();
        send(exchange, OK, BUTTON.formatted(label, path, token.group(1)));
      } else {
        decide(exchange, token.group(1), decision);
      }
    }
  }

  private static void decide(HttpExchange exchange, String token, Decision decision)
      throws IOException {
    try {
      decision.send(token);
    } catch (SignalRefusedException e) {
      // The reason says whether it was used, or has come too late; the token is in no message
      send(exchange, GONE, "This link no longer works: " + e.reason().code() + ".");
      return;
    }
    send(exchange, OK, "Thank you. The decision is recorded.");
  }

  private static void send(HttpExchange exchange, int status, String html) throws IOException {
    byte[] body = html.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
    exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
