package dev.tenon.jobs.cli;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;

/**
 * The command {@code tenon}: looks at jobs and acts on them, in any application's database. It
 * needs no job types on its class path. {@code tenon --help} says more.
 */
@Command(
    name = "tenon",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    description = "Inspect and manage jobs.",
    footer = {
      "",
      "Set the database with --url, --user and --password, or with the environment variables"
          + " TENON_DB_URL, TENON_DB_USER and TENON_DB_PASSWORD. Without a password, PostgreSQL's"
          + " password file (.pgpass) is read.",
      "",
      "Exit codes: 0 success, 1 failure, 2 wrong arguments, 3 the command worked, but its subject"
          + " is in a bad state, 4 a rollout has to wait."
    },
    subcommands = {
      ListCommand.class,
      ShowCommand.class,
      WorkflowCommand.class,
      TailCommand.class,
      StepsCommand.class,
      SignalCommand.class,
      InDoubtCommand.class,
      ResolveCommand.class,
      LinesCommand.class,
      LetPassCommand.class,
      CancelCommand.class,
      RetryCommand.class,
      RescheduleCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      LimitsCommand.class,
      SchedulesCommand.class,
      WorkersCommand.class,
      RolloutCommand.class,
      ScaleCommand.class,
      HealthCommand.class,
      DashboardCommand.class,
      McpCommand.class,
      GenerateCommand.class,
      MigrateCommand.class,
      SchemaCommand.class,
      AutoComplete.GenerateCompletion.class
    })
public final class Tenon {

  private Tenon() {}

  /**
   * Runs the command and ends the process.
   *
   * @param arguments the arguments after {@code tenon}
   */
  public static void main(String[] arguments) {
    Charset charset = charset();
    System.exit(
        run(
            new PrintWriter(System.out, false, charset),
            new PrintWriter(System.err, false, charset),
            new BufferedReader(new InputStreamReader(System.in, charset)),
            System.getenv(),
            arguments));
  }

  /**
   * The charset of the terminal, which Java 17 does not tell. Without a locale, as under cron, it
   * would be ASCII, which lacks most characters; then it is UTF-8.
   */
  private static Charset charset() {
    String name = System.getProperty("stdout.encoding", System.getProperty("native.encoding"));
    Charset charset =
        name == null || !Charset.isSupported(name)
            ? Charset.defaultCharset()
            : Charset.forName(name);
    return charset.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : charset;
  }

  /**
   * Runs the command.
   *
   * @param out standard output
   * @param err standard error
   * @param in standard input
   * @param environment the environment variables
   * @param arguments the arguments after {@code tenon}
   * @return the exit code
   */
  static int run(
      PrintWriter out,
      PrintWriter err,
      BufferedReader in,
      Map<String, String> environment,
      String... arguments) {
    CommandLine line = new CommandLine(new Tenon(), factory(environment, in));
    line.setOut(out);
    line.setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    // In 'tenon signal', @file is the signal, not more arguments
    line.setExpandAtFiles(false);
    line.setExecutionExceptionHandler(
        (exception, command, result) -> Failure.print(exception, command.getErr()));
    int code = line.execute(arguments);
    // Flushes, and a writer of text throws nothing
    boolean isCut = out.checkError();
    if (isCut && code == 0) {
      code = Failure.print(Failure.of("The output could not be written in full."), err);
    }
    err.flush();
    return code;
  }

  private static IFactory factory(Map<String, String> environment, BufferedReader in) {
    IFactory standard = CommandLine.defaultFactory();
    return new IFactory() {
      @Override
      public <K> K create(Class<K> type) throws Exception {
        return type == Connection.class
            ? type.cast(new Connection(environment, in))
            : standard.create(type);
      }
    };
  }
}
