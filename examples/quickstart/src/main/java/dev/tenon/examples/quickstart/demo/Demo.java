package dev.tenon.examples.quickstart.demo;

import dev.tenon.examples.quickstart.demo.Terminal.Style;
import dev.tenon.examples.quickstart.demo.TerminalSettings.Color;
import dev.tenon.jobs.dashboard.AccessPolicy;
import dev.tenon.jobs.dashboard.DashboardServer;
import dev.tenon.jobs.dashboard.JobDashboard;
import dev.tenon.jobs.dashboard.Right;
import dev.tenon.jobs.runtime.JobsRuntime;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs the example's jobs and shows what happens to them. The exit code is 0 if every job ended as
 * expected, 1 if not, 2 if RabbitMQ was asked for and is not there.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs Tenon's example jobs on an embedded PostgreSQL and shows what happens to them.",
      "RabbitMQ is used where TENON_AMQP_URI names one, or one answers on localhost:5672."
    })
public final class Demo implements Callable<Integer> {

  private static final int UNEXPECTED = 1;
  private static final int UNUSABLE = 2;
  private static final int INTERRUPTED = 130;

  @Option(
      names = "--rabbitmq",
      negatable = true,
      description = "Insist on RabbitMQ, or do without it.")
  private @Nullable Boolean rabbitMq;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      description = "Colors and bars: ${COMPLETION-CANDIDATES}. Default: on a terminal.")
  private Color color = Color.AUTO;

  @Option(
      names = "--dashboard",
      description = "Leave the demo running with the dashboard open, until Ctrl-C.")
  private boolean dashboard;

  private final Map<String, String> environment = System.getenv();
  private final Path log =
      Path.of(System.getProperty("java.io.tmpdir"))
          .resolve("tenon-demo-" + System.getProperty("user.name") + ".log");

  private Demo() {}

  /** Runs the demo; {@code --help} says how. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Demo()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    // Before the first logger is made
    System.setProperty("logback.configurationFile", "logback-demo.xml");
    System.setProperty("tenon.demo.log", log.toString());
    Charset charset = TerminalSettings.outputCharset();
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, charset);
    Terminal terminal = new Terminal(out, TerminalSettings.detect(color, environment, charset));
    BrokerSearch.Found found;
    try {
      found = BrokerSearch.search(rabbitMq, environment);
    } catch (BrokerSearch.MissingException e) {
      System.err.println("demo: " + e.getMessage());
      return UNUSABLE;
    }
    long start = System.nanoTime();
    Checks checks = new Checks();
    Closer closer = new Closer(terminal);
    try (closer) {
      play(terminal, found, checks, closer);
    } catch (Exception e) {
      if (closer.isClosed()) {
        // The process was asked to end, and the servers of the demo are gone
        return INTERRUPTED;
      }
      throw e;
    }
    checks.expect("everything could be closed", true, !closer.hasFailed());
    if (found.broker().isPresent() && !closer.hasFailed()) {
      terminal.line();
      terminal.line(
          "   " + terminal.paint(Style.QUIET, "The demo's exchanges and queues are deleted."));
    }
    return verdict(terminal, checks, Duration.ofNanos(System.nanoTime() - start));
  }

  private void play(Terminal terminal, BrokerSearch.Found found, Checks checks, Closer closer)
      throws Exception {
    terminal.line();
    terminal.line(
        " "
            + terminal.paint(Style.TITLE, "Tenon")
            + "  background jobs reviewed first by the compiler");
    terminal.line();
    Stage stage = new Stage(closer);
    EmbeddedPostgres postgres = stage.startPostgres();
    server(
        terminal,
        "PostgreSQL",
        "%s, embedded, on port %d".formatted(Stage.version(postgres), postgres.getPort()));
    server(terminal, "RabbitMQ", found.description());
    JobsRuntime runtime = stage.startRuntime(postgres, found.broker());
    server(terminal, "Worker", Stage.CONCURRENCY + " jobs at a time, in this process");
    Scenario scenario = new Scenario(runtime.jobs(), terminal, checks);
    scenario.play();
    new SummaryTable(runtime.jobs(), terminal).show(scenario.names(), checks);
    if (dashboard) {
      showDashboard(terminal, runtime, closer);
    }
  }

  private static void showDashboard(Terminal terminal, JobsRuntime runtime, Closer closer)
      throws Exception {
    DashboardServer server =
        closer.open(
            "The dashboard",
            () ->
                DashboardServer.start(
                    JobDashboard.builder(runtime)
                        .accessPolicy(AccessPolicy.everybody("visitor", Right.READ))
                        .build(),
                    0),
            DashboardServer::close);
    terminal.line();
    server(terminal, "Dashboard", server.uri() + " until Ctrl-C");
    runtime.awaitShutdown();
  }

  private static void server(Terminal terminal, String name, String text) {
    terminal.line("   " + terminal.paint(Style.QUIET, terminal.column(name, 12)) + text);
  }

  private int verdict(Terminal terminal, Checks checks, Duration time) {
    terminal.line();
    if (checks.broken().isEmpty()) {
      terminal.line(
          " "
              + terminal.paint(
                  Style.GOOD, terminal.sign("✓", "+") + " Everything ended as expected")
              + " (%d checks, %s).".formatted(checks.made(), JobTexts.seconds(time)));
      terminal.line();
      return 0;
    }
    terminal.line(
        " "
            + terminal.paint(
                Style.BAD, terminal.sign("✗", "x") + " Not everything ended as expected:"));
    checks.broken().forEach(broken -> terminal.line("   " + broken));
    terminal.line(" The log is in " + log + ".");
    terminal.line();
    return UNEXPECTED;
  }
}
