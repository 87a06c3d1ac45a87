package dev.tenon.jobs.cli;

import dev.tenon.jobs.dashboard.AccessPolicy;
import dev.tenon.jobs.dashboard.DashboardServer;
import dev.tenon.jobs.dashboard.JobDashboard;
import dev.tenon.jobs.dashboard.Right;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenon dashboard}. */
@Command(
    name = "dashboard",
    description =
        "Serve the dashboard to a browser on this machine until Ctrl-C. Anyone who can use this machine can"
            + " open it, so it is read-only unless --allow permits more.")
final class DashboardCommand extends ActingCommand {

  /** The actions that a browser may do. */
  enum Allowed {
    READ(Right.READ),
    ACT(Right.ACT),
    ADMINISTER(Right.ADMINISTER);

    private final Right right;

    Allowed(Right right) {
      this.right = right;
    }

    /** As it is typed. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port on the loopback interface. Default: any free port",
      defaultValue = "0")
  private int port;

  @Option(
      names = "--allow",
      paramLabel = "RIGHT",
      description =
          "Permitted actions: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}. Actions are recorded"
              + " under the name given by --by.",
      defaultValue = "read")
  private Allowed allowed;

  @Option(
      names = "--trace-url",
      paramLabel = "URL",
      description =
          "Address of the traces of jobs, such as https://tracing.example.com/trace/{traceId}")
  private @Nullable String traceUrl;

  @SuppressWarnings("NullAway.Init")
  DashboardCommand() {}

  @Override
  int run(Connection database) {
    if (port < 0 || port > 65_535) {
      throw Failure.usage("The port is " + port + "; it must be between 0 and 65535.");
    }
    JobDashboard.Builder builder =
        JobDashboard.builder(database.runtime())
            .accessPolicy(AccessPolicy.everybody(by(), allowed.right));
    if (traceUrl != null) {
      setTraceUrl(builder, traceUrl);
    }
    try (DashboardServer server = DashboardServer.start(builder.build(), port)) {
      say(server);
      new CountDownLatch(1).await();
    } catch (IOException e) {
      throw Failure.of(
          "Cannot serve the dashboard on port " + port + ": " + Failure.rootMessage(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private static void setTraceUrl(JobDashboard.Builder builder, String traceUrl) {
    try {
      var unused = builder.traceUrl(traceUrl);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()));
    }
  }

  private void say(DashboardServer server) {
    if (isJson()) {
      print(Map.of("url", server.uri().toString(), "allows", allowed.toString()));
    } else {
      line(
          "The dashboard is at %s (%s). Press Ctrl-C to stop it.".formatted(server.uri(), allowed));
    }
    out().flush();
  }
}
