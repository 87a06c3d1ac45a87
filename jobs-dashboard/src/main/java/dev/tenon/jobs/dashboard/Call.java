package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.operate.JobTypeState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A request of a user who may read something, on its way to a page. */
final class Call {

  private final DashboardRequest request;
  private final DashboardUser user;
  private final List<String> path;
  private final Site site;
  private final Display display;

  Call(DashboardRequest request, DashboardUser user, List<String> path, Site site) {
    this.request = request;
    this.user = user;
    this.path = path;
    this.site = site;
    this.display = Display.of(request);
  }

  /**
   * The user, with a reason for what is to be done.
   *
   * @throws BadRequestException if the reason is too long
   */
  Actor actor(String reason) {
    try {
      return Actor.of(user.name(), reason);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(String.valueOf(e.getMessage()));
    }
  }

  /** The parts of the path, decoded; the first one has chosen the page. */
  static List<String> split(String rawPath) {
    List<String> parts = new ArrayList<>();
    for (String part : rawPath.split("/", -1)) {
      if (!part.isEmpty()) {
        parts.add(Parameters.decode(part.replace("+", "%2B")));
      }
    }
    return parts;
  }

  DashboardUser user() {
    return user;
  }

  Site site() {
    return site;
  }

  /** The theme and time zone that the user has chosen. */
  Display display() {
    return display;
  }

  /** The format of times and numbers for the user. */
  Format format() {
    return site.format().in(display.zone());
  }

  /** The path of the page with its parameters, without what was said about the last action. */
  String here() {
    String parameters = isPost() ? "" : query().encoded("done", "seal");
    return isPost() ? "/" : request.path() + (parameters.isEmpty() ? "" : "?" + parameters);
  }

  String base() {
    return request.basePath();
  }

  Parameters query() {
    return request.query();
  }

  Parameters form() {
    return request.form();
  }

  /** The segments of the path after the name of the page. */
  List<String> rest() {
    return path.size() < 2 ? List.of() : path.subList(1, path.size());
  }

  boolean isPost() {
    return request.method().equals("POST");
  }

  void requireGet() {
    if (isPost()) {
      throw new RefusedException(405, "This page is read-only.");
    }
  }

  /** Refuses unless the user may do this with jobs of the type. */
  void require(Right right, String type) {
    if (!user.may(right, type)) {
      // Whoever may not see a type does not learn its name from the id of a job
      throw refused(
          right, user.may(Right.READ, type) ? "jobs of type '" + type + "'" : "jobs of this type");
    }
  }

  /** Refuses unless the user may do this with whatever has no type. */
  void require(Right right) {
    if (!user.right().includes(right)) {
      throw refused(right, "this");
    }
  }

  private RefusedException refused(Right right, String what) {
    return new RefusedException(
        403,
        "You may not "
            + switch (right) {
              case NONE, READ -> "look at ";
              case ACT -> "change ";
              case ADMINISTER -> "administer ";
            }
            + what
            + ".");
  }

  /**
   * The names of the types that the user has this right for; empty if these are all, so that no
   * query needs to name them.
   *
   * @throws RefusedException if there is none
   */
  List<String> typesFor(Right right) {
    if (user.mayEverywhere(right)) {
      return List.of();
    }
    TreeSet<String> names = new TreeSet<>();
    for (JobTypeState type : site.jobs().types().list()) {
      Stream.concat(Stream.of(type.type()), type.aliases().stream())
          .filter(name -> user.may(right, name))
          .forEach(names::add);
    }
    if (names.isEmpty()) {
      throw refused(right, "jobs of any type");
    }
    return List.copyOf(names);
  }

  /**
   * The type as this process knows it; empty if it does not, or if the name is an alias here of a
   * type that the user may not see.
   */
  Optional<Catalog.Type> known(String type) {
    return site.catalog()
        .find(type)
        .filter(known -> user.may(Right.READ, known.entry().definition().type()));
  }

  /** The start of the requested page of a list; empty for the first page. */
  Optional<Cursor> cursor() {
    return query().get("cursor").map(Cursor::of);
  }

  static UUID uuid(String text) {
    try {
      UUID id = UUID.fromString(text);
      if (text.length() == 36) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      throw noId(text);
    }
    throw noId(text);
  }

  private static BadRequestException noId(String text) {
    return new BadRequestException("'" + text + "' is not a valid id.");
  }

  /**
   * Changes something by hand.
   *
   * @param change does it, and says what it has done
   * @throws RefusedException if it is not done; the cause is what {@code change} has thrown
   */
  static String change(Supplier<String> change) {
    try {
      return change.get();
    } catch (JobsException | IllegalArgumentException | IllegalStateException e) {
      throw new RefusedException(409, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The result of the last action; empty if there was none, or if somebody else made the address.
   */
  String notice() {
    String text = query().get("done").orElse("");
    return site.seal().isOn(text, query().get("seal").orElse("")) ? text : "";
  }

  /** Goes to a page and shows there what has been done. */
  DashboardResponse done(String path, String notice) {
    String separator = path.contains("?") ? "&" : "?";
    return DashboardResponse.redirect(
        base()
            + path
            + separator
            + "done="
            + Parameters.encode(notice)
            + "&seal="
            + site.seal().of(notice));
  }
}
