package dev.tenon.jobs.dashboard;

import java.util.List;
import java.util.Map;

/**
 * The part of a page that surrounds its content, the same on all pages.
 *
 * @param base where the dashboard is
 * @param title the title of the page
 * @param user who looks at it
 * @param right what the user may do, in words
 * @param nav the pages
 * @param notice what the last action has done; empty if nothing
 * @param asOf the time of day that the page was rendered at
 * @param zone the zone of all times on the page
 * @param here the path of the page, with its parameters
 * @param displayForm the theme and time zone that the user has chosen
 * @param canAct whether to show actions
 * @param canAdminister whether to show those of administrators
 */
record Frame(
    String base,
    String title,
    String user,
    String right,
    List<NavItem> nav,
    String notice,
    String asOf,
    String zone,
    String here,
    DisplayForm displayForm,
    boolean canAct,
    boolean canAdminister) {

  /**
   * A page.
   *
   * @param label its name
   * @param href where it is
   * @param current "page" if it is this one, else "false", as {@code aria-current} takes it
   * @param badge how many things need attention there; empty if none does
   * @param badgeLabel what these are
   */
  record NavItem(String label, String href, String current, String badge, String badgeLabel) {

    boolean hasBadge() {
      return !badge.isEmpty();
    }
  }

  /** The navigation has no room for larger numbers. */
  private static final long MAX_BADGE = 999;

  /** This page is in the navigation only if there is something on it. */
  private static final String IN_DOUBT = "in-doubt";

  private static final List<List<String>> PAGES =
      List.of(
          List.of("", "Overview"),
          List.of("jobs", "Jobs"),
          List.of("failures", "Failures"),
          List.of(IN_DOUBT, "In doubt"),
          List.of("types", "Types"),
          List.of("schedules", "Schedules"),
          List.of("workflows", "Workflows"),
          List.of("workers", "Workers"),
          List.of("status", "Health"),
          List.of("audit", "Audit"));

  static Frame of(Call call, String section, String title, boolean canAct, boolean canAdminister) {
    Format format = call.format();
    return new Frame(
        call.base(),
        title,
        call.user().name(),
        switch (call.user().right()) {
          case NONE -> "limited access";
          case READ -> "read-only";
          case ACT -> "operator";
          case ADMINISTER -> "administrator";
        },
        nav(call, section),
        call.notice(),
        format.timeOfDay(format.now()),
        Format.name(format.zone()),
        // An error page repeats nothing of the request
        section.equals("-") ? "/" : call.here(),
        DisplayForm.of(call),
        canAct,
        canAdminister);
  }

  private static List<NavItem> nav(Call call, String section) {
    DashboardUser user = call.user();
    Pulse.Signs signs = call.site().pulse().signs();
    long failed =
        signs.failed().entrySet().stream()
            .filter(type -> user.may(Right.READ, type.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum();
    long unserved = signs.unserved().stream().filter(type -> user.may(Right.READ, type)).count();
    long failing =
        user.right().includes(Right.READ)
            ? call.site().pulse().lastHealth().map(Pulse.Report::failing).orElse(0L)
            : 0;
    long doubts = signs.doubts(user);
    return PAGES.stream()
        .filter(page -> !page.get(0).equals(IN_DOUBT) || doubts > 0 || section.equals(IN_DOUBT))
        .map(
            page -> {
              long badge =
                  switch (page.get(0)) {
                    case "failures" -> failed;
                    case "types" -> unserved;
                    case IN_DOUBT -> doubts;
                    case "status" -> failing;
                    default -> 0;
                  };
              String what =
                  switch (page.get(0)) {
                    case "failures" -> " failed attempts in the last hour";
                    case "types" -> " types without a live worker";
                    case IN_DOUBT -> " steps in doubt";
                    default -> " failing checks";
                  };
              return new NavItem(
                  page.get(1),
                  call.base() + "/" + page.get(0),
                  page.get(0).equals(section) ? "page" : "false",
                  badge == 0 ? "" : badge > MAX_BADGE ? MAX_BADGE + "+" : Long.toString(badge),
                  Format.number(badge) + what);
            })
        .toList();
  }

  boolean hasNotice() {
    return !notice.isEmpty();
  }
}
