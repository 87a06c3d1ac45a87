package dev.tenon.examples.plm.demo;

import dev.tenon.examples.plm.CadConversion;
import dev.tenon.examples.plm.MeshFile;
import dev.tenon.examples.plm.MeshFiles;
import dev.tenon.examples.plm.MeshFormat;
import dev.tenon.examples.plm.ParametricPart;
import dev.tenon.examples.plm.PlmJobs;
import dev.tenon.examples.plm.ZooGenerate;
import dev.tenon.examples.plm.ZooModel;
import dev.tenon.examples.plm.application.ItemJobs;
import dev.tenon.examples.plm.application.Setup;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.dashboard.AccessPolicy;
import dev.tenon.jobs.dashboard.DashboardServer;
import dev.tenon.jobs.dashboard.JobDashboard;
import dev.tenon.jobs.dashboard.Right;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Starts the whole example on this machine, submits a job of each type and then a workflow, and
 * shows what happens to them. The exit code is 0 if all have completed and their files are what
 * they should be, 1 if not, and 2 if RabbitMQ was asked for or Python is needed, and is not there.
 */
@Command(
    name = "plm",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs the PLM example on this machine: two workers in Java, one in Python, a mail server,",
      "a web page if Node.js is there, a job of each type, and a workflow. PostgreSQL is started, unless PLM_DB_URL, PLM_DB_USER and",
      "PLM_DB_PASSWORD name an empty database. RabbitMQ is used where TENON_AMQP_URI names one, or",
      "one answers on localhost:5672."
    })
public final class PlmDemo implements Callable<Integer> {

  private static final int SAMPLE_ITEMS = 2_000;
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int STOP_AT = 20;

  @Option(
      names = "--rabbitmq",
      negatable = true,
      description = "Insist on RabbitMQ, or do without it.")
  private @Nullable Boolean rabbitMq;

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description = "Where files and logs go. Default: a new temporary folder.")
  private @Nullable Path folder;

  @Option(
      names = "--dashboard",
      description = "Leave everything running with the dashboard open, until Ctrl-C.")
  private boolean dashboard;

  private final Map<String, String> environment = System.getenv();
  private final PrintStream out = System.out;

  private PlmDemo() {}

  /** Runs it; {@code --help} says how. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new PlmDemo()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    // Before the first logger is made: application and worker have files of the usual name
    System.setProperty("logback.configurationFile", "plm-demo-logback.xml");
    Path root = Path.of(System.getProperty("tenon.root", ".")).toAbsolutePath().normalize();
    Path place = folder == null ? Files.createTempDirectory("tenon-plm-") : folder.toAbsolutePath();
    Optional<Broker> broker;
    try {
      say("Python", Python.find(environment));
      broker = Broker.find(rabbitMq, environment);
    } catch (IOException | IllegalStateException e) {
      System.err.println("plm: " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    boolean good;
    try (Database database = Database.start(environment)) {
      say("PostgreSQL", database.toString());
      say(
          "RabbitMQ",
          broker.map(Broker::toString).orElse("none: workers take jobs from the table"));
      try (Stage stage =
          new Stage(
              database.with(broker.orElse(null)),
              root,
              place,
              new ZooServer.Behavior(1, 1, 4, 2))) {
        good = play(stage);
        if (dashboard) {
          showDashboard(stage);
        }
      }
    }
    if (broker.isPresent()) {
      broker.get().deleteNames();
    }
    say("Files", place.resolve("files").toString());
    say("Logs", place.toString());
    out.println();
    out.println(good ? "All jobs have completed." : "Not everything is as it should be.");
    return good ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private void showDashboard(Stage stage) throws Exception {
    JobDashboard pages =
        JobDashboard.builder(stage.runtime())
            .accessPolicy(AccessPolicy.everybody("visitor", Right.READ))
            .build();
    try (DashboardServer server = DashboardServer.start(pages, 0)) {
      say("Dashboard", server.uri() + " until Ctrl-C");
      out.flush();
      stage.runtime().awaitShutdown();
    }
  }

  private boolean play(Stage stage) throws Exception {
    List<ChildProcess> javaWorkers = List.of(stage.startJavaWorker(), stage.startJavaWorker());
    stage.startPythonWorker();
    stage.awaitReady();
    String page = startWebPage(stage);
    say("Workers", "two in Java, one in Python, each a separate process");
    say("Web page", page);
    say("Mail", "SMTP on port " + stage.smtpPort());
    say("Service", stage.zoo().uri() + ", which refuses one call, and fails once");
    out.println();
    UUID designId = new Setup(stage.database()).addSamples(SAMPLE_ITEMS);
    List<UUID> ids = Scenario.submitOneOfEach(stage.plm(), designId, stage.pages().uri());
    ItemJobs itemJobs = new ItemJobs(stage.runtime().jobs());
    List<Job> jobs = watch(stage, () -> itemJobs.of(ids));
    out.println();
    ItemJobs.table(jobs).forEach(out::println);
    out.println();
    boolean filesAreGood = showFiles(stage, jobs);
    out.println();
    UUID review = Scenario.submitReview(stage.plm(), designId);
    say("Review", "workflow " + review + ": clone, conversions side by side, mail");
    List<Job> reviewJobs = watch(stage, () -> itemJobs.of(Scenario.REVIEWED_ITEM));
    out.println();
    ItemJobs.table(reviewJobs).forEach(out::println);
    out.println();
    filesAreGood &= showFiles(stage, reviewJobs);
    out.println();
    Job imported = importAcrossWorkers(stage, javaWorkers);
    out.println();
    say("Mails", stage.mails().size() + " were delivered");
    return filesAreGood
        && imported.status() == JobStatus.COMPLETED
        && Stream.concat(jobs.stream(), reviewJobs.stream())
            .allMatch(job -> job.status() == JobStatus.COMPLETED);
  }

  /** Starts the page if Node.js is there; returns where it is, or why there is none. */
  private static String startWebPage(Stage stage) throws IOException, InterruptedException {
    Optional<String> hindrance = NodeJs.hindrance();
    if (hindrance.isPresent()) {
      return "none: " + hindrance.get();
    }
    try {
      ChildProcess page = stage.startWebPage();
      stage.awaitReady();
      return page.readyText().replaceFirst(".* (?=http)", "") + " in TypeScript";
    } catch (IllegalStateException e) {
      return "none: " + e.getMessage();
    }
  }

  /** Stops the worker that runs a long import. The other one continues where it was. */
  private Job importAcrossWorkers(Stage stage, List<ChildProcess> workers) throws Exception {
    UUID id = Scenario.submitLongImport(stage.plm());
    say("Import", Scenario.ALL_PARTS_COUNT + " parts, from " + Scenario.ALL_PARTS);
    ItemJobs itemJobs = new ItemJobs(stage.runtime().jobs());
    Job job = stage.runtime().jobs().get(id);
    while (job.progress() < STOP_AT && !job.status().isTerminal()) {
      Thread.sleep(LOOK_INTERVAL.toMillis());
      job = stage.runtime().jobs().get(id);
    }
    String worker = job.workerId().orElse("none");
    say("Stopped", "worker " + worker + ", at " + job.progressMessage().orElse("the beginning"));
    for (ChildProcess process : workers) {
      if (process.readyText().contains(worker)) {
        process.close();
      }
    }
    Job ended = watch(stage, () -> itemJobs.of(List.of(id))).get(0);
    new PlmJobs(stage.runtime().jobs())
        .partImport()
        .find(id)
        .flatMap(TypedJob::result)
        .ifPresent(
            result ->
                say(
                    "Continued",
                    "at line %d; attempts that counted: %d"
                        .formatted(result.lastAttemptFrom(), ended.attempts())));
    return ended;
  }

  /** Prints a line for each change, until all jobs have ended. */
  private List<Job> watch(Stage stage, Supplier<List<Job>> found) throws Exception {
    long start = System.nanoTime();
    Map<UUID, String> shown = new HashMap<>();
    while (true) {
      List<Job> jobs = found.get();
      for (String line : stage.approver().readMails()) {
        out.printf("%6.1f s  %s%n", (System.nanoTime() - start) / 1e9, line);
      }
      for (Job job : jobs) {
        String line =
            "%-32s %-9s %3d%% %s"
                .formatted(
                    job.type(),
                    job.status().code(),
                    job.progress(),
                    news(stage, job));
        if (!line.equals(shown.put(job.id(), line))) {
          out.printf("%6.1f s  %s%n", (System.nanoTime() - start) / 1e9, line.stripTrailing());
        }
      }
      if (jobs.stream().allMatch(job -> job.status().isTerminal())
          || System.nanoTime() - start > PATIENCE.toNanos()) {
        return jobs;
      }
      Thread.sleep(LOOK_INTERVAL.toMillis());
    }
  }

  /** The news of a job: the signal that it waits for, or else what it does. */
  private static String news(Stage stage, Job job) {
    return stage
        .runtime()
        .jobs()
        .whyWaiting(job.id())
        .filter(WaitReason.ForSignal.class::isInstance)
        .map(WaitReason::describe)
        .or(job::progressMessage)
        .orElse("");
  }

  /** Reads the files that jobs have made, and says what is in them. */
  private boolean showFiles(Stage stage, List<Job> jobs) throws IOException {
    PlmJobs plmJobs = new PlmJobs(stage.runtime().jobs());
    boolean good = true;
    for (Job job : jobs) {
      List<MeshFile> files = new ArrayList<>();
      plmJobs
          .cadConversion()
          .find(job.id())
          .map(PlmDemo::<CadConversion>files)
          .ifPresent(files::addAll);
      plmJobs
          .parametricPart()
          .find(job.id())
          .map(PlmDemo::<ParametricPart>files)
          .ifPresent(files::addAll);
      for (MeshFile file : files) {
        good &= show(stage, file.format(), file.path());
      }
      Optional<TypedJob<ZooGenerate, ZooModel>> zoo = plmJobs.zooGenerate().find(job.id());
      ZooModel model = zoo.flatMap(TypedJob::result).orElse(null);
      if (model != null) {
        good &= show(stage, MeshFormat.STL, model.path());
      }
    }
    return good;
  }

  private static <P> List<MeshFile> files(TypedJob<P, MeshFiles> job) {
    MeshFiles result = job.result().orElse(null);
    return result == null ? List.of() : result.files();
  }

  private boolean show(Stage stage, MeshFormat format, String path) throws IOException {
    Path file = stage.files().resolve(path);
    Mesh mesh = format == MeshFormat.GLB ? GlbReader.read(file) : Mesh.readStl(file);
    say(
        format.name(),
        "%s: %d triangles, %s"
            .formatted(path, mesh.triangles(), mesh.isClosed() ? "closed" : "NOT closed"));
    return mesh.isClosed();
  }

  private void say(String name, String text) {
    out.printf("%-11s %s%n", name, text);
  }
}
