package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.dashboard.Display.Theme;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The form where a user chooses theme and time zone, and the current choice.
 *
 * @param schemes the value of {@code color-scheme}
 * @param isDark whether the page is dark
 * @param isSystem whether it is as dark as the user's system
 * @param themes the themes
 * @param zones the zones: two or three, and what leads to others
 * @param other the name of another zone; empty if none is chosen
 * @param ofBrowser the zone that the browser had when it was chosen; empty if another is chosen
 */
record DisplayForm(
    String schemes,
    boolean isDark,
    boolean isSystem,
    List<Option> themes,
    List<Option> zones,
    String other,
    String ofBrowser) {

  static DisplayForm of(Call call) {
    Display display = call.display();
    @Nullable ZoneId zone = display.zone();
    String chosen =
        zone == null
            ? ""
            : display.isOfBrowser() ? "browser" : zone.getId().equals("UTC") ? "UTC" : "other";
    String standard = Format.name(call.site().format().zone());
    List<Option> zones = new ArrayList<>();
    zones.add(
        new Option(
            "",
            standard.equals("UTC") ? "UTC" : "dashboard default: " + standard,
            chosen.isEmpty() || chosen.equals(standard)));
    if (!standard.equals("UTC")) {
      zones.add(new Option("UTC", "UTC", chosen.equals("UTC")));
    }
    zones.add(new Option("browser", "this browser's", chosen.equals("browser")));
    zones.add(new Option("other", "another", chosen.equals("other")));
    return new DisplayForm(
        display.theme().schemes(),
        display.theme() == Theme.DARK,
        display.theme() == Theme.SYSTEM,
        Option.of(
            Arrays.stream(Theme.values()).map(JobsPages::lower).toList(),
            JobsPages.lower(display.theme())),
        zones,
        zone != null && chosen.equals("other") ? zone.getId() : "",
        zone != null && chosen.equals("browser") ? zone.getId() : "");
  }
}
