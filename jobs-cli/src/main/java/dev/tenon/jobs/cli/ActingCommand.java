package dev.tenon.jobs.cli;

import dev.tenon.jobs.Actor;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that changes something, and so needs the name of whoever does it. */
abstract class ActingCommand extends TenonCommand {

  @Option(
      names = "--by",
      paramLabel = "WHO",
      description = "Name for the audit. Default: your user name on this machine")
  private @Nullable String by;

  ActingCommand() {}

  /**
   * The actor, with the reason.
   *
   * @param reason null if the command takes none
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
