package dev.tenon.jobs.dashboard;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses requests that another site has made a browser send. Browsers say where a request comes
 * from, and scripts cannot change that.
 *
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata Request Headers</a>
 */
final class Csrf {

  private final Set<String> origins;

  /**
   * @param origins where the dashboard is for browsers, such as {@code https://ops.example.com}, if
   *     a proxy hides that; else empty
   */
  Csrf(Set<String> origins) {
    this.origins = Set.copyOf(origins);
  }

  /** Refuses a request that changes something, unless it comes from a page of the dashboard. */
  void check(DashboardRequest request) {
    Optional<String> site = request.header("Sec-Fetch-Site");
    if (site.isPresent() && !site.get().equals("same-origin")) {
      throw refused("it was sent by another site");
    }
    Optional<String> origin = request.header("Origin");
    if (origin.isPresent() && !isOwn(origin.get(), request)) {
      throw refused("its origin is not that of the dashboard");
    }
    if (site.isEmpty() && origin.isEmpty()) {
      throw refused(
          "it has neither the Sec-Fetch-Site nor the Origin header; every current browser sends at"
              + " least one");
    }
  }

  private boolean isOwn(String origin, DashboardRequest request) {
    if (!origins.isEmpty()) {
      return origins.contains(origin);
    }
    try {
      URI uri = new URI(origin);
      String authority = uri.getAuthority();
      return authority != null
          && request
              .header("Host")
              .filter(
                  host -> host.toLowerCase(Locale.ROOT).equals(authority.toLowerCase(Locale.ROOT)))
              .isPresent();
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static RefusedException refused(String why) {
    return new RefusedException(403, "This request was refused: " + why + ".");
  }
}
