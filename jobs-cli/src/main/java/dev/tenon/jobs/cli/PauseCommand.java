package dev.tenon.jobs.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenon pause}. */
@Command(
    name = "pause",
    description = "Pauses a job type: none of its jobs is started. What runs goes on.")
final class PauseCommand extends ActingCommand {

  @Parameters(paramLabel = "TYPE", description = "Name of the job type")
  private String type;

  @Option(names = "--reason", paramLabel = "WHY", required = true, description = "Why")
  private String reason;

  @SuppressWarnings("NullAway.Init")
  PauseCommand() {}

  @Override
  int run(Connection database) {
    Types.print(this, database.jobs().types().pause(type, actor(reason)));
    return 0;
  }
}
