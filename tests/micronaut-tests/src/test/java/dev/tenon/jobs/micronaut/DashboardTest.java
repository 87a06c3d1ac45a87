package dev.tenon.jobs.micronaut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.dashboard.JobDashboard;
import dev.tenon.jobs.micronaut.shop.OrderConfirm;
import dev.tenon.jobs.micronaut.shop.ShopJobs;
import dev.tenon.jobs.testservers.PostgresDatabase;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The dashboard and the health of an application with a server and Micronaut Security. */
class DashboardTest {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static PostgresDatabase database;
  private static EmbeddedServer server;

  @BeforeAll
  static void start() {
    database = PostgresDatabase.shared();
    server =
        ApplicationContext.run(
            EmbeddedServer.class,
            TestApplication.properties(
                database,
                Map.of(
                    "micronaut.server.port", "-1",
                    "micronaut.server.context-path", "/shop",
                    "tenon.worker.enabled", "false",
                    "tenon.dashboard.path", "/ops/jobs",
                    "micronaut.security.intercept-url-map",
                        List.of(Map.of("pattern", "/ops/jobs/**", "access", "isAuthenticated()")),
                    "endpoints.health.details-visible", "ANONYMOUS",
                    "shop.users", "true")));
  }

  @AfterAll
  static void stop() {
    server.close();
    database.close();
  }

  private static HttpRequest.Builder request(String user, String path) {
    String password =
        Base64.getEncoder().encodeToString((user + ":" + user).getBytes(StandardCharsets.UTF_8));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.getURL() + path)).timeout(Duration.ofSeconds(60));
    return user.isEmpty() ? request : request.header("Authorization", "Basic " + password);
  }

  private static HttpResponse<String> get(String user, String path) throws Exception {
    return CLIENT.send(request(user, path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static UUID submit() {
    return server
        .getApplicationContext()
        .getBean(ShopJobs.class)
        .orderConfirm()
        .submit(new OrderConfirm("1"), SubmitOptions.by("test").withDelay(Duration.ofHours(1)))
        .jobId();
  }

  @Test
  void micronautSecurityDecidesWhoReachesItAndThePolicyWhatTheyMayDo() throws Exception {
    assertThat(get("", "/shop/ops/jobs/").statusCode()).isEqualTo(401);
    HttpResponse<String> refused = get("guest", "/shop/ops/jobs");
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
    HttpResponse<String> overview = get("reader", "/shop/ops/jobs/");
    assertThat(overview.statusCode()).as(overview.body()).isEqualTo(200);
    assertThat(overview.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(overview.headers().firstValue("Content-Security-Policy")).isPresent();
    assertThat(overview.body()).contains("/shop/ops/jobs/").contains("reader");
    assertThat(get("reader", "/shop/ops/jobs/jobs/" + submit()).body())
        .contains("shop.order.confirm");
  }

  @Test
  void anOperatorActs() throws Exception {
    UUID id = submit();
    for (String user : new String[] {"reader", "operator"}) {
      HttpResponse<String> response =
          CLIENT.send(
              request(user, "/shop/ops/jobs/jobs/" + id + "/cancel")
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .header("Origin", "http://localhost:" + server.getPort())
                  .POST(HttpRequest.BodyPublishers.ofString("reason=no+longer+needed"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode())
          .as(response.body())
          .isEqualTo(user.equals("reader") ? 403 : 303);
    }
    assertThat(server.getApplicationContext().getBean(JobService.class).get(id).status())
        .isEqualTo(JobStatus.CANCELLED);
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void aPageHasLiveEventsUntilTheApplicationStops() throws Exception {
    HttpResponse<InputStream> events =
        CLIENT.send(
            request("reader", "/shop/ops/jobs/events").build(),
            HttpResponse.BodyHandlers.ofInputStream());
    assertThat(events.statusCode()).isEqualTo(200);
    assertThat(events.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(events.body(), StandardCharsets.UTF_8));
    String line = reader.readLine();
    while (line != null && line.isEmpty()) {
      line = reader.readLine();
    }
    assertThat(line).matches("(event|data|retry|id|): ?.*");

    server.getApplicationContext().getBean(JobDashboard.class).endStreams();

    while (line != null) {
      line = reader.readLine();
    }
  }

  @Test
  void theHealthHasTheChecksOfTheRuntime() throws Exception {
    HttpResponse<String> health = get("", "/shop/health");
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body()).contains("\"tenon\"").contains("\"database\":\"responding\"");
    assertThat(get("", "/shop/health/readiness").body()).contains("\"tenon\"");
    assertThat(get("", "/shop/health/liveness").body()).doesNotContain("\"tenon\"");
  }

  @Test
  void withoutAPolicyThereIsNoDashboard() {
    try (ApplicationContext context =
        TestApplication.start(database, Map.of("tenon.worker.enabled", "false"))) {
      assertThat(context.findBean(JobDashboard.class)).isEmpty();
      assertThat(context.findBean(DashboardController.class)).isEmpty();
    }
    assertThatThrownBy(
            () ->
                TestApplication.start(
                        database,
                        Map.of("tenon.worker.enabled", "false", "tenon.dashboard.enabled", "true"))
                    .close())
        .hasStackTraceContaining("there is no AccessPolicy bean");
  }
}
