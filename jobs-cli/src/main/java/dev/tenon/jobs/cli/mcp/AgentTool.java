package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.dashboard.Right;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tool. Implementations are thread-safe. */
interface AgentTool {

  /** The name, as calls have it. */
  String name();

  /** A short name for people. */
  String title();

  /** The description of its effect, for models. */
  String description();

  /** The right that a user needs for at least one type, to see the tool at all. */
  Right right();

  /** The arguments that it takes. */
  List<Argument> arguments();

  /** Returns true if it may take away or stop work, so that clients ask a person first. */
  default boolean isDestructive() {
    return false;
  }

  /**
   * Does what the tool is for.
   *
   * @param call who calls, and what they may do
   * @param arguments the arguments, checked
   * @return the answer, which need not be inert yet
   * @throws Refusal if it does not
   */
  Map<String, @Nullable Object> run(AgentCall call, Arguments arguments);
}
