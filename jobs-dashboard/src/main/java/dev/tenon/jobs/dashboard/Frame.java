package dev.tenon.jobs.dashboard;

import java.util.List;

/**
 * What all pages have around their content.
 *
 * @param base where the dashboard is
 * @param title the title of the page
 * @param user who looks at it
 * @param right what the user may do, in words
 * @param nav the pages
 * @param notice what the last action has done; empty if nothing
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
    boolean canAct,
    boolean canAdminister) {

  /**
   * A page.
   *
   * @param label its name
   * @param href where it is
   * @param current "page" if it is this one, else "false", as {@code aria-current} takes it
   */
  record NavItem(String label, String href, String current) {}

  private static final List<List<String>> PAGES =
      List.of(
          List.of("", "Overview"),
          List.of("jobs", "Jobs"),
          List.of("failures", "Failures"),
          List.of("types", "Types"),
          List.of("schedules", "Schedules"),
          List.of("workflows", "Workflows"),
          List.of("workers", "Workers"),
          List.of("status", "Health"),
          List.of("audit", "Audit"));

  static Frame of(Call call, String section, String title, boolean canAct, boolean canAdminister) {
    return new Frame(
        call.base(),
        title,
        call.user().name(),
        switch (call.user().right()) {
          case NONE -> "may see some types";
          case READ -> "may read";
          case ACT -> "may act";
          case ADMINISTER -> "may administer";
        },
        PAGES.stream()
            .map(
                page ->
                    new NavItem(
                        page.get(1),
                        call.base() + "/" + page.get(0),
                        page.get(0).equals(section) ? "page" : "false"))
            .toList(),
        call.query().get("done").orElse(""),
        canAct,
        canAdminister);
  }

  boolean hasNotice() {
    return !notice.isEmpty();
  }
}
