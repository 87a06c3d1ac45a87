package dev.tenon.benchmarks;

import dev.tenon.benchmarks.RunSettings.Role;
import dev.tenon.jobs.testservers.JavaProcess;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import dev.tenon.jobs.testservers.TestServerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Measures every system in every scenario, round by round, each time in a separate process,
 * database and virtual host.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Compares Tenon with a bare program and other libraries.")
public final class Bench implements Callable<Integer> {

  private static final Duration RUN_TIMEOUT = Duration.ofMinutes(90);
  private static final Duration EXIT_TIMEOUT = Duration.ofMinutes(1);
  private static final int QUICK_SHARE = 10;
  private static final Set<Scenario> QUICK_SCENARIOS =
      EnumSet.of(
          Scenario.DRAIN, Scenario.TOGETHER, Scenario.BULK, Scenario.SINGLE, Scenario.START_100);
  private static final int LARGE_BACKLOG = 5_000_000;
  private static final String JVM_ARGUMENTS = "-Xmx1g";
  private static final Path PARTIAL = Path.of(System.getProperty("basedir", "."), "target");
  private static final int WORKERS = 4;
  private static final int WORKERS_IF_KILLED = 8;

  @Option(
      names = "--quick",
      description = "One round with a tenth of the jobs, and without what takes longest.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "SCENARIO",
      description = "Only these scenarios: ${COMPLETION-CANDIDATES}.",
      completionCandidates = ScenarioIds.class,
      converter = ScenarioIds.class)
  private @Nullable List<Scenario> chosenScenarios;

  @Option(
      names = "--systems",
      split = ",",
      paramLabel = "SYSTEM",
      description = "Only these systems: ${COMPLETION-CANDIDATES}.",
      completionCandidates = ContenderIds.class,
      converter = ContenderIds.class)
  private @Nullable List<Contender> chosenContenders;

  @Option(names = "--jobs", description = "How many jobs; default: as the scenario says.")
  private int jobs;

  @Option(names = "--rounds", description = "How many rounds; default: 3, or 1 with --quick.")
  private int rounds;

  @Option(
      names = "--large",
      description = "The drain with 5 million more jobs waiting. Takes minutes a system.")
  private boolean large;

  @Option(names = "--backlog", description = "The drain with so many more jobs waiting.")
  private int backlog;

  @Option(
      names = "--minutes",
      description =
          "How long an idle transaction stays open, or a worker has nothing to do before idle-long;"
              + " default: ${DEFAULT-VALUE}.")
  private int minutes = 10;

  @Option(
      names = "--history",
      description =
          "After so many jobs that have ended; Tenon alone. Needs a KiB of disk for each.")
  private int history;

  @Option(
      names = "--jvm-argument",
      paramLabel = "ARGUMENT",
      description =
          "One more argument for the JVMs that are measured, such as one that starts a recording.")
  private List<String> jvmArguments = new ArrayList<>();

  @Option(
      names = "--output",
      description = "The folder of the report. Default: tests/benchmarks/target")
  private Path output = PARTIAL;

  private final List<String> failures = new ArrayList<>();

  /** Whether systems on Node.js take part. */
  private boolean runsNode;

  @Spec private CommandSpec spec = CommandSpec.create();

  private Bench() {}

  /** Measures; {@code --help} says what can be chosen. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    int roundCount = rounds > 0 ? rounds : quick ? 1 : 3;
    prepareNode();
    try (Servers servers = Servers.choose()) {
      Machine machine = Machine.describe(servers);
      machine.print();
      Results results = new Results();
      Report report = new Report(machine, results, roundCount, command());
      for (Scenario scenario : scenarios()) {
        measure(servers, scenario, roundCount, results);
        // A run that is ended early leaves this one
        write(report, results.scenarios(), PARTIAL);
      }
      write(report, results.scenarios(), output);
      System.out.printf("%n%sThe report and its charts are in %s%n", report.markdown(), output);
    }
    failures.forEach(failure -> System.err.println("bench: failed: " + failure));
    return failures.isEmpty() ? 0 : 1;
  }

  private void measure(Servers servers, Scenario scenario, int roundCount, Results results) {
    List<Contender> taking =
        takingPart(scenario).stream().filter(contender -> runsNode || !contender.isNode()).toList();
    if (taking.isEmpty()) {
      System.out.printf("%-10s none of the chosen systems takes part%n", scenario.id());
    }
    for (int round = 1; round <= roundCount; round++) {
      // What one leaves to the servers to tidy up shall not always be a burden on the same other
      List<Contender> order = new ArrayList<>(taking);
      if (round % 2 == 0) {
        Collections.reverse(order);
      }
      for (Contender contender : order) {
        try {
          Measurement measurement = measure(servers, scenario, contender);
          results.add(scenario, contender, measurement);
          System.out.printf(
              "%-10s round %d  %-24s %s%n",
              scenario.id(), round, contender.label(), Report.line(measurement));
        } catch (TestServerException e) {
          // The others are measured all the same; the report lacks this one
          failures.add("%s, %s: %s".formatted(scenario.id(), contender.id(), e.getMessage()));
          System.out.println(failures.get(failures.size() - 1));
        }
      }
    }
  }

  private List<Contender> takingPart(Scenario scenario) {
    return contenders().stream()
        .filter(scenario.contenders()::contains)
        .filter(contender -> history == 0 || contender.isTenon())
        .toList();
  }

  /** Fetches what systems on Node.js need, if one takes part. */
  private void prepareNode() throws IOException {
    if (scenarios().stream()
        .flatMap(each -> takingPart(each).stream())
        .noneMatch(Contender::isNode)) {
      return;
    }
    Optional<String> missing = NodePackages.OWN.missing();
    if (missing.isEmpty()) {
      NodePackages.OWN.fetch();
      runsNode = true;
    } else if (chosenContenders == null) {
      System.out.println("Systems on Node.js are left out. " + missing.get());
    } else {
      throw new ParameterException(spec.commandLine(), missing.get());
    }
  }

  private static void write(Report report, Collection<Scenario> measured, Path folder)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("benchmarks.md"), report.markdown());
    Files.writeString(folder.resolve("benchmarks.svg"), report.chart(measured));
    if (measured.contains(Scenario.DRAIN)) {
      // The chart of the drain alone
      Files.writeString(folder.resolve("drain.svg"), report.chart(Set.of(Scenario.DRAIN)));
    }
  }

  private String command() {
    List<String> words = new ArrayList<>(List.of("./dev", "bench"));
    words.addAll(spec.commandLine().getParseResult().originalArgs());
    return String.join(" ", words);
  }

  private List<Scenario> scenarios() {
    if (chosenScenarios != null) {
      return chosenScenarios;
    }
    return Arrays.stream(Scenario.values())
        .filter(scenario -> quick ? QUICK_SCENARIOS.contains(scenario) : !scenario.takesLong())
        .toList();
  }

  private List<Contender> contenders() {
    if (chosenContenders != null) {
      return chosenContenders;
    }
    return Arrays.stream(Contender.values())
        .filter(contender -> !quick || (contender.slowness() == 1 && !contender.isNode()))
        .toList();
  }

  private int backlog() {
    return large ? LARGE_BACKLOG : backlog;
  }

  private int jobsOf(Scenario scenario, Contender contender) {
    int count = jobs > 0 ? jobs : scenario.jobs() / (quick ? QUICK_SHARE : 1);
    // Where a rate is given, all have to do the same
    return scenario.ratePerSecond() > 0 ? count : Math.max(1, count / contender.slowness());
  }

  private Measurement measure(Servers servers, Scenario scenario, Contender contender) {
    try (PostgresDatabase database = servers.createDatabase();
        RabbitVirtualHost host = RabbitVirtualHost.shared()) {
      Place place =
          new Place(
              database.url(), database.user(), database.password(), host.uri(), contender.slots());
      RunSettings settings =
          new RunSettings(
              contender,
              scenario,
              jobsOf(scenario, contender),
              backlog(),
              history,
              minutes,
              Role.MEASURES,
              place);
      try (JavaProcess process = start(settings)) {
        if (scenario.ratePerSecond() > 0) {
          String unusedReady = process.awaitLine(Measurement::isReady, RUN_TIMEOUT);
          submitFromAnother(settings);
        } else if (scenario == Scenario.KILLS) {
          String unusedReady = process.awaitLine(Measurement::isReady, RUN_TIMEOUT);
          boolean kills = contender == Contender.TENON_8_KILLED;
          try (Workers workers = new Workers(() -> start(settings.as(Role.WORKS)))) {
            workers.start(kills ? WORKERS_IF_KILLED : WORKERS, kills);
            String unusedEnd = process.awaitLine(Measurement::isEnd, RUN_TIMEOUT);
          }
        }
        String unusedEnd = process.awaitLine(Measurement::isEnd, RUN_TIMEOUT);
        Measurement measurement = Measurement.parse(process.lines());
        // A recording that was asked for is written when the process ends normally
        int unusedExit = process.awaitExit(EXIT_TIMEOUT);
        return measurement;
      }
    }
  }

  private void submitFromAnother(RunSettings worker) {
    try (JavaProcess submitter = start(worker.as(Role.SUBMITS))) {
      String unused = submitter.awaitLine(Measurement::isEnd, RUN_TIMEOUT);
    }
  }

  private JavaProcess start(RunSettings settings) {
    JavaProcess.Builder builder =
        JavaProcess.of(Measured.class)
            .name("bench-" + settings.scenario().id() + "-" + settings.contender().id())
            .jvmArguments(JVM_ARGUMENTS)
            .jvmArguments(jvmArguments.toArray(String[]::new));
    settings.properties().forEach(builder::systemProperty);
    return builder.start();
  }

  /** Names of scenarios on the command line. */
  private static final class ScenarioIds extends Ids<Scenario> {
    private ScenarioIds() {
      super(Arrays.asList(Scenario.values()), Scenario::id);
    }
  }

  /** Names of systems on the command line. */
  private static final class ContenderIds extends Ids<Contender> {
    private ContenderIds() {
      super(Arrays.asList(Contender.values()), Contender::id);
    }
  }
}
