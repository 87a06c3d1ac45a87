package dev.tenon.jobs.processor.lock;

import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleContents.SignalMember;
import dev.tenon.jobs.processor.model.SignalDeclaration;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.WritableSignal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reports each change of a signal that would prevent the jobs that wait for it from continuing. */
final class SignalChanges {

  private final Report report;
  private final ModuleContents contents;
  private final Map<String, LockedSignal> locked;
  private final Map<String, LockedSignal> found;

  SignalChanges(
      Report report,
      ModuleContents contents,
      Map<String, LockedSignal> locked,
      Map<String, LockedSignal> found) {
    this.report = report;
    this.contents = contents;
    this.locked = locked;
    this.found = found;
  }

  /**
   * Reports all changes.
   *
   * @param signals the signals of the module
   * @param at the position of the module
   */
  void report(List<WritableSignal> signals, SourcePosition at) {
    for (WritableSignal signal : signals) {
      LockedSignal before = locked.get(signal.signal().signalName());
      LockedSignal current = found.get(signal.signal().signalName());
      if (before != null && current != null) {
        compare(signal, before, current);
      }
    }
    removed(at);
  }

  private void compare(WritableSignal writable, LockedSignal before, LockedSignal current) {
    SignalDeclaration signal = writable.signal();
    if (current.version() < before.version()) {
      report.add(
          Diagnostic.BREAKING_CHANGE,
          signal.version().position(),
          signal.signalName(),
          "version changed from %d to %d".formatted(before.version(), current.version()),
          "stored signals may not be readable",
          "Write version = " + before.version(),
          "no such signals are left");
      return;
    }
    boolean isRaised = current.version() > before.version();
    boolean hasUpcaster =
        writable.value().upcasters().stream()
            .anyMatch(upcaster -> upcaster.from().value() == before.version());
    new ValueChanges(
            signal.signalName(),
            "signals",
            "workers",
            new ValueChanges.Versions(before.version(), current.version(), Optional.empty()),
            !isRaised || !hasUpcaster,
            // Old workers release jobs that get a newer version
            !isRaised,
            Optional.of(LockedValue.simple(current.payload().type())))
        .report(Comparison.signal(before, current, signal.position()), report);
  }

  /** Reports signals that this module had, and that neither it nor an included one has. */
  private void removed(SourcePosition at) {
    Set<String> names =
        contents.signalMembers().stream()
            .map(SignalMember::signal)
            .map(SignalDeclaration::signalName)
            .collect(Collectors.toSet());
    String module = contents.module().module().canonicalName();
    locked.forEach(
        (name, before) -> {
          if (before.module().equals(module) && !names.contains(name)) {
            removed(name, renamed(before), at);
          }
        });
  }

  private void removed(String name, Optional<SignalDeclaration> renamed, SourcePosition at) {
    report.add(
        Diagnostic.BREAKING_CHANGE,
        renamed.map(signal -> signal.name().position()).orElse(at),
        name,
        renamed
            .map(signal -> "the signal was renamed to '" + signal.signalName() + "'")
            .orElse("the signal was removed"),
        "jobs that wait for it may not continue",
        renamed
            .map(
                signal ->
                    ("Undo it, or also keep a record with @Signal(\"%s\") and let the handlers await "
                            + "both")
                        .formatted(name))
            .orElse("Undo it, and first deploy handlers that do not await it"),
        "nobody sends it and no job waits for it");
  }

  /** The new signal that has the record of an earlier one. */
  private Optional<SignalDeclaration> renamed(LockedSignal before) {
    return contents.signals().stream()
        .filter(signal -> !locked.containsKey(signal.signalName()))
        .filter(signal -> signal.record().toString().equals(before.payload().type()))
        .findFirst();
  }
}
