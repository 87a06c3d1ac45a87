package dev.tenon.examples.plm.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds a Python that has what the worker imports. */
public final class Python {

  private static final String IMPORTS = "import gmsh, trimesh, psycopg, pika, jsonschema";

  private Python() {}

  /**
   * The first of {@code TENON_PYTHON}, {@code python3} and {@code /usr/bin/python3} that has the
   * packages.
   *
   * @throws IllegalStateException if none of them has; it says what to install
   */
  public static String find(Map<String, String> environment)
      throws IOException, InterruptedException {
    List<String> candidates =
        Stream.of(environment.getOrDefault("TENON_PYTHON", ""), "python3", "/usr/bin/python3")
            .filter(candidate -> !candidate.isEmpty())
            .toList();
    for (String candidate : candidates) {
      if (hasPackages(candidate)) {
        return candidate;
      }
    }
    throw new IllegalStateException(
        "No Python of "
            + candidates
            + " has what the CAD worker needs. Debian, Ubuntu: sudo apt-get install python3-gmsh"
            + " python3-trimesh python3-psycopg python3-pika python3-jsonschema. Or set TENON_PYTHON.");
  }

  private static boolean hasPackages(String python) throws InterruptedException {
    try {
      return new ProcessBuilder(python, "-c", IMPORTS)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      // There is no such program: the next one may be there
      return false;
    }
  }

  /** The folders that it imports the worker and the client from, in a checkout of Tenon. */
  static String path(Path root) {
    return root.resolve("examples/plm/worker-python")
        + System.getProperty("path.separator")
        + root.resolve("clients/python/src");
  }
}
