package dev.tenon.jobs.cli;

import dev.tenon.jobs.Actor;
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

  /**
   * Who does it, and why.
   *
   * @param reason null if nobody was asked
   */
  Actor actor(@Nullable String reason) {
    try {
      return reason == null ? Actor.of(by()) : Actor.of(by(), reason);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()));
    }
  }

  String by() {
    return by != null ? by : System.getProperty("user.name", "tenon");
  }
}
