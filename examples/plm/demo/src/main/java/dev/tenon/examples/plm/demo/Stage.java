package dev.tenon.examples.plm.demo;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.examples.plm.PlmJobsModule;
import dev.tenon.examples.plm.application.DecisionPages;
import dev.tenon.examples.plm.application.Plm;
import dev.tenon.examples.plm.application.Setup;
import dev.tenon.examples.plm.database.PlmServers;
import dev.tenon.examples.plm.worker.WorkerMain;
import dev.tenon.jobs.runtime.JobsRuntime;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The application on one machine: itself, in this process; workers in Java and in Python as
 * separate processes; a mail server; and a stand-in for the service that makes parts. Not for use
 * by several threads.
 */
public final class Stage implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(1);

  private final Servers servers;
  private final Path root;
  private final Path folder;
  private final HikariDataSource database;
  private final JobsRuntime runtime;
  private final Plm plm;
  private final GreenMail mail;
  private final ZooServer zoo;
  private final DecisionPages pages;
  private final Approver approver;
  private final Deque<ChildProcess> processes = new ArrayDeque<>();
  private int started;

  /**
   * Starts all but the workers.
   *
   * @param root the checkout of Tenon
   * @param folder where files and logs go
   */
  public Stage(Servers servers, Path root, Path folder, ZooServer.Behavior zooBehavior)
      throws IOException, SQLException {
    this.servers = servers;
    this.root = root;
    this.folder = folder;
    Files.createDirectories(files().resolve("incoming"));
    for (String sample : List.of("bracket.step", "bracket.iges")) {
      copySample(sample);
    }
    writeParts(Scenario.PARTS, 2_000);
    writeParts(Scenario.ALL_PARTS, Scenario.ALL_PARTS_COUNT);
    database = PlmServers.database(servers.environment());
    Setup setup = new Setup(database);
    setup.migrate();
    // The application itself runs no jobs, and may come and go: the workers do maintenance
    runtime = PlmServers.runtime(database, servers.environment()).maintenance(false).start();
    setup.grantCadJobs(servers.cadUser());
    plm = new Plm(database, runtime.jobs());
    mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    mail.start();
    zoo = ZooServer.start(zooBehavior);
    pages = DecisionPages.start(plm, 0);
    approver = new Approver(mail);
  }

  /** Starts a worker in Java; wait until it is ready. */
  public ChildProcess startJavaWorker() throws IOException {
    return started(
        "java-worker",
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-Dlogback.configurationFile=plm-worker-logback.xml",
            "-cp",
            classPath(),
            WorkerMain.class.getName()),
        javaEnvironment(servers, smtpPort(), zoo.uri(), files()),
        "runs up to");
  }

  /** Starts the worker in Python; wait until it is ready. */
  public ChildProcess startPythonWorker() throws IOException, InterruptedException {
    Map<String, String> environment = pythonEnvironment(servers, schemas(), files());
    environment.put("PYTHONPATH", Python.path(root));
    environment.put("PYTHONUNBUFFERED", "1");
    return started(
        "python-worker",
        List.of(Python.find(System.getenv()), "-m", "plm_cad.worker"),
        environment,
        "takes jobs of");
  }

  /**
   * Builds and starts the page in TypeScript; wait until it is ready.
   *
   * @throws IllegalStateException if it does not build
   */
  public ChildProcess startWebPage() throws IOException, InterruptedException {
    Path main = NodeJs.build(root, folder.resolve("web-build.log"));
    Map<String, String> environment = new HashMap<>(servers.environment());
    environment.put("PLM_WEB_PORT", "0");
    return started("web", List.of("node", main.toString()), environment, "The page is at");
  }

  /** The environment of a Java worker. */
  static Map<String, String> javaEnvironment(Servers servers, int smtpPort, URI zoo, Path files) {
    Map<String, String> environment = new HashMap<>(servers.environment());
    environment.put("PLM_SMTP_HOST", "127.0.0.1");
    environment.put("PLM_SMTP_PORT", Integer.toString(smtpPort));
    environment.put("PLM_MAIL_FROM", "plm@plm.example");
    environment.put("PLM_ZOO_URL", zoo.toString());
    environment.put("PLM_ZOO_POLL_MILLIS", "200");
    environment.put("PLM_FILES", files.toString());
    return environment;
  }

  /** The environment of the Python worker. */
  static Map<String, String> pythonEnvironment(Servers servers, Path schemas, Path files) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PLM_CAD_DB", servers.cadUrl());
    environment.put("PLM_AMQP_URI", servers.amqpUri());
    environment.put("PLM_AMQP_PREFIX", servers.amqpPrefix());
    environment.put("PLM_FILES", files.toString());
    environment.put("PLM_SCHEMAS", schemas.toString());
    return environment;
  }

  private ChildProcess started(
      String name, List<String> command, Map<String, String> environment, String readyText)
      throws IOException {
    Path log = folder.resolve(name + "-" + ++started + ".log");
    ChildProcess process =
        ChildProcess.start(name, command, environment, log, line -> line.contains(readyText));
    processes.push(process);
    return process;
  }

  /** Waits until all processes are ready. */
  public void awaitReady() throws InterruptedException {
    for (ChildProcess process : processes) {
      process.awaitReady(START);
    }
  }

  /** The application. */
  public Plm plm() {
    return plm;
  }

  /** Tenon, in the application. */
  public JobsRuntime runtime() {
    return runtime;
  }

  /** The database of the application. */
  public HikariDataSource database() {
    return database;
  }

  /** The mails that were delivered so far, one for each recipient. */
  public List<Mail> mails() throws MessagingException, IOException {
    List<Mail> mails = new ArrayList<>();
    for (MimeMessage message : mail.getReceivedMessages()) {
      mails.add(new Mail(message.getSubject(), message.getContent().toString()));
    }
    return mails;
  }

  /** A mail that somebody got. */
  public record Mail(String subject, String text) {}

  /** The port of the mail server. */
  int smtpPort() {
    return mail.getSmtp().getPort();
  }

  /** The stand-in for the service that makes parts. */
  public ZooServer zoo() {
    return zoo;
  }

  /** The pages of the application that links in mails lead to. */
  public DecisionPages pages() {
    return pages;
  }

  /** The person who decides about releases. */
  public Approver approver() {
    return approver;
  }

  /** The file store. */
  public Path files() {
    return folder.resolve("files");
  }

  /** Ends everything that this has started, last first. The database stays as it is. */
  @Override
  public void close() {
    while (!processes.isEmpty()) {
      processes.pop().close();
    }
    pages.close();
    runtime.close();
    database.close();
    zoo.close();
    mail.stop();
  }

  private void writeParts(String file, int count) throws IOException {
    Files.write(
        files().resolve(file),
        IntStream.rangeClosed(1, count).mapToObj("P-%06d;A"::formatted).toList());
  }

  private void copySample(String name) throws IOException {
    try (InputStream sample = Stage.class.getResourceAsStream("/cad/" + name)) {
      Files.write(
          files().resolve("incoming").resolve(name),
          Objects.requireNonNull(sample, name).readAllBytes());
    }
  }

  /** The schemas that the processor has written, out of the class path and into a file. */
  private Path schemas() throws IOException {
    Path file = folder.resolve("PlmJobs.schemas.json");
    try (InputStream schemas =
        PlmJobsModule.class.getResourceAsStream("/META-INF/tenon/PlmJobs.schemas.json")) {
      Files.write(file, Objects.requireNonNull(schemas, "schemas").readAllBytes());
    }
    return file;
  }

  /** That of this JVM, also where Surefire hides it in the manifest of a jar. */
  private static String classPath() {
    return System.getProperty(
        "surefire.test.class.path", System.getProperty("java.class.path", ""));
  }
}
