package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.dashboard.DashboardUser;
import dev.tenon.jobs.dashboard.Right;
import dev.tenon.jobs.operate.JobTypeState;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A call of a tool: who calls, and what they may do. Immutable. */
final class AgentCall {

  /** The client says itself what it is called. */
  private static final Pattern UNUSUAL = Pattern.compile("[^A-Za-z0-9 ._/-]+");

  private static final int MAX_CLIENT = 60;
  private static final int MAX_NAMES = 20;

  /** Less than an actor may have, because a note follows what is cut. */
  private static final int MAX_REASON = 900;

  private final AgentSite site;
  private final DashboardUser user;
  private final String client;

  /**
   * A call.
   *
   * @param user the user that the access policy has found
   * @param client what the client has called itself; null if it has not
   */
  AgentCall(AgentSite site, DashboardUser user, @Nullable String client) {
    this.site = site;
    this.user = user;
    this.client = named(client);
  }

  private static String named(@Nullable String client) {
    String plain = client == null ? "" : UNUSUAL.matcher(client).replaceAll("_").strip();
    String name = plain.isEmpty() ? "unknown" : plain;
    return name.length() <= MAX_CLIENT ? name : name.substring(0, MAX_CLIENT);
  }

  AgentSite site() {
    return site;
  }

  DashboardUser user() {
    return user;
  }

  Instant now() {
    return site.clock().instant();
  }

  /** The name for the audit: the agent's, and what its client is called. */
  String name() {
    return user.name() + " via " + client;
  }

  /** The actor with a reason. */
  Actor actor(String reason) {
    try {
      return Actor.of(name(), InertText.of(reason, MAX_REASON));
    } catch (IllegalArgumentException e) {
      throw new Refusal("'reason' cannot be stored: " + e.getMessage());
    }
  }

  /** Returns whether the user has a right for jobs of the type. */
  boolean may(Right right, String type) {
    return user.right(type).includes(right);
  }

  /** Refuses unless the user has a right for jobs of the type. */
  void require(Right right, String type) {
    if (!may(right, type)) {
      throw notAllowed("jobs of the type '" + type + "'");
    }
  }

  private static Refusal notAllowed(String what) {
    return new Refusal(
        "This server may not change %s. A person can allow it with --allow when starting it, or make the change with the tenon command or in the dashboard."
            .formatted(what));
  }

  /**
   * The job with this id.
   *
   * @throws Refusal if there is none, or if the user may not see its type: the messages are the
   *     same, so nobody learns which
   */
  Job job(UUID id) {
    return site.jobs()
        .find(id)
        .filter(job -> may(Right.READ, job.type()))
        .orElseThrow(
            () ->
                new Refusal(
                    "There is no job '%s' that you may see. It may have been deleted; find_jobs has the ids of jobs."
                        .formatted(id)));
  }

  /** The types that the user may see. */
  List<JobTypeState> types() {
    return site.jobs().types().list().stream()
        .filter(type -> may(Right.READ, type.type()))
        .toList();
  }

  /**
   * The type of this name or alias.
   *
   * @throws Refusal if there is none, or if the user may not see it
   */
  JobTypeState type(String name) {
    List<JobTypeState> types = types();
    return types.stream()
        .filter(type -> type.isNamed(name) && may(Right.READ, name))
        .findFirst()
        .orElseThrow(
            () ->
                new Refusal(
                    "'type' is '%s'; there is no such job type that you may see. %s"
                        .formatted(
                            InertText.of(name, 100),
                            types.isEmpty()
                                ? "There are none."
                                : "There are "
                                    + String.join(
                                        ", ",
                                        types.stream()
                                            .limit(MAX_NAMES)
                                            .map(JobTypeState::type)
                                            .toList())
                                    + (types.size() > MAX_NAMES
                                        ? " and more; see overview."
                                        : "."))));
  }

  /**
   * The names of the types, and their aliases, that the user has this right for; empty if these are
   * all, so that no query needs to name them.
   *
   * @throws Refusal if there is none
   */
  List<String> typesFor(Right right) {
    if (user.mayEverywhere(right)) {
      return List.of();
    }
    TreeSet<String> names = new TreeSet<>();
    for (JobTypeState type : site.jobs().types().list()) {
      Stream.concat(Stream.of(type.type()), type.aliases().stream())
          .filter(name -> may(right, name))
          .forEach(names::add);
    }
    if (names.isEmpty()) {
      throw notAllowed("or show jobs of any type");
    }
    return List.copyOf(names);
  }
}
