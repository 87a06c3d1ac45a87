package dev.tenon.jobs.processor.lock;

import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.lock.LockedHandler.Named;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleContents.Member;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.WritableSteps;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reports each change of a handler that would make a job in progress do again what it has done, or
 * could not continue.
 */
final class HandlerChanges {

  private final Report report;
  private final ModuleContents contents;
  private final Map<String, LockedHandler> locked;
  private final Map<String, LockedHandler> found;

  HandlerChanges(
      Report report,
      ModuleContents contents,
      Map<String, LockedHandler> locked,
      Map<String, LockedHandler> found) {
    this.report = report;
    this.contents = contents;
    this.locked = locked;
    this.found = found;
  }

  /** The type of a handler's jobs; empty if there is none, which is reported elsewhere. */
  static Optional<JobDeclaration> job(WritableSteps steps, ModuleContents contents) {
    return contents.members().stream()
        .map(Member::job)
        .filter(job -> job.typeName().equals(steps.handler().typeName()))
        .findFirst();
  }

  /**
   * Reports all changes.
   *
   * @param handlers the handlers with steps, waits or a cursor
   * @param at the position of the module
   */
  void report(List<WritableSteps> handlers, SourcePosition at) {
    for (WritableSteps handler : handlers) {
      Optional<JobDeclaration> job = job(handler, contents);
      LockedHandler current = found.get(handler.handler().typeName());
      if (job.isPresent() && current != null) {
        compare(handler, job.get(), job.get().typeName(), current);
        job.get().aliasNames().forEach(alias -> compare(handler, job.get(), alias, current));
      }
    }
    removed(at);
  }

  private void compare(
      WritableSteps handler, JobDeclaration job, String lockedName, LockedHandler current) {
    LockedHandler before = locked.get(lockedName);
    if (before == null) {
      return;
    }
    if (current.version() < before.version()) {
      boolean isReported = contents.types().stream().anyMatch(job::equals);
      if (!isReported) {
        report.add(
            Diagnostic.BREAKING_CHANGE,
            SourcePosition.of(handler.handler().element()),
            job.typeName(),
            "version changed from %d to %d".formatted(before.version(), current.version()),
            "jobs in progress may not continue",
            "Use a version of the module with version = " + before.version(),
            "no such jobs are in progress");
      }
      return;
    }
    new StepChanges(report, handler, job, before, current, lockedName).report();
  }

  /** Reports handlers that this module had, and that no longer keep anything, or are gone. */
  private void removed(SourcePosition at) {
    Set<String> names = new HashSet<>();
    for (Member member : contents.members()) {
      boolean isDurable =
          contents.handlers().stream()
              .filter(handler -> handler.typeName().equals(member.job().typeName()))
              .anyMatch(handler -> handler.hasSteps());
      if (isDurable) {
        names.add(member.job().typeName());
        names.addAll(member.job().aliasNames());
      }
    }
    String module = contents.module().module().canonicalName();
    locked.forEach(
        (name, before) -> {
          if (before.module().equals(module) && !names.contains(name)) {
            report.add(
                Diagnostic.BREAKING_CHANGE,
                position(name).orElse(at),
                name,
                "the handler no longer has the " + list(before),
                "jobs in progress may do again what they have done",
                "Undo it, or move the entry of the handler to the lock file of the module that has "
                    + "the handler now",
                "no such jobs are in progress");
          }
        });
  }

  private Optional<SourcePosition> position(String type) {
    return contents.handlers().stream()
        .filter(handler -> handler.typeName().equals(type))
        .map(handler -> SourcePosition.of(handler.element()))
        .findFirst();
  }

  /** One of the things that a handler keeps, for messages. */
  private static String list(LockedHandler handler) {
    for (Map<String, ? extends Named> named :
        List.of(handler.steps(), handler.waits(), handler.sleeps())) {
      for (Map.Entry<String, ? extends Named> each : named.entrySet()) {
        return "%s '%s'".formatted(each.getValue().kind(), each.getKey());
      }
    }
    return "cursor";
  }
}
