package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

/** Finds things in pages. */
final class Html {

  private Html() {}

  /** The page at a path, which is there. */
  static String page(JobDashboard dashboard, String path) {
    DashboardResponse response = dashboard.handle(World.get(path));
    assertThat(response.status()).describedAs(response.text()).isEqualTo(200);
    return response.text();
  }

  /** Where a response leads to. */
  static String location(DashboardResponse response) {
    assertThat(response.status()).describedAs(response.text()).isEqualTo(303);
    return String.valueOf(response.headers().get("Location"));
  }

  /** Where the link to the next page leads. */
  static String next(String page) {
    assertThat(page).contains("rel=\"next\"");
    return page.replaceAll("(?s).*rel=\"next\" href=\"([^\"]*)\".*", "$1")
        .replace("&amp;", "&")
        .replace("&#x3D;", "=")
        .replace("&#61;", "=");
  }

  /** The field of this name, and what stands beside it. */
  static String field(String page, String name) {
    String named = " name=\"" + name + "\"";
    assertThat(page).contains(named);
    String before = page.substring(0, page.indexOf(named));
    String after = page.substring(before.length());
    return before.substring(before.lastIndexOf("<div"))
        + after.substring(0, after.indexOf("</div>"));
  }

  /** What is wrong with the field of this name. */
  static String errorOf(String page, String name) {
    String field = field(page, name);
    assertThat(field).contains("aria-invalid=\"true\"", "class=\"err\"");
    String id = field.replaceAll("(?s).*<p class=\"err\" id=\"([^\"]*)\">.*", "$1");
    assertThat(field).containsPattern("aria-describedby=\"" + id + "[ \"]");
    return field.replaceAll("(?s).*<p class=\"err\"[^>]*>([^<]*)</p>.*", "$1");
  }
}
