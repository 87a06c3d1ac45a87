package dev.tenon.jobs.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.dashboard.Downloads.Kind;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists of jobs as files. */
class ExportTest {

  private static final SubmitOptions LATER = SubmitOptions.defaults().withDelay(Duration.ofDays(1));

  private static final ExecutorService THREADS = Executors.newFixedThreadPool(4);

  private static World world;
  private static JobDashboard dashboard;
  private static UUID failed;
  private static UUID later;

  @BeforeAll
  static void open() {
    world = new World();
    dashboard = world.dashboard(Right.READ);
    world.startWorker();
    world.plant.isBadDeployment.set(true);
    failed = world.submit("bad.step");
    world.awaitStatus(failed, JobStatus.FAILED);
    later =
        world
            .plantJobs
            .mailSend()
            .submit(
                new MailSend("bob@example.com"),
                LATER.withItemId("=cmd|'x'!A1").withSubmittedBy("shop, \"north\""))
            .jobId();
    world
        .plantJobs
        .mailSend()
        .submitAll(
            Collections.nCopies(1_205, new MailSend("x@example.com")),
            LATER.withSubmittedBy("many"));
  }

  @AfterAll
  static void close() {
    dashboard.close();
    world.close();
    THREADS.shutdownNow();
  }

  private static String text(DashboardResponse response) {
    assertThat(response.status()).describedAs(response.text()).isEqualTo(200);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      response.stream().orElseThrow().writeTo(out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toString(UTF_8);
  }

  private static String file(String path) {
    return text(dashboard.handle(World.get(path)));
  }

  @Test
  void aCsvHasWhatTheFilterFindsAndNoMore() {
    DashboardResponse response =
        dashboard.handle(World.get("/jobs/export.csv?status=failed&since=1h"));

    assertThat(response.headers())
        .containsEntry("Content-Type", "text/csv; charset=utf-8; header=present")
        .containsEntry("Cache-Control", "no-store")
        .containsEntry("X-Content-Type-Options", "nosniff");
    assertThat(response.headers().get("Content-Disposition"))
        .matches("attachment; filename=\"jobs-\\d{8}T\\d{6}Z\\.csv\"");
    List<String> lines = text(response).lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .isEqualTo(
            "id,type,status,priority,item,submitted_by,submitted,due,started,ended,attempts,"
                + "max_attempts,progress,error");
    assertThat(lines.get(1))
        .startsWith(failed + ",cad.convert,failed,normal,,web,20")
        .endsWith("LicenseException: No license for step while reading bad.step");
  }

  @Test
  void noPayloadAndNoFormulaIsInIt() {
    String csv = file("/jobs/export.csv?item=%3Dcmd%7C%27x%27%21A1");

    assertThat(csv)
        .contains(later + ",mail.send,pending,normal,'=cmd|'x'!A1,\"shop, \"\"north\"\"\",")
        .doesNotContain("bob@example.com");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "=1+1 ~ '=1+1",
        "+1 ~ '+1",
        "-1 ~ '-1",
        "@SUM(A1) ~ '@SUM(A1)",
        "` =1` ~ `\" '=1\"`",
        "a;=1 ~ `\"a;'=1\"`",
        "a;\"\"=1 ~ `\"a;\"\"\"\"'=1\"`",
        "a-b=c ~ a-b=c",
        "＝1 ~ '＝1",
        "a,b ~ `\"a,b\"`",
      })
  void noCellBecomesAFormula(String text, String cell) {
    assertThat(Csv.row(List.of(text))).isEqualTo(cell + "\r\n");
  }

  @Test
  void linesInCellsAndHiddenCharactersDoNoHarm() {
    assertThat(Csv.row(List.of("a\n=b", "x\u202ey", ""))).isEqualTo("\"a\n'=b\",x\\u202ey,\r\n");
  }

  @Test
  void timesHaveTheOffsetOfTheZone() {
    String csv =
        text(
            dashboard.handle(
                World.get("/jobs/export.csv?status=failed")
                    .withHeader("Cookie", "tenon-display=zone=Asia%2FKolkata")));

    assertThat(csv)
        .contains(
            ","
                + new Format(Clock.systemUTC(), ZoneId.of("Asia/Kolkata"))
                    .iso(world.jobs.get(failed).submittedAt())
                + ",")
        .contains("+05:30,");
  }

  @Test
  void aJsonHasAllPages() {
    String json = file("/jobs/export.json?by=many");

    assertThat(json)
        .startsWith("{\"what\":\"jobs submitted by 'many'\",\"jobs\":[\n{\"id\":\"")
        .contains("\"item\":null", "\"attempts\":0,\"max_attempts\":")
        .endsWith("}\n],\"count\":1205,\"cut\":null,\"next\":null}\n");
    assertThat(json.lines().filter(line -> line.startsWith("{\"id\"")).distinct()).hasSize(1_205);
    assertThat(file("/jobs/export.json?by=nobody"))
        .isEqualTo(
            "{\"what\":\"jobs submitted by 'nobody'\",\"jobs\":[\n],\"count\":0,\"cut\":null,"
                + "\"next\":null}\n");
  }

  @Test
  void aLongFileSaysWhereItIsCutAndTheRestIsThere() {
    Call call = call("/jobs/export.csv?by=many");
    String csv = text(DashboardResponse.stream(download(new JobExport(call, Kind.CSV, 1_100))));

    List<String> lines = csv.lines().toList();
    assertThat(lines).hasSize(1_102);
    String note = lines.get(1_101);
    assertThat(note)
        .startsWith("# Cut after 1100 jobs. An export has at most 1100 jobs. Older jobs: /jobs/")
        .endsWith(",".repeat(13));
    String rest = note.replaceAll(".*Older jobs: ([^,]*),*", "$1");
    List<String> others = file(rest).lines().skip(1).toList();
    assertThat(others).hasSize(105).doesNotContainAnyElementsOf(lines);
    String json = text(DashboardResponse.stream(download(new JobExport(call, Kind.JSON, 1_100))));
    assertThat(json)
        .contains("\"count\":1100,\"cut\":\"An export has at most 1100 jobs.\",\"next\":\"/jobs/");
  }

  private static Call call(String path) {
    return new Call(
        World.get(path),
        DashboardUser.of("ada", Right.READ),
        List.of("jobs", "export.csv"),
        site());
  }

  private static Site site() {
    return site(world);
  }

  static Site site(World world) {
    return new Site(
        world.jobs,
        world.runtime.monitor(),
        world.runtime::health,
        new Catalog(world.runtime.catalog()),
        new Format(Clock.systemUTC(), ZoneId.of("UTC")),
        TraceLink.NONE,
        null,
        null,
        null,
        THREADS,
        THREADS);
  }

  private static Download download(Download.Source source) {
    return Download.start(source, THREADS, () -> {});
  }

  /** Parts that are given; after them, the database is away. */
  private static final class Parts implements Download.Source {
    private final Queue<String> parts;

    private Parts(String... parts) {
      this.parts = new ArrayDeque<>(List.of(parts));
    }

    @Override
    public byte @Nullable [] next() {
      if (parts.isEmpty()) {
        throw new JobStoreException("gone", "08006", new IllegalStateException());
      }
      return parts.remove().getBytes(UTF_8);
    }

    @Override
    public byte[] cut(String why) {
      return ("cut: " + why).getBytes(UTF_8);
    }
  }

  @Test
  void aFileThatCannotBeReadToItsEndSaysSo() {
    AtomicInteger ended = new AtomicInteger();
    Download download = Download.start(new Parts("one ", "two "), THREADS, ended::incrementAndGet);

    assertThat(text(DashboardResponse.stream(download))).startsWith("one two cut: ");
    assertThat(download.isEnded()).isTrue();
    download.abandon();
    assertThat(ended).hasValue(1);
  }

  @Test
  void aFileThatIsTakenTooSlowlySaysWhereItIsCutAndTheRestIsThere() {
    Download download = download(new JobExport(call("/jobs/export.csv?by=many"), Kind.CSV, 50_000));
    String first = new String(download.poll().orElseThrow(), UTF_8);

    download.cutShort();

    assertThat(first.lines()).hasSize(1_001);
    String note = new String(download.poll().orElseThrow(), UTF_8);
    assertThat(note)
        .startsWith("# Cut after 1000 jobs. Sending took longer than two minutes. Older jobs: ");
    assertThat(download.poll()).isEmpty();
    assertThat(download.isEnded()).isTrue();
    String rest = note.strip().replaceAll(".*Older jobs: ([^,]*),*", "$1");
    assertThat(file(rest).lines().skip(1))
        .hasSize(205)
        .doesNotContainAnyElementsOf(first.lines().toList());
  }

  @Test
  void aCompleteFileIsNotCut() {
    JobExport export = new JobExport(call("/jobs/export.csv?by=many"), Kind.CSV, 50_000);
    assertThat(export.next()).isNotNull();
    assertThat(export.cut("why")).isNotNull();
    assertThat(export.next()).isNotNull();

    assertThat(export.cut("why")).isNull();
    assertThat(export.next()).isNull();
  }

  @Test
  void aClientThatTakesTheServersFileTooSlowlyIsDisconnected() throws Exception {
    CountDownLatch placeIsFree = new CountDownLatch(1);
    Download download =
        Download.start(new Parts("x".repeat(20_000_000)), THREADS, placeIsFree::countDown);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(THREADS);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            DashboardServer.respond(exchange, DashboardResponse.stream(download));
          }
        });
    server.start();
    try (Sockets sockets = new Sockets()) {
      BufferedReader answer = sockets.send(server.getAddress().getPort(), "GET", "/");
      assertThat(answer.readLine()).startsWith("HTTP/1.1 200");

      download.cutShort();
      download.giveUp();

      assertThat(placeIsFree.getCount()).isZero();
      await().atMost(World.PATIENCE).until(download::isEnded);
      assertThatThrownBy(
              () -> {
                for (String line = answer.readLine(); ; line = answer.readLine()) {
                  if (line == null) {
                    throw new EOFException();
                  }
                  assertThat(line).isNotEqualTo("0");
                }
              })
          .isInstanceOfAny(EOFException.class, SocketException.class);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void whoeverSendsAFileToItsEndIsNotInterrupted() {
    for (int i = 0; i < 5_000; i++) {
      text(DashboardResponse.stream(download(new Parts("one ", "two "))));

      assertThat(Thread.interrupted()).describedAs("after file %d", i).isFalse();
    }
  }

  @Test
  void whatCannotBeReadAtAllIsAnErrorAndTakesNoPlace() {
    Downloads downloads = new Downloads();
    Call call =
        new Call(
            World.get("/jobs/export.csv"), DashboardUser.of("ada", Right.READ), List.of(), site());
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> downloads.start(call, "x", Kind.CSV, Parts::new))
          .isInstanceOf(JobStoreException.class);
    }
  }

  @Test
  void twoFilesAreSentAtATime() {
    DashboardResponse first = dashboard.handle(World.get("/jobs/export.csv"));
    DashboardResponse second = dashboard.handle(World.get("/jobs/export.json"));
    DashboardResponse third = dashboard.handle(World.get("/jobs/export.csv"));
    assertThat(third.status()).isEqualTo(503);
    assertThat(third.text()).contains("Two exports are under way already.");

    first.stream().orElseThrow().abandon();

    assertThat(text(second)).contains("\"cut\":null");
    assertThat(file("/jobs/export.csv?by=web")).contains(failed.toString());
    assertThat(file("/jobs/export.csv?by=web")).contains(failed.toString());
  }

  @Test
  void whatTheUserMayNotSeeIsNotInIt() {
    try (JobDashboard some =
            world.dashboard(
                DashboardUser.of("bob", Right.NONE).withRight("cad.convert", Right.READ));
        JobDashboard nobody = world.dashboard(DashboardUser.nobody())) {
      assertThat(text(some.handle(World.get("/jobs/export.csv"))))
          .contains(failed.toString())
          .doesNotContain("mail.send");
      assertThat(some.handle(World.get("/jobs/export.csv?type=mail.send")).status()).isEqualTo(403);
      assertThat(nobody.handle(World.get("/jobs/export.csv")).status()).isEqualTo(403);
    }
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThat(dashboard.handle(World.get("/jobs/export.pdf")).status()).isEqualTo(404);
    assertThat(dashboard.handle(World.get("/jobs/export.csv?status=x")).status()).isEqualTo(400);
    assertThat(dashboard.handle(World.post("/jobs/export.csv")).status()).isEqualTo(405);
  }

  @Test
  void theServerSendsAllOfIt() throws Exception {
    try (DashboardServer server = DashboardServer.start(world.dashboard(Right.READ), 0)) {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(server.uri().resolve("/jobs/export.csv?by=many")).build(),
                  BodyHandlers.ofString());

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body().lines()).hasSize(1_206);
    }
  }
}
