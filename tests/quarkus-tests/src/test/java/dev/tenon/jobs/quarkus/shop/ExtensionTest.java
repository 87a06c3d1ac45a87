package dev.tenon.jobs.quarkus.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.observability.OpenTelemetryJobListener;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobWorkers;
import dev.tenon.jobs.testing.InMemoryJobs;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application of Quarkus without a line of glue: see its sources. */
@QuarkusTest
@QuarkusTestResource(Database.class)
class ExtensionTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Inject ShopJobs jobs;
  @Inject JobService service;
  @Inject Orders orders;
  @Inject JobWorkers workers;
  @Inject WorkerOptions options;
  @Inject MeterRegistry meters;
  @Inject ShopJobsHandlers handlers;
  @Inject StartListener listener;
  @Inject OpenTelemetryJobListener spans;
  @Inject AgroalDataSource dataSource;

  @TestHTTPResource("/ops/jobs")
  URI dashboard;

  @TestHTTPResource("/q/health/ready")
  URI readiness;

  @Test
  void aJobRunsInItsHandlerAndItsStepInATransactionOfQuarkus() throws Exception {
    UUID id = jobs.stockCount().submit(new StockCount("A"), SubmitOptions.by("test")).jobId();

    TypedJob<StockCount, Integer> job = service.awaitEnd(StockCountJob.DEFINITION, id, PATIENCE);

    assertThat(job.job().status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(job.result()).contains(1);
  }

  @Test
  void aSubmitJoinsTheTransactionAround() throws Exception {
    AtomicReference<UUID> undone = new AtomicReference<>();

    assertThatThrownBy(
            () ->
                QuarkusTransaction.requiringNew()
                    .run(
                        () -> {
                          undone.set(place("never"));
                          throw new IllegalStateException("no stock");
                        }))
        .hasMessage("no stock");
    UUID done = orders.place("4711");

    assertThat(service.find(undone.get())).isEmpty();
    assertThat(orders.count("never")).isZero();
    assertThat(service.awaitEnd(OrderConfirmJob.DEFINITION, done, PATIENCE).job().status())
        .isEqualTo(JobStatus.COMPLETED);
    assertThat(orders.count("4711")).isEqualTo(1);
  }

  @Test
  void readsInATransactionSeeWhatIsCommitted() {
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              UUID id = place("4712");
              assertThat(service.find(id)).isEmpty();
            });
  }

  @Test
  void aJobIsNotAwaitedInTheTransactionThatSubmitsIt() {
    assertThatThrownBy(
            () ->
                QuarkusTransaction.requiringNew()
                    .call(
                        () ->
                            jobs.stockCount()
                                .submitAndAwait(
                                    new StockCount("B"), SubmitOptions.by("test"), PATIENCE)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("it cannot be awaited before the commit");
  }

  private UUID place(String number) {
    try {
      return orders.place(number);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theConnectionsOfTheRuntimeHaveItsName() throws Exception {
    submitLater();

    assertThat(names())
        .contains("tenon", "tenon-control")
        .noneMatch(name -> name.startsWith("tenon-tenon"));
  }

  @Test
  void thePoolOfTheRuntimeLeavesAServerThatHasBecomeReadOnly() throws Exception {
    submitLater();
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      String database = statement.enquoteIdentifier(connection.getCatalog(), true);
      // As every new session on a standby
      statement.execute("ALTER DATABASE " + database + " SET default_transaction_read_only = on");
      try {
        statement.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                + " current_database() AND application_name = 'tenon'");
        assertThat(failures()).anyMatch(message -> message.contains("(SQL state 25006)"));
      } finally {
        statement.execute("ALTER DATABASE " + database + " RESET default_transaction_read_only");
        dataSource.flush(AgroalDataSource.FlushMode.GRACEFUL);
      }
    }

    assertThat(failures()).isEmpty();
  }

  /** Submits as often as the pool has connections, and returns why some submits failed. */
  private List<String> failures() {
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      try {
        submitLater();
      } catch (JobStoreException e) {
        failures.add(e.getMessage());
      }
    }
    return failures;
  }

  private void submitLater() {
    jobs.orderConfirm()
        .submit(new OrderConfirm("later"), SubmitOptions.by("test").withDelay(Duration.ofHours(1)));
  }

  /** The names of the connections to the database. */
  private List<String> names() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT application_name FROM pg_stat_activity WHERE datname ="
                    + " current_database()")) {
      List<String> names = new ArrayList<>();
      while (rows.next()) {
        names.add(rows.getString(1));
      }
      return names;
    }
  }

  @Test
  void theSettingsAreUsed() {
    assertThat(workers.workers()).hasSize(1);
    assertThat(options.concurrency()).isEqualTo(3);
    UUID id = jobs.orderConfirm().submit(new OrderConfirm("none")).jobId();
    assertThat(service.get(id).submittedBy()).isEqualTo("shop");
  }

  @Test
  void theApplicationIsReadyAndSaysWhy() throws Exception {
    HttpResponse<String> answer = get(readiness, null);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"Tenon\"", "\"database\": \"responding\"");
  }

  @Test
  void jobsHaveMetersAndSpansNextToAListenerOfTheApplication() throws Exception {
    orders.place("4713");

    assertThat(meters.getMeters()).anyMatch(meter -> meter.getId().getName().startsWith("tenon."));
    assertThat(spans).isNotNull();
    assertThat(listener.hasStarted()).isTrue();
  }

  @Test
  void theDashboardIsBehindTheSecurityOfQuarkus() throws Exception {
    assertThat(get(dashboard, null).statusCode()).isEqualTo(401);
    assertThat(get(dashboard, "visitor").statusCode()).isEqualTo(403);
    HttpResponse<String> page = get(dashboard, "reader");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("/ops/jobs/");
  }

  @Test
  @Timeout(120)
  void anOperatorActsAndOpenPagesShowIt() throws Exception {
    UUID id =
        jobs.orderConfirm()
            .submit(
                new OrderConfirm("later"), SubmitOptions.by("test").withDelay(Duration.ofHours(1)))
            .jobId();
    URI cancel = URI.create(dashboard + "/jobs/" + id + "/cancel");

    HttpResponse<Stream<String>> page =
        HttpClient.newHttpClient()
            .send(
                as("reader", HttpRequest.newBuilder(URI.create(dashboard + "/events?job=" + id))),
                HttpResponse.BodyHandlers.ofLines());

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(post(cancel, "reader", "same-origin").statusCode()).isEqualTo(403);
    assertThat(post(cancel, "operator", "cross-site").statusCode()).isEqualTo(403);
    assertThat(post(cancel, "operator", "same-origin").statusCode()).isEqualTo(303);
    assertThat(service.get(id).status()).isEqualTo(JobStatus.CANCELLED);
    try (Stream<String> lines = page.body()) {
      assertThat(lines.anyMatch(line -> line.contains("\"status\":\"cancelled\""))).isTrue();
    }
  }

  @Test
  void jobsInMemoryRunWithTheHandlersOfTheApplication() {
    InMemoryJobs memory = InMemoryJobs.of(handlers);
    UUID id =
        new ShopJobs(memory)
            .orderConfirm()
            .submit(new OrderConfirm("4711"), SubmitOptions.by("test"))
            .jobId();

    memory.drain();

    assertThat(memory.get(id).status()).isEqualTo(JobStatus.COMPLETED);
  }

  private static HttpResponse<String> get(URI uri, String user) throws Exception {
    return send(as(user, HttpRequest.newBuilder(uri)));
  }

  private static HttpResponse<String> post(URI uri, String user, String site) throws Exception {
    return send(
        as(
            user,
            HttpRequest.newBuilder(uri)
                .header("Sec-Fetch-Site", site)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("reason=not+needed"))));
  }

  private static HttpRequest as(String user, HttpRequest.Builder request) {
    if (user != null) {
      String login = user + ":" + user;
      request.header(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    }
    return request.timeout(PATIENCE).build();
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }
}
