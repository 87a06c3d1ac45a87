package dev.tenon.jobs.dashboard;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A request to the dashboard, without anything of the server that has received it. Immutable.
 *
 * <p>An adapter makes it with {@link #of}, and adds the rest with the other methods; each returns a
 * changed copy.
 */
public final class DashboardRequest {

  /** The largest body that the dashboard reads, in bytes: a form, or a payload of a new job. */
  public static final int MAX_BODY_BYTES = 2 * 1024 * 1024;

  private final String basePath;
  private final String method;
  private final String path;
  private final String query;
  private final Map<String, List<String>> headers;
  private final String body;
  private final @Nullable String principal;
  private final Predicate<String> roles;

  private DashboardRequest(
      String basePath,
      String method,
      String path,
      String query,
      Map<String, List<String>> headers,
      String body,
      @Nullable String principal,
      Predicate<String> roles) {
    this.basePath = basePath;
    this.method = method;
    this.path = path;
    this.query = query;
    this.headers = headers;
    this.body = body;
    this.principal = principal;
    this.roles = roles;
  }

  /**
   * A request.
   *
   * @param method the method, such as {@code GET}
   * @param rawPath the path below the place where the dashboard is, as it was sent: with a slash in
   *     front, and not decoded
   * @param rawQuery what follows the question mark, not decoded; null if there is none
   */
  public static DashboardRequest of(String method, String rawPath, @Nullable String rawQuery) {
    return new DashboardRequest(
        "",
        Objects.requireNonNull(method, "method"),
        rawPath.isEmpty() ? "/" : rawPath,
        rawQuery == null ? "" : rawQuery,
        Map.of(),
        "",
        null,
        role -> false);
  }

  /** A copy with these headers; their names are taken in upper or lower case. */
  public DashboardRequest withHeaders(Map<String, List<String>> headers) {
    Map<String, List<String>> copy = new TreeMap<>();
    headers.forEach(
        (name, values) -> {
          if (name != null) {
            copy.put(name.toLowerCase(Locale.ROOT), List.copyOf(values));
          }
        });
    return new DashboardRequest(
        basePath, method, path, query, Map.copyOf(copy), body, principal, roles);
  }

  /** A copy with this header, in place of any others with its name. */
  public DashboardRequest withHeader(String name, String value) {
    Map<String, List<String>> more = new TreeMap<>(headers);
    more.put(name.toLowerCase(Locale.ROOT), List.of(value));
    return withHeaders(more);
  }

  /**
   * A copy with this body, a form as browsers send it ({@code application/x-www-form-urlencoded}).
   */
  public DashboardRequest withBody(String body) {
    return new DashboardRequest(
        basePath,
        method,
        path,
        query,
        headers,
        Objects.requireNonNull(body, "body"),
        principal,
        roles);
  }

  /** A copy with who the container says it comes from; null if it does not say. */
  public DashboardRequest withPrincipal(@Nullable String principal) {
    return new DashboardRequest(basePath, method, path, query, headers, body, principal, roles);
  }

  /** A copy with what the container says about the roles of whom it comes from. */
  public DashboardRequest withRoles(Predicate<String> roles) {
    return new DashboardRequest(
        basePath,
        method,
        path,
        query,
        headers,
        body,
        principal,
        Objects.requireNonNull(roles, "roles"));
  }

  /**
   * A copy for a dashboard that is not at the root of its server.
   *
   * @param basePath where it is, such as {@code /admin/jobs}; no slash at the end
   */
  public DashboardRequest withBasePath(String basePath) {
    return new DashboardRequest(basePath, method, path, query, headers, body, principal, roles);
  }

  /** The path of the dashboard on its server; empty if it is at the root. */
  public String basePath() {
    return basePath;
  }

  /** The method, such as {@code GET}. */
  public String method() {
    return method;
  }

  /** The path below the place where the dashboard is, not decoded. */
  public String path() {
    return path;
  }

  /** The first header of this name; empty if there is none. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)))
        .filter(values -> !values.isEmpty())
        .map(values -> values.get(0));
  }

  /** The value of a cookie; empty if it is not there. */
  Optional<String> cookie(String name) {
    return headers.getOrDefault("cookie", List.of()).stream()
        .flatMap(header -> Arrays.stream(header.split(";", -1)))
        .map(String::strip)
        .filter(pair -> pair.startsWith(name + "="))
        .map(pair -> pair.substring(name.length() + 1))
        .findFirst();
  }

  /**
   * The name of the user, as authenticated by the container; empty if it has authenticated none.
   */
  public Optional<String> principal() {
    return Optional.ofNullable(principal);
  }

  /** Returns whether the user has a role, as the container says. */
  public boolean isInRole(String role) {
    return roles.test(role);
  }

  /**
   * Reads the query, which later calls of {@link #query()} rely on.
   *
   * @throws BadRequestException if it cannot be read
   */
  void checkQuery() {
    var unused = query();
  }

  /** The parameters of the query. */
  Parameters query() {
    return Parameters.parse(query);
  }

  /** The parameters of the form in the body. */
  Parameters form() {
    return Parameters.parse(body);
  }

  /** Method and path; no parameter, which may hold what does not belong in a log. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
