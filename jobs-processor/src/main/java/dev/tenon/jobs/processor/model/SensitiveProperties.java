package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.TypeName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds the JSON properties that hold components with {@code @Sensitive}, as the paths of the
 * runtime's {@code SensitivePaths}. A record that contains itself would have infinitely many of
 * them, so the property that leads back to it is sensitive as a whole. If there are very many
 * paths, each property of the root that leads to something sensitive is sensitive as a whole.
 */
final class SensitiveProperties {

  private static final int MAX_PATHS = 100;

  private final Shapes shapes;
  private final Set<TypeName> leading = new HashSet<>();
  private final SortedSet<String> paths = new TreeSet<>();

  private SensitiveProperties(Shapes shapes) {
    this.shapes = shapes;
    boolean found = true;
    while (found) {
      found = false;
      for (RecordShape record : shapes.records().values()) {
        found |= leads(record) && leading.add(record.type());
      }
    }
  }

  /** The sensitive properties of a record or a sealed interface, sorted. */
  static SortedSet<String> of(Shapes shapes) {
    SensitiveProperties found = new SensitiveProperties(shapes);
    found.record(shapes.root(), "", Set.of());
    if (found.paths.size() > MAX_PATHS) {
      found.paths.clear();
      found.record(shapes.root(), "", shapes.records().keySet());
    }
    return found.paths;
  }

  /** The sensitive properties of a value that is not a record. */
  static SortedSet<String> of(ValueShape value, Shapes shapes) {
    SensitiveProperties found = new SensitiveProperties(shapes);
    found.value(value, "", Set.of());
    if (found.paths.size() > MAX_PATHS) {
      found.paths.clear();
      found.paths.add("");
    }
    return found.paths;
  }

  private boolean leads(RecordShape record) {
    return record.components().stream()
            .anyMatch(component -> component.sensitive() || leads(component.value()))
        || record.alternatives().stream().anyMatch(leading::contains);
  }

  private boolean leads(ValueShape value) {
    return value.content() instanceof Content.Components components
        ? leading.contains(components.record())
        : value.content().values().stream().anyMatch(this::leads);
  }

  /**
   * Adds the paths in a record.
   *
   * @param around the records around it
   */
  private void record(TypeName type, String path, Set<TypeName> around) {
    RecordShape record = shapes.get(type);
    Set<TypeName> inside = new HashSet<>(around);
    inside.add(type);
    record.alternatives().forEach(alternative -> record(alternative, path, inside));
    for (RecordShape.Component component : record.components()) {
      for (String name : component.jsonNames()) {
        String property = path + "/" + name.replace("~", "~0").replace("/", "~1");
        if (component.sensitive()) {
          paths.add(property);
        } else {
          value(component.value(), property, inside);
        }
      }
    }
  }

  private void value(ValueShape value, String path, Set<TypeName> around) {
    if (!leads(value) || paths.size() > MAX_PATHS) {
      return;
    }
    if (value.content() instanceof Content.Components components) {
      if (around.contains(components.record())) {
        paths.add(path);
      } else {
        record(components.record(), path, around);
      }
    } else if (value.content() instanceof Content.Mappings mappings) {
      value(mappings.value(), path + "/*", around);
    } else {
      List<ValueShape> inside = value.content().values();
      inside.forEach(each -> value(each, path, around));
    }
  }
}
