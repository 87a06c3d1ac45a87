package dev.tenon.jobs.dashboard;

import java.time.ZoneId;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The theme and the time zone that a user has chosen. A cookie keeps them, so that the server sends
 * each page in its final form.
 *
 * @param theme the theme
 * @param zone the zone; null for that of the dashboard
 * @param isOfBrowser whether the zone is the one that the browser had when it was chosen
 */
record Display(Theme theme, @Nullable ZoneId zone, boolean isOfBrowser) {

  private static final String COOKIE = "tenon-display";
  private static final String SECONDS_OF_A_YEAR = "31536000";
  private static final int MAX_ZONE_LENGTH = 100;

  /** Light or dark. */
  enum Theme {
    /** As the system of the user is set. */
    SYSTEM("light dark"),
    LIGHT("light"),
    DARK("dark");

    private final String schemes;

    Theme(String schemes) {
      this.schemes = schemes;
    }

    /** The value of {@code color-scheme}. */
    String schemes() {
      return schemes;
    }

    static Theme of(String name) {
      return Arrays.stream(values())
          .filter(theme -> JobsPages.lower(theme).equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new BadRequestException(
                      "The theme is '" + name + "'; it must be system, light or dark."));
    }
  }

  /** Reads the choice of the user; the defaults if there is none, or if it cannot be read. */
  static Display of(DashboardRequest request) {
    try {
      Parameters kept = Parameters.parse(request.cookie(COOKIE).orElse(""));
      return new Display(
          kept.get("theme").map(Theme::of).orElse(Theme.SYSTEM),
          kept.get("zone").map(Display::zoneOf).orElse(null),
          kept.has("browser"));
    } catch (BadRequestException e) {
      // Of another version, or of a JDK with other zones
      return new Display(Theme.SYSTEM, null, false);
    }
  }

  /**
   * The zone with a name of the IANA's, in upper or lower case.
   *
   * @throws BadRequestException if there is none
   */
  static ZoneId zoneOf(String name) {
    Optional<String> known =
        name.length() > MAX_ZONE_LENGTH || name.startsWith("SystemV/")
            ? Optional.empty()
            : ZoneId.getAvailableZoneIds().stream().filter(name::equalsIgnoreCase).findFirst();
    return known
        .map(ZoneId::of)
        .orElseThrow(
            () ->
                new BadRequestException(
                    "There is no time zone '"
                        + name
                        + "'; write its IANA name, such as Europe/Berlin or UTC."));
  }

  /** The header that makes the browser keep it. */
  String cookie(String base) {
    String value =
        "theme="
            + JobsPages.lower(theme)
            + (zone == null ? "" : "&zone=" + Parameters.encode(zone.getId()))
            + (isOfBrowser ? "&browser=yes" : "");
    return COOKIE
        + "="
        + value
        + "; Path="
        + (base.isEmpty() ? "/" : base)
        + "; Max-Age="
        + SECONDS_OF_A_YEAR
        + "; SameSite=Lax; HttpOnly";
  }
}
