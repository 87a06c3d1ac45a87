package dev.tenon.jobs.cli;

import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenon let-pass}. */
@Command(
    name = "let-pass",
    description =
        "Let the later jobs in a line pass a job while it waits for its next attempt or its due time.")
final class LetPassCommand extends ActingCommand {

  @Parameters(paramLabel = "ID", description = "Id of the job that holds back the others")
  private UUID id;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "WHY",
      description = "Reason for the audit")
  private String reason;

  @SuppressWarnings("NullAway.Init")
  LetPassCommand() {}

  @Override
  int run(Connection database) {
    boolean changed = database.jobs().lines().letPass(id, actor(reason));
    if (isJson()) {
      Map<String, Object> view = Map.of("jobId", id.toString(), "changed", changed);
      print(view);
    } else {
      line(
          changed
              ? "Later jobs of its line may pass job %s while it waits.".formatted(id)
              : "Later jobs could already pass job %s.".formatted(id));
    }
    return 0;
  }
}
