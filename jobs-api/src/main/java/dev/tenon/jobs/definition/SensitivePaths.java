package dev.tenon.jobs.definition;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The paths of the values in a JSON document that are {@link dev.tenon.jobs.annotation.Sensitive}.
 * A path has a step for each property that leads to such a value, as in {@code /customer/iban}; a
 * step {@code *} stands for every property of an object, and the entries of an array have no step.
 * In a step {@code ~1} stands for a slash and {@code ~0} for a tilde, as in JSON Pointer. The path
 * of the whole document is empty. Immutable and thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6901">RFC 6901: JSON Pointer</a>
 */
public final class SensitivePaths {

  /** The string that people see instead of a value. */
  public static final String MASK = "••••";

  /** No value is sensitive. */
  public static final SensitivePaths NONE = new SensitivePaths(false, Map.of());

  /** Every value is sensitive. */
  public static final SensitivePaths ALL = new SensitivePaths(true, Map.of());

  private static final String ANY = "*";

  private final boolean whole;
  private final Map<String, SensitivePaths> properties;

  private SensitivePaths(boolean whole, Map<String, SensitivePaths> properties) {
    this.whole = whole;
    this.properties = properties;
  }

  /**
   * The values at these paths, with everything in them.
   *
   * @throws IllegalArgumentException if a path that is not empty does not begin with a slash
   */
  public static SensitivePaths of(Collection<String> paths) {
    SensitivePaths all = NONE;
    for (String path : paths) {
      if (!path.isEmpty() && !path.startsWith("/")) {
        throw new IllegalArgumentException(
            "The path '" + path + "' does not begin with a slash, such as /customer/iban.");
      }
      all = all.and(of(path.isEmpty() ? List.of() : List.of(path.substring(1).split("/", -1))));
    }
    return all;
  }

  private static SensitivePaths of(List<String> steps) {
    return steps.isEmpty()
        ? ALL
        : new SensitivePaths(
            false, Map.of(unescaped(steps.get(0)), of(steps.subList(1, steps.size()))));
  }

  /** The values that are sensitive by these paths or by others. */
  public SensitivePaths and(SensitivePaths others) {
    if (whole || others.isNone()) {
      return this;
    }
    if (others.whole || isNone()) {
      return others;
    }
    Map<String, SensitivePaths> all = new TreeMap<>(properties);
    others.properties.forEach((name, inside) -> all.merge(name, inside, SensitivePaths::and));
    return new SensitivePaths(false, all);
  }

  /** Returns true if no value is sensitive. */
  public boolean isNone() {
    return !whole && properties.isEmpty();
  }

  /** Returns true if the value itself is sensitive, with everything in it. */
  public boolean isWhole() {
    return whole;
  }

  /** The paths within the value of a property. */
  public SensitivePaths in(String property) {
    return whole
        ? this
        : properties.getOrDefault(property, NONE).and(properties.getOrDefault(ANY, NONE));
  }

  /** The paths, sorted. */
  public Set<String> paths() {
    Set<String> paths = new TreeSet<>();
    addTo(paths, "");
    return paths;
  }

  private void addTo(Set<String> paths, String path) {
    if (whole) {
      paths.add(path);
    }
    properties.forEach((name, inside) -> inside.addTo(paths, path + "/" + escaped(name)));
  }

  private static String escaped(String step) {
    return step.replace("~", "~0").replace("/", "~1");
  }

  private static String unescaped(String step) {
    return step.replace("~1", "/").replace("~0", "~");
  }

  /** The paths. */
  @Override
  public String toString() {
    return paths().toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SensitivePaths paths
        && whole == paths.whole
        && properties.equals(paths.properties);
  }

  @Override
  public int hashCode() {
    return Boolean.hashCode(whole) + 31 * properties.hashCode();
  }
}
