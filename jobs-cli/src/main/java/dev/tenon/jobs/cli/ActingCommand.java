package dev.tenon.jobs.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What commands have that change something: who does it. */
abstract class ActingCommand extends TenonCommand {

  @Option(
      names = "--by",
      paramLabel = "WHO",
      description = "Who does it, for the record. Default: the user of this machine")
  private @Nullable String by;

  ActingCommand() {}

  String by() {
    return by != null ? by : System.getProperty("user.name", "tenon");
  }
}
