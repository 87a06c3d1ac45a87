package dev.tenon.jobs.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenon pause}. */
@Command(
    name = "pause",
    description = "Pause a job type: no more of its jobs start. Running jobs continue.")
final class PauseCommand extends ActingCommand {

  @Parameters(paramLabel = "TYPE", description = "Name of the job type")
  private String type;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      required = true,
      description = "Reason for the audit")
  private String reason;

  @SuppressWarnings("NullAway.Init")
  PauseCommand() {}

  @Override
  int run(Connection database) {
    Types.print(this, database.jobs().types().pause(type, actor(reason)));
    return 0;
  }
}
