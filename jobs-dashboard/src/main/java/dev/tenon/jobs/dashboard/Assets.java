package dev.tenon.jobs.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Scripts and styles: a fixed list, read once. What is not on it is not there. */
final class Assets {

  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";

  private static final Map<String, String> TYPES =
      Map.of(
          "uplot.min.js", SCRIPT,
          "uplot.min.css", STYLE,
          "dashboard.js", SCRIPT,
          "dashboard.css", STYLE,
          "dark.css", STYLE,
          "icon.svg", "image/svg+xml");

  private final Map<String, byte[]> files = new LinkedHashMap<>();

  Assets() {
    for (String name : TYPES.keySet()) {
      try (InputStream in = Assets.class.getResourceAsStream("assets/" + name)) {
        files.put(name, Objects.requireNonNull(in, name).readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read the asset " + name + ".", e);
      }
    }
  }

  Optional<DashboardResponse> find(String name) {
    byte[] file = files.get(name);
    return file == null
        ? Optional.empty()
        : Optional.of(
            DashboardResponse.of(200, Objects.requireNonNull(TYPES.get(name)), file)
                .withHeader("Cache-Control", "private, max-age=3600"));
  }
}
