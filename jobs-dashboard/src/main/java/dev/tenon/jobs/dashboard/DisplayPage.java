package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.dashboard.Display.Theme;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** Keeps the theme and time zone that a user has chosen, and redirects back to the page. */
final class DisplayPage implements Page {

  @Override
  public DashboardResponse answer(Call call) {
    if (!call.isPost() || !call.rest().isEmpty()) {
      throw new RefusedException(404, "There is no such page.");
    }
    Parameters form = call.form();
    String choice = form.get("zone").orElse("");
    @Nullable ZoneId zone =
        switch (choice) {
          case "" -> null;
          case "browser" -> Display.zoneOf(form.require("browser", "the browser's time zone"));
          case "other" -> Display.zoneOf(form.require("name", "the name of a time zone"));
          default -> Display.zoneOf(choice);
        };
    Display display =
        new Display(
            form.get("theme").map(Theme::of).orElse(Theme.SYSTEM), zone, choice.equals("browser"));
    return DashboardResponse.redirect(call.base() + back(form.get("back").orElse("/")))
        .withHeader("Set-Cookie", display.cookie(call.base()));
  }

  /** A path of the dashboard: nothing that a browser would take for another host. */
  private static String back(String path) {
    return path.matches("/(?![/\\\\])[\\x21-\\x7e&&[^\\\\]]*") ? path : "/";
  }
}
