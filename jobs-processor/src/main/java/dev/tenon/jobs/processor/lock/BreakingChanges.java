package dev.tenon.jobs.processor.lock;

import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.ModuleContents.Member;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.read.TaskInputReader;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.TypeElement;

/** Reports each change that would make stored jobs impossible to run or read. */
final class BreakingChanges {

  private final Report report;
  private final ModuleContents contents;
  private final Map<String, LockedType> locked;
  private final Map<String, LockedType> found;

  BreakingChanges(
      Report report,
      ModuleContents contents,
      Map<String, LockedType> locked,
      Map<String, LockedType> found) {
    this.report = report;
    this.contents = contents;
    this.locked = locked;
    this.found = found;
  }

  /**
   * Reports all breaking changes.
   *
   * @param types the types of the module
   * @param at the position of the module
   */
  void report(List<WritableJob> types, SourcePosition at) {
    Set<String> consumed = consumedRoutingKeys();
    for (WritableJob type : types) {
      compare(type, type.job().typeName(), consumed);
      for (String alias : type.job().aliasNames()) {
        compare(type, alias, consumed);
      }
    }
    removed(at);
  }

  /**
   * The routing keys of the jobs that workers with the handlers of this module take. It does not
   * matter which queue the messages with a key wait in: if nobody consumes a queue, its messages
   * are published again with the keys that their jobs have in the table.
   */
  private Set<String> consumedRoutingKeys() {
    Set<String> keys = new HashSet<>();
    for (Member member : contents.members()) {
      keys.add(member.job().routingKeyOrDefault());
      member.job().aliasNames().stream().map(GeneratedNames::routingKey).forEach(keys::add);
    }
    return keys;
  }

  private void compare(WritableJob type, String lockedName, Set<String> consumed) {
    LockedType before = locked.get(lockedName);
    LockedType current = found.get(type.job().typeName());
    if (before == null || current == null) {
      return;
    }
    JobDeclaration job = type.job();
    if (current.version() < before.version()) {
      add(
          job.version().position(),
          job.typeName(),
          "version changed from %d to %d".formatted(before.version(), current.version()),
          "Write version = " + before.version());
      return;
    }
    if (!consumed.contains(before.routingKey())) {
      add(
          job.routingKey().position(),
          job.typeName(),
          ("the routing key changed from '%1$s' to '%2$s', and no worker of this module consumes "
                  + "'%1$s'")
              .formatted(before.routingKey(), current.routingKey()),
          "Undo it, or move the waiting jobs (see docs/operations.md)");
    }
    for (String alias : before.aliases()) {
      if (!job.aliasNames().contains(alias) && !job.typeName().equals(alias)) {
        add(
            job.position(),
            job.typeName(),
            "the alias '%s' was removed".formatted(alias),
            "Undo it");
      }
    }
    inputs(type, before, current);
    shapes(type, lockedName, before, current);
  }

  /**
   * Reports changed methods with {@code @FromResults}. Workflows have stored their names, and a
   * higher version of the payload does not change that.
   */
  private void inputs(WritableJob type, LockedType before, LockedType current) {
    before
        .inputs()
        .forEach(
            (name, form) -> {
              String now = current.inputs().get(name);
              if (now == null && !isReported(type, name)) {
                addInput(
                    type.job().position(),
                    type.job(),
                    "the @FromResults method %s was removed".formatted(name),
                    "Keep it, with @Deprecated, until they have ended");
              } else if (now != null && !now.equals(form)) {
                addInput(
                    position(type, name),
                    type.job(),
                    "the @FromResults method %s changed from '%s' to '%s'"
                        .formatted(name, form, now),
                    "Undo it, and give the new method another name");
              }
            });
  }

  /**
   * Returns whether the payload has a method of this name. Its faults are then reported elsewhere.
   */
  private static boolean isReported(WritableJob type, String input) {
    return type.job().position().element() instanceof TypeElement payload
        && TaskInputReader.hasMethod(payload, input);
  }

  private static SourcePosition position(WritableJob type, String input) {
    return type.inputs().stream()
        .filter(method -> method.name().equals(input))
        .findFirst()
        .map(method -> SourcePosition.of(method.method()))
        .orElse(type.job().position());
  }

  private void addInput(SourcePosition position, JobDeclaration job, String change, String ways) {
    report.add(
        Diagnostic.BREAKING_CHANGE,
        position,
        job.typeName(),
        change,
        "workflows in progress may not continue",
        ways,
        "none is in progress");
  }

  private void shapes(WritableJob type, String lockedName, LockedType before, LockedType current) {
    boolean isRaised = current.version() > before.version();
    // Old workers leave newer versions alone, and do not know the new name of a type
    boolean oldMatters = !isRaised && type.job().typeName().equals(lockedName);
    ValueChanges.Versions versions =
        new ValueChanges.Versions(before.version(), current.version(), Optional.empty());
    new ValueChanges(
            type.job().typeName(),
            "jobs",
            "workers",
            versions,
            !isRaised || !type.upcasters().hasPayload(before.version()),
            oldMatters,
            Optional.of(LockedValue.simple(current.payload().type())))
        .report(Comparison.payload(before, current, type.job().position()), report);
    new ValueChanges(
            type.job().typeName(),
            "results",
            "programs",
            versions,
            !isRaised || !type.upcasters().hasResult(before.version()),
            oldMatters,
            type.result().map(shapes -> LockedValue.simple(current.result().type())))
        .report(Comparison.result(before, current, type.job().result().position()), report);
    boolean hasUpcaster =
        type.emitted().stream()
            .flatMap(value -> value.upcasters().stream())
            .anyMatch(upcaster -> upcaster.from().value() == before.version());
    new ValueChanges(
            type.job().typeName(),
            "emitted values",
            "programs",
            versions,
            !isRaised || !hasUpcaster,
            oldMatters,
            current.emits().map(value -> LockedValue.simple(value.type())))
        .report(Comparison.emitted(before, current, type.job().emits().position()), report);
  }

  private void add(SourcePosition position, String type, String change, String ways) {
    report.add(
        Diagnostic.BREAKING_CHANGE,
        position,
        type,
        change,
        "stored jobs may not run",
        ways,
        "no such jobs are left");
  }

  /** Reports types that this module had, and that are no longer a type or an alias in it. */
  private void removed(SourcePosition at) {
    Set<String> names = new HashSet<>();
    contents
        .types()
        .forEach(
            job -> {
              names.add(job.typeName());
              names.addAll(job.aliasNames());
            });
    String module = contents.module().module().canonicalName();
    locked.forEach(
        (name, before) -> {
          if (before.module().equals(module) && !names.contains(name)) {
            Optional<JobDeclaration> renamed = renamed(before);
            add(
                renamed.map(job -> job.type().position()).orElse(at),
                name,
                renamed.isPresent()
                    ? "the type was renamed to '" + renamed.get().typeName() + "'"
                    : "the type was removed",
                renamed.isPresent()
                    ? "Undo it, or write aliases = \"" + name + "\""
                    : "Undo it, or write aliases = \""
                        + name
                        + "\" on the type that runs its jobs from now on");
          }
        });
  }

  /** The new type that has the payload of an earlier type. */
  private Optional<JobDeclaration> renamed(LockedType before) {
    return contents.types().stream()
        .filter(job -> !locked.containsKey(job.typeName()))
        .filter(job -> job.payload().toString().equals(before.payload().type()))
        .findFirst();
  }
}
