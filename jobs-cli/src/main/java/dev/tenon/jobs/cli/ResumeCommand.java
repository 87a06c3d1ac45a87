package dev.tenon.jobs.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tenon resume}. */
@Command(name = "resume", description = "Resume a paused job type.")
final class ResumeCommand extends ActingCommand {

  @Parameters(paramLabel = "TYPE", description = "Name of the job type")
  private String type;

  @SuppressWarnings("NullAway.Init")
  ResumeCommand() {}

  @Override
  int run(Connection database) {
    Types.print(this, database.jobs().types().resume(type, actor(null)));
    return 0;
  }
}
