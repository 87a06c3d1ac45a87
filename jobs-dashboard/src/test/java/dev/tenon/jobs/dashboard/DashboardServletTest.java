package dev.tenon.jobs.dashboard;

import static dev.tenon.jobs.dashboard.Sockets.readUntil;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.operate.Timing;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.Principal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The servlet, in containers of two makers. */
class DashboardServletTest {

  private static final int MAX_STREAMS = 40;
  private static final ExecutorService THREADS = Executors.newCachedThreadPool();

  private final World world = new World();
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofMillis(Sockets.PATIENCE_MILLIS)).build();
  private final Sockets sockets = new Sockets();
  private JobDashboard dashboard;
  private ServletContainer.@Nullable Running running;

  @BeforeEach
  void open() {
    dashboard = dashboard(AccessPolicy.everybody("ada", Right.ACT));
  }

  private JobDashboard dashboard(AccessPolicy policy) {
    return JobDashboard.builder(world.runtime).accessPolicy(policy).maxStreams(MAX_STREAMS).build();
  }

  @AfterEach
  void close() throws Exception {
    sockets.close();
    dashboard.close();
    if (running != null) {
      running.stop().run();
    }
    world.close();
  }

  @AfterAll
  static void stopThreads() {
    THREADS.shutdownNow();
  }

  private void start(ServletContainer container) {
    start(container, new DashboardServlet(dashboard));
  }

  private void start(ServletContainer container, Servlet servlet) {
    running = container.start(servlet, true, "", "/jobs/*");
  }

  private URI uri(String path) {
    return URI.create("http://" + ServletContainer.HOST + ":" + running.port() + path);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path))
            .timeout(Duration.ofMillis(Sockets.PATIENCE_MILLIS))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String form) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path))
            .timeout(Duration.ofMillis(Sockets.PATIENCE_MILLIS))
            .header("Origin", "http://" + ServletContainer.HOST + ":" + running.port())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build(),
        BodyHandlers.ofString());
  }

  private BufferedReader send(String method, String path) throws IOException {
    return sockets.send(running.port(), method, path);
  }

  private void openStream(String path) throws IOException {
    assertThat(send("GET", path).readLine()).startsWith("HTTP/1.1 200");
  }

  private void awaitOpenStreams(int count) {
    await().atMost(World.PATIENCE).until(() -> dashboard.openStreams() == count);
  }

  @ParameterizedTest
  @CsvSource({
    "TOMCAT, '', /*, ''",
    "TOMCAT, '', /jobs/*, /jobs",
    "TOMCAT, /shop, /ops/jobs/*, /shop/ops/jobs",
    "TOMCAT, /shop, /, /shop",
    "JETTY, '', /*, ''",
    "JETTY, '', /jobs/*, /jobs",
    "JETTY, /shop, /ops/jobs/*, /shop/ops/jobs",
    "JETTY, /shop, /, /shop",
  })
  void itIsAtAnyPath(ServletContainer container, String context, String mapping, String base)
      throws Exception {
    running = container.start(new DashboardServlet(dashboard), true, context, mapping);
    UUID id = world.submit("a.step");

    assertThat(get(base + "/").body()).contains("href=\"" + base + "/jobs\"");
    assertThat(get(base + "/jobs/" + id).body()).contains("action=\"" + base + "/jobs/" + id);
    HttpResponse<String> asset = get(base + "/assets/dashboard.css");
    assertThat(asset.statusCode()).isEqualTo(200);
    assertThat(asset.headers().firstValue("Content-Type").orElse("")).startsWith("text/css");
    assertThat(asset.headers().firstValue("Content-Security-Policy")).isPresent();
    assertThat(asset.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(get(base + "/nothing").statusCode()).isEqualTo(404);
    assertThat(get(base + "/health/ready").body()).isEqualTo("ok\n");
    HttpResponse<String> posted = post(base + "/jobs/" + id + "/cancel", "reason=not+needed");
    assertThat(posted.statusCode()).isEqualTo(303);
    assertThat(URI.create(posted.headers().firstValue("Location").orElse("")).getPath())
        .isEqualTo(base + "/jobs/" + id);
    assertThat(world.jobs.get(id).status()).isEqualTo(JobStatus.CANCELLED);
  }

  @ParameterizedTest
  @EnumSource
  void pathsDoNotClimb(ServletContainer container) throws Exception {
    start(container);

    for (String path :
        List.of(
            "/jobs/assets/../../WEB-INF/web.xml",
            "/jobs/assets/%2e%2e/JobDashboard.class",
            "/jobs/assets/..%2fJobDashboard.class",
            "/jobs/assets/..;/JobDashboard.class",
            "/jobs/assets/%252e%252e%252fJobDashboard.class",
            "/jobs/assets/dashboard.css%00.js")) {
      assertThat(send("GET", path).readLine()).as(path).containsPattern("HTTP/1.1 40[04]");
    }
  }

  @ParameterizedTest
  @EnumSource
  void linksStayOnTheServer(ServletContainer container) throws Exception {
    running = container.start(new DashboardServlet(dashboard), true, "/shop", "/jobs/*");

    BufferedReader answer = send("GET", "//shop/jobs/types");

    // Jetty does not know the address, Tomcat takes it as if there were one slash
    if (answer.readLine().startsWith("HTTP/1.1 200")) {
      assertThat(readUntil(answer, "</html>")).contains("\"/shop/jobs/types\"");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFormThatAFilterHasReadIsNotLost(ServletContainer container) throws Exception {
    start(
        container,
        around(
            new DashboardServlet(dashboard),
            request -> {
              request.setCharacterEncoding("UTF-8");
              assertThat(request.getParameter("nothing")).isNull();
              return request;
            }));
    UUID id = world.submit("a.step");

    HttpResponse<String> posted =
        post("/jobs/jobs/" + id + "/cancel?reason=of+the+query", "reason=t%C3%BCr+%26+tor");

    assertThat(posted.statusCode()).isEqualTo(303);
    assertThat(
            world
                .runtime
                .monitor()
                .audit()
                .list(AuditQuery.all().withLimit(1))
                .items()
                .get(0)
                .reason())
        .contains("tür & tor");
  }

  @ParameterizedTest
  @EnumSource
  void aFormThatIsTooLargeIsRefused(ServletContainer container) throws Exception {
    start(container);

    assertThat(
            post("/jobs/bulk", "reason=" + "x".repeat(DashboardRequest.MAX_BODY_BYTES))
                .statusCode())
        .isEqualTo(413);
  }

  @ParameterizedTest
  @EnumSource
  void theContainerSaysWhoItIs(ServletContainer container) throws Exception {
    dashboard.close();
    dashboard =
        dashboard(
            request ->
                request
                    .principal()
                    .map(
                        name ->
                            DashboardUser.of(
                                name, request.isInRole("OPERATOR") ? Right.ACT : Right.READ))
                    .orElse(DashboardUser.nobody()));
    String[] user = new String[1];
    start(container, around(new DashboardServlet(dashboard), request -> as(user[0], request)));
    UUID id = world.submit("a.step");
    String cancel = "/jobs/jobs/" + id + "/cancel";

    assertThat(get("/jobs/").statusCode()).isEqualTo(403);
    assertThat(get("/jobs/events").statusCode()).isEqualTo(403);
    assertThat(post(cancel, "reason=x").statusCode()).isEqualTo(403);
    user[0] = "reader";
    assertThat(get("/jobs/").body()).contains("reader");
    assertThat(post(cancel, "reason=x").statusCode()).isEqualTo(403);
    assertThat(world.jobs.get(id).status()).isEqualTo(JobStatus.PENDING);
    user[0] = "operator";
    assertThat(post(cancel, "reason=x").statusCode()).isEqualTo(303);
    assertThat(world.jobs.get(id).status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(
            world.runtime.monitor().audit().list(AuditQuery.all().withLimit(1)).items().get(0).by())
        .isEqualTo("operator");
  }

  @ParameterizedTest
  @EnumSource
  void aStreamHoldsNoThread(ServletContainer container) throws Exception {
    start(container);
    UUID id = world.submit("slow.step");
    List<BufferedReader> streams = new ArrayList<>();
    for (int i = 0; i < MAX_STREAMS; i++) {
      streams.add(send("GET", "/jobs/events?job=" + id));
    }
    for (BufferedReader stream : streams) {
      assertThat(readUntil(stream, "retry: 5000"))
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("Content-Type: text/event-stream")
          .doesNotContain("event:");
    }
    assertThat(send("GET", "/jobs/events").readLine()).startsWith("HTTP/1.1 503");
    assertThat(get("/jobs/jobs").statusCode()).isEqualTo(200);

    world.startWorker();

    for (BufferedReader stream : streams) {
      assertThat(readUntil(stream, "\"progress\":40")).contains("event: state");
    }
    world.plant.mayEnd.countDown();
    for (BufferedReader stream : streams) {
      readUntil(stream, "\"status\":\"completed\"");
    }
  }

  @Tag("thorough")
  @ParameterizedTest
  @EnumSource
  void whoeverHasLeftGivesThePlaceBack(ServletContainer container) throws Exception {
    start(container);
    for (int i = 0; i < MAX_STREAMS; i++) {
      openStream("/jobs/events");
    }
    assertThat(dashboard.openStreams()).isEqualTo(MAX_STREAMS);

    sockets.close();

    awaitOpenStreams(0);
  }

  @Tag("thorough")
  @ParameterizedTest
  @EnumSource
  void clientsThatReadNothingHoldUpNobodyAndAreLetGo(ServletContainer container) throws Exception {
    start(container);
    UUID id = world.submit("slow.step");
    for (int i = 0; i < 10; i++) {
      openStream("/jobs/events?job=" + id);
    }
    assertThat(dashboard.openStreams()).isEqualTo(10);

    // More than the buffers of all sockets have room for
    for (int i = 0; i < 3; i++) {
      log(id, 500, 10_000);
    }

    awaitOpenStreams(0);
    assertThat(get("/jobs/jobs").statusCode()).isEqualTo(200);
  }

  private void log(UUID id, int lines, int length) throws Exception {
    try (Connection connection = world.database().connect();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO tenon.job_logs (job_id, attempt, level, message, logged_at)"
                    + " SELECT ?, 1, 'info', repeat('x', ?), now() FROM generate_series(1, ?)")) {
      insert.setObject(1, id);
      insert.setInt(2, length);
      insert.setInt(3, lines);
      insert.executeUpdate();
    }
  }

  @ParameterizedTest
  @EnumSource
  void streamsEndWhenTheServerIsAboutToStop(ServletContainer container) throws Exception {
    start(container);
    BufferedReader stream = send("GET", "/jobs/events");
    readUntil(stream, "retry: 5000");

    dashboard.endStreams();

    // The last chunk
    readUntil(stream, "\n0\n");
    assertThat(dashboard.openStreams()).isZero();
    openStream("/jobs/events");
  }

  @ParameterizedTest
  @EnumSource
  void aHeadOpensNoStream(ServletContainer container) throws Exception {
    start(container);

    assertThat(send("HEAD", "/jobs/events").readLine()).startsWith("HTTP/1.1 200");

    assertThat(dashboard.openStreams()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void withoutAsynchronousRequestsThereAreOnlyPages(ServletContainer container) throws Exception {
    running = container.start(new DashboardServlet(dashboard), false, "", "/jobs/*");

    assertThat(get("/jobs/").statusCode()).isEqualTo(200);
    assertThat(get("/jobs/events").statusCode()).isEqualTo(500);
    assertThat(dashboard.openStreams()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"TOMCAT, true", "TOMCAT, false", "JETTY, true", "JETTY, false"})
  void anExportIsSentToItsEnd(ServletContainer container, boolean isAsyncSupported)
      throws Exception {
    running = container.start(new DashboardServlet(dashboard), isAsyncSupported, "", "/jobs/*");
    world
        .plantJobs
        .mailSend()
        .submitAll(
            Collections.nCopies(2_100, new MailSend("x@example.com")),
            SubmitOptions.by("many").withDelay(Duration.ofDays(1)));

    HttpResponse<String> response = get("/jobs/jobs/export.csv?by=many");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Disposition")).isPresent();
    assertThat(response.body().lines()).hasSize(2_101).doesNotHaveDuplicates();
  }

  /** A file that has no end, in parts of a given length; the first line of each says so. */
  private static Download.Source endless(int length) {
    return new Download.Source() {
      @Override
      public byte[] next() {
        return ("part\n" + "x".repeat(length) + "\n").getBytes(UTF_8);
      }

      @Override
      public byte[] cut(String why) {
        return ("cut: " + why + "\n").getBytes(UTF_8);
      }
    };
  }

  /** A servlet that sends a file. */
  private static Servlet sending(Download download) {
    return new HttpServlet() {
      private static final long serialVersionUID = 1L;

      @Override
      protected void service(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        DashboardServlet.respond(
            request, response, DashboardResponse.download(download, "text/csv", "file.csv"));
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"TOMCAT, true", "TOMCAT, false", "JETTY, true", "JETTY, false"})
  void anExportToASlowClientSaysThatItIsCut(ServletContainer container, boolean isAsyncSupported)
      throws Exception {
    Download download = Download.start(endless(100_000), THREADS, () -> {});
    running = container.start(sending(download), isAsyncSupported, "", "/*");
    BufferedReader answer = send("GET", "/");
    readUntil(answer, "part");

    download.cutShort();

    // After the notice comes the last chunk
    readUntil(answer, "cut: Sending took longer than two minutes.", "\n0\n");
    await().atMost(World.PATIENCE).until(download::isEnded);
  }

  @ParameterizedTest
  @CsvSource({"TOMCAT, true", "TOMCAT, false", "JETTY, true", "JETTY, false"})
  void theConnectionOfAClientThatIsTooSlowIsBroken(
      ServletContainer container, boolean isAsyncSupported) throws Exception {
    CountDownLatch placeIsFree = new CountDownLatch(1);
    // More than the buffers of a socket have room for
    Download download = Download.start(endless(20_000_000), THREADS, placeIsFree::countDown);
    running = container.start(sending(download), isAsyncSupported, "", "/*");
    BufferedReader answer = send("GET", "/");
    readUntil(answer, "part");

    download.cutShort();
    download.giveUp();

    assertThat(placeIsFree.getCount()).isZero();
    StringBuilder rest = new StringBuilder();
    assertThatThrownBy(
            () -> {
              for (String line = answer.readLine(); ; line = answer.readLine()) {
                if (line == null) {
                  throw new EOFException();
                }
                rest.append(line.equals("0") ? "the last chunk" : "");
              }
            })
        .isInstanceOfAny(EOFException.class, SocketException.class);
    assertThat(rest).isEmpty();
    await().atMost(World.PATIENCE).until(download::isEnded);
  }

  @ParameterizedTest
  @EnumSource
  void aScheduleMayHaveAnyName(ServletContainer container) throws Exception {
    start(container);
    for (String name : List.of("tenant/report", "a%b;c\\d?e", "..")) {
      world
          .plantJobs
          .mailSend()
          .schedule(
              name,
              new MailSend("x@example.com"),
              Timing.fixedDelay(Duration.ofDays(1)),
              Actor.of("ada"));
      String page = get("/jobs/schedules").body();
      String action =
          page.replaceAll("(?s).*<form method=\"post\" action=\"([^\"]*/run)\".*", "$1");

      HttpResponse<String> posted = post(action, "reason=x&schedule=" + Parameters.encode(name));

      assertThat(posted.statusCode()).as(name).isEqualTo(303);
      assertThat(posted.headers().firstValue("Location").orElse("")).contains("was%20submitted");
      assertThat(world.jobs.schedules().remove(name, Actor.of("ada"))).isTrue();
    }
  }

  /** What a filter may do with a request. */
  private interface Change {
    HttpServletRequest apply(HttpServletRequest request) throws IOException;
  }

  private static Servlet around(DashboardServlet servlet, Change change) {
    return new HttpServlet() {
      private static final long serialVersionUID = 1L;

      @Override
      protected void service(HttpServletRequest request, HttpServletResponse response)
          throws ServletException, IOException {
        servlet.service(change.apply(request), response);
      }
    };
  }

  private static HttpServletRequest as(@Nullable String user, HttpServletRequest request) {
    return new HttpServletRequestWrapper(request) {
      @Override
      public @Nullable Principal getUserPrincipal() {
        return user == null ? null : () -> user;
      }

      @Override
      public boolean isUserInRole(String role) {
        return "operator".equals(user) && role.equals("OPERATOR");
      }
    };
  }
}
