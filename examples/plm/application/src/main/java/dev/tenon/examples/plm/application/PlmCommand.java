package dev.tenon.examples.plm.application;

import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.examples.plm.CadConversion;
import dev.tenon.examples.plm.ItemState;
import dev.tenon.examples.plm.MeshFormat;
import dev.tenon.examples.plm.ParametricPart;
import dev.tenon.examples.plm.WidgetBatch;
import dev.tenon.examples.plm.database.PlmServers;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.runtime.JobsRuntime;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line of the application. Each command prints the id of the job, or of the workflow,
 * that it submitted.
 */
@Command(
    name = "plm",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    description = "Changes items, and submits the jobs that follow from it.")
public final class PlmCommand {

  private static final Duration WATCH_INTERVAL = Duration.ofMillis(500);

  private final Map<String, String> environment;

  @Option(
      names = "--by",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Who asks. Default: ${DEFAULT-VALUE}.",
      defaultValue = "${sys:user.name}")
  private String by = "";

  @Spec private @Nullable CommandSpec spec;

  PlmCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Runs a command; {@code --help} says which there are. */
  public static void main(String[] arguments) {
    System.exit(commandLine(System.getenv()).execute(arguments));
  }

  /** The command line, on the servers that the environment names. */
  static CommandLine commandLine(Map<String, String> environment) {
    CommandLine commandLine = new CommandLine(new PlmCommand(environment));
    return commandLine
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (exception, unused, result) -> {
              if (exception instanceof NotFoundException || exception instanceof JobsException) {
                commandLine.getErr().println("plm: " + exception.getMessage());
                return CommandLine.ExitCode.SOFTWARE;
              }
              throw exception;
            });
  }

  @Command(description = "Make the tables, and let a role run the CAD jobs.")
  int migrate(@Option(names = "--cad-role", paramLabel = "ROLE") @Nullable String cadRole)
      throws SQLException {
    return with(
        (plm, runtime, setup) -> {
          if (cadRole != null) {
            setup.grantCadJobs(cadRole);
          }
          return "The tables are up to date.";
        });
  }

  @Command(description = "Make a design with items, a part, and what hangs on them.")
  int sample(@Option(names = "--items", defaultValue = "2000") int items) throws SQLException {
    return with((plm, runtime, setup) -> setup.addSamples(items));
  }

  @Command(description = "Give an item another state, and tell people of it.")
  int transition(
      @Parameters(paramLabel = "DESIGN") UUID designId,
      @Parameters(paramLabel = "ITEM") String item,
      @Parameters(paramLabel = "STATE") ItemState to,
      @Parameters(paramLabel = "RECIPIENT", arity = "1..*") List<String> recipients)
      throws SQLException {
    return with((plm, runtime, setup) -> plm.changeState(request(item), designId, to, recipients));
  }

  @Command(name = "clone", description = "Clone a design with all its items.")
  int cloneDesign(
      @Parameters(paramLabel = "DESIGN") UUID designId,
      @Parameters(paramLabel = "ITEM") String item,
      @Parameters(paramLabel = "NAME") String name)
      throws SQLException {
    return with((plm, runtime, setup) -> plm.cloneDesign(request(item), designId, name, Plm.CHUNK));
  }

  @Command(
      description =
          "Put an item into review: clone its design, convert the models, and tell the reviewers.")
  int review(
      @Parameters(paramLabel = "DESIGN") UUID designId,
      @Parameters(paramLabel = "ITEM") String item,
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(paramLabel = "REVIEWER", arity = "1..*") List<String> reviewers)
      throws SQLException {
    return with((plm, runtime, setup) -> plm.review(request(item), designId, name, reviewers));
  }

  @Command(
      description = {
        "Have somebody decide by mail whether an item may be made. The links in the mail lead to the",
        "pages that 'plm pages' serves."
      })
  int release(
      @Parameters(paramLabel = "DESIGN") UUID designId,
      @Parameters(paramLabel = "ITEM") String item,
      @Parameters(paramLabel = "APPROVER") String approver,
      @Parameters(paramLabel = "REQUESTER") String requester,
      @Option(names = "--pages", paramLabel = "URL", defaultValue = "http://localhost:8091")
          URI pages)
      throws SQLException {
    return with(
        (plm, runtime, setup) ->
            plm.release(request(item), designId, approver, requester, pages));
  }

  @Command(description = "Serve the pages that links in mails lead to, until Ctrl-C.")
  int pages(@Option(names = "--port", defaultValue = "8091") int port) throws SQLException {
    return with(
        (plm, runtime, setup) -> {
          try (DecisionPages pages = DecisionPages.start(plm, port)) {
            out().println("Serving " + pages.uri());
            runtime.awaitShutdown();
          } catch (IOException e) {
            throw new UncheckedIOException("Port " + port + " cannot be used", e);
          }
          return "The pages are closed.";
        });
  }

  @Command(name = "import", description = "Import a list of parts of the file store.")
  int importParts(
      @Parameters(paramLabel = "ITEM") String item,
      @Parameters(paramLabel = "FILE") String file,
      @Option(names = "--chunk", defaultValue = "500") int chunkSize)
      throws SQLException {
    return with((plm, runtime, setup) -> plm.importParts(request(item), file, chunkSize));
  }

  @Command(name = "change-part", description = "Give a part another revision.")
  int changePart(
      @Parameters(paramLabel = "ITEM") String item,
      @Parameters(paramLabel = "PART") String part,
      @Parameters(paramLabel = "REVISION") String revision)
      throws SQLException {
    return with((plm, runtime, setup) -> plm.changePart(request(item), part, revision));
  }

  @Command(description = "Convert a STEP or IGES file of the file store to STL and GLB.")
  int convert(
      @Parameters(paramLabel = "ITEM") String item,
      @Parameters(paramLabel = "FILE") String source,
      @Option(names = "--format", description = "${COMPLETION-CANDIDATES}; default: all")
          @Nullable Set<MeshFormat> formats)
      throws SQLException {
    Set<MeshFormat> wanted = formats == null ? EnumSet.allOf(MeshFormat.class) : formats;
    return with(
        (plm, runtime, setup) ->
            plm.convert(request(item), new CadConversion(source, wanted, null)));
  }

  @Command(description = "Make a flanged plate, 120 x 80 mm, with N holes.")
  int plate(
      @Parameters(paramLabel = "ITEM") String item,
      @Parameters(paramLabel = "PART") String part,
      @Option(names = "--holes", defaultValue = "6") int holes)
      throws SQLException {
    return with(
        (plm, runtime, setup) ->
            plm.generate(
                request(item),
                new ParametricPart(
                    part,
                    new ParametricPart.Plate(120, 80, 10),
                    new ParametricPart.Flange(40, 25, 24),
                    new ParametricPart.Holes(holes, 8, 62))));
  }

  @Command(description = "Have a part made from a description.")
  int describe(
      @Parameters(paramLabel = "ITEM") String item, @Parameters(paramLabel = "TEXT") String prompt)
      throws SQLException {
    return with((plm, runtime, setup) -> plm.describe(request(item), prompt));
  }

  @Command(description = "Make widgets.")
  int widgets(
      @Parameters(paramLabel = "ITEM") String item,
      @Parameters(paramLabel = "SKU") String sku,
      @Parameters(paramLabel = "COUNT") int count,
      @Option(names = "--price", defaultValue = "1.00") BigDecimal price)
      throws SQLException {
    return with(
        (plm, runtime, setup) ->
            plm.makeWidgets(
                request(item),
                new WidgetBatch(
                    sku + " for " + item,
                    List.of(new WidgetBatch.Item(sku, count, price)),
                    new WidgetBatch.Options(7, null))));
  }

  @Command(description = "Clean up the cache now.")
  int cleanup() throws SQLException {
    return with((plm, runtime, setup) -> plm.cleanUpCache(by));
  }

  @Command(description = "Show the jobs of an item, or watch them until they have ended.")
  int jobs(
      @Parameters(paramLabel = "ITEM") String item,
      @Option(names = "--watch", description = "until they have ended") boolean watch)
      throws SQLException {
    return with(
        (plm, runtime, setup) -> {
          ItemJobs itemJobs = new ItemJobs(runtime.jobs());
          List<Job> jobs = itemJobs.of(item);
          while (watch && !jobs.stream().allMatch(job -> job.status().isTerminal())) {
            ItemJobs.table(jobs).forEach(out()::println);
            out().println();
            Thread.sleep(WATCH_INTERVAL.toMillis());
            jobs = itemJobs.of(item);
          }
          return String.join(System.lineSeparator(), ItemJobs.table(jobs));
        });
  }

  @Command(description = "Cancel a job.")
  int cancel(@Parameters(paramLabel = "JOB") UUID jobId) throws SQLException {
    return with((plm, runtime, setup) -> plm.cancel(jobId, by));
  }

  /** The action of a command; its result is printed. */
  @FunctionalInterface
  private interface Action {
    Object run(Plm plm, JobsRuntime runtime, Setup setup) throws SQLException, InterruptedException;
  }

  private int with(Action action) throws SQLException {
    try (HikariDataSource database = PlmServers.database(environment)) {
      Setup setup = new Setup(database);
      setup.migrate();
      try (JobsRuntime runtime =
          PlmServers.runtime(database, environment).maintenance(false).start()) {
        out().println(action.run(new Plm(database, runtime.jobs()), runtime, setup));
        return CommandLine.ExitCode.OK;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return CommandLine.ExitCode.SOFTWARE;
      }
    }
  }

  private Request request(String item) {
    return new Request(item, by);
  }

  private PrintWriter out() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not made this command");
    }
    return spec.commandLine().getOut();
  }
}
