package dev.tenon.jobs.processor.lock;

import static java.util.stream.Collectors.joining;

import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.Element;

/**
 * Reports the changes of one kind of stored values, such as the payloads of a job type, that matter
 * to old or new programs.
 *
 * @param type the name of the job type
 * @param what the name of the stored values in messages: {@code jobs}
 * @param readers the programs that read them, in messages: {@code workers}
 * @param versions the versions of the job type
 * @param newMatters whether new programs read earlier stored values unchanged
 * @param oldMatters whether old programs read values that are stored from now on
 * @param owner the record that an upcaster can be in; empty if there is none
 */
record ValueChanges(
    String type,
    String what,
    String readers,
    Versions versions,
    boolean newMatters,
    boolean oldMatters,
    Optional<String> owner) {

  /**
   * The version in the file, and that in the sources.
   *
   * @param payload the payload, if the values are not in the record that declares the version; it
   *     needs an upcaster as well
   */
  record Versions(int before, int current, Optional<String> payload) {

    boolean isRaised() {
      return current > before;
    }

    /** The way out that makes old workers leave the jobs alone, and changes nothing else. */
    String raise() {
      return "write version = %d and an @Upcaster(from = %d)%s that returns its argument"
          .formatted(before + 1, before, payload.map(name -> " in " + name).orElse(""));
    }

    /** The way out with an upcaster in a record. */
    String upcaster(String record, boolean converts) {
      String argument = converts ? "" : " that returns its argument";
      if (isRaised()) {
        return "write an @Upcaster(from = %d) in %s%s".formatted(before, record, argument);
      }
      return payload
          .filter(name -> !name.equals(record))
          .map(
              name ->
                  ("write version = %d, an @Upcaster(from = %d) in %s that returns its argument, "
                          + "and another one in %s")
                      .formatted(before + 1, before, name, record))
          .orElseGet(
              () ->
                  "write version = %d and an @Upcaster(from = %d) in %s%s"
                      .formatted(before + 1, before, record, argument));
    }
  }

  private boolean breaksNew(Comparison.Change change) {
    return change.breaksNew() && newMatters;
  }

  private boolean matters(Comparison.Change change) {
    return breaksNew(change) || (change.breaksOld() && oldMatters);
  }

  /** Reports the changes, grouped by component. */
  void report(List<Comparison.Change> all, Report report) {
    Map<Element, List<Comparison.Change>> byElement = new LinkedHashMap<>();
    for (Comparison.Change change : all) {
      if (matters(change)) {
        byElement
            .computeIfAbsent(change.position().element(), element -> new ArrayList<>())
            .add(change);
      }
    }
    // One upcaster is enough for all changes
    boolean converts = all.stream().anyMatch(this::breaksNew);
    byElement.values().forEach(changes -> reportOne(changes, converts, report));
  }

  private void reportOne(List<Comparison.Change> changes, boolean converts, Report report) {
    boolean breaksNew = changes.stream().anyMatch(this::breaksNew);
    List<String> ways = new ArrayList<>(List.of("Undo it"));
    changes.stream().flatMap(change -> change.remedy().stream()).distinct().forEach(ways::add);
    way(breaksNew, converts).ifPresent(ways::add);
    report.add(
        Diagnostic.BREAKING_CHANGE,
        changes.get(0).position(),
        type,
        changes.stream().map(Comparison.Change::text).collect(joining("; ")),
        breaksNew
            ? "stored %s may not be readable".formatted(what)
            : "%s without this change may not be able to read new %s".formatted(readers, what),
        sentence(ways),
        breaksNew
            ? "no such %s are left".formatted(what)
            : "no old program runs alongside the new one");
  }

  /** The way with another version; empty if it does not help. */
  private Optional<String> way(boolean breaksNew, boolean converts) {
    return !breaksNew && versions.payload().isPresent()
        ? Optional.of(versions.raise())
        : owner.map(record -> versions.upcaster(record, converts));
  }

  /** The ways out as one sentence. */
  static String sentence(List<String> ways) {
    int last = ways.size() - 1;
    return last == 0
        ? ways.get(0)
        : String.join(", ", ways.subList(0, last)) + ", or " + ways.get(last);
  }
}
