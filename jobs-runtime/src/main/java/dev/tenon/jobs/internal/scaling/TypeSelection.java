package dev.tenon.jobs.internal.scaling;

import dev.tenon.jobs.operate.JobTypeState;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/** The types that a query selects, by their names today. Immutable. */
final class TypeSelection {

  private static final String GROUP = "*";

  private final List<Selector> selectors;
  private final Map<String, JobTypeState> byName;

  /** A part of a query: a name or the beginning of one, and the newest version. */
  private record Selector(String name, boolean isGroup, OptionalInt version) {

    static Selector of(String text) {
      int colon = text.indexOf(':');
      String name = colon < 0 ? text : text.substring(0, colon);
      OptionalInt version =
          colon < 0
              ? OptionalInt.empty()
              : OptionalInt.of(Integer.parseInt(text.substring(colon + 1)));
      return name.endsWith(GROUP)
          ? new Selector(name.substring(0, name.length() - 1), true, version)
          : new Selector(name, false, version);
    }

    boolean selects(String type) {
      return isGroup ? type.startsWith(name) : type.equals(name);
    }
  }

  /**
   * Creates a selection.
   *
   * @param selectors those of a query; empty for all types
   * @param types the known types
   */
  TypeSelection(List<String> selectors, List<JobTypeState> types) {
    this.selectors = selectors.stream().map(Selector::of).toList();
    Map<String, JobTypeState> names = new HashMap<>();
    for (JobTypeState type : types) {
      type.aliases().forEach(alias -> names.putIfAbsent(alias, type));
    }
    // A renamed type still has a row, and is among the aliases of the new one
    types.forEach(type -> names.putIfAbsent(type.type(), type));
    this.byName = Map.copyOf(names);
  }

  /** Returns the type of a name that jobs were submitted with; empty if it is not selected. */
  Optional<String> typeOf(String name) {
    String type = today(name);
    return isSelected(type) ? Optional.of(type) : Optional.empty();
  }

  private String today(String name) {
    JobTypeState known = byName.get(name);
    return known == null ? name : known.type();
  }

  private boolean isSelected(String type) {
    return selectors.isEmpty()
        || names(type).stream()
            .anyMatch(name -> selectors.stream().anyMatch(each -> each.selects(name)));
  }

  /** Returns the newest version that the query allows; empty if it names none. */
  OptionalInt version(String type) {
    return selectors.stream()
        .filter(each -> names(type).stream().anyMatch(each::selects))
        .flatMapToInt(each -> each.version().stream())
        .max();
  }

  private Collection<String> names(String type) {
    TreeSet<String> names = new TreeSet<>(List.of(type));
    state(type).ifPresent(state -> names.addAll(state.aliases()));
    return names;
  }

  /** Returns the settings of a type; empty if no process has declared it. */
  Optional<JobTypeState> state(String type) {
    return Optional.ofNullable(byName.get(type));
  }
}
