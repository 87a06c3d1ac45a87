package com.example.shop.web;

import com.example.shop.OrderConfirm;
import com.example.shop.ShopJobs;
import com.sun.net.httpserver.HttpServer;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Takes orders by HTTP, and submits a job for each. It knows no handler. */
public final class WebMain {

  private WebMain() {}

  /** Serves {@code POST /orders/4711} on port 8080 until the process is asked to end. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (JobsRuntime runtime =
        JobsRuntime.builder()
            .database(
                System.getenv().getOrDefault("DB_URL", "jdbc:postgresql://localhost:5432/postgres"),
                System.getenv().getOrDefault("DB_USER", "postgres"),
                System.getenv().getOrDefault("DB_PASSWORD", ""))
            .start()) {
      ShopJobs jobs = new ShopJobs(runtime.jobs());
      HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
      server.createContext(
          "/orders/",
          exchange -> {
            String number = exchange.getRequestURI().getPath().substring("/orders/".length());
            jobs.orderConfirm().submit(new OrderConfirm(number), SubmitOptions.by("web"));
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
          });
      server.start();
      runtime.awaitShutdown();
      server.stop(0);
    }
  }
}
