package dev.tenon.jobs.processor.lock;

import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.lock.LockedHandler.Named;
import dev.tenon.jobs.processor.lock.ValueChanges.Versions;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.StoredValue;
import dev.tenon.jobs.processor.model.WaitDeclaration;
import dev.tenon.jobs.processor.model.WritableSteps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;

/** Reports the changes of one handler, compared with the file. */
final class StepChanges {

  private static final String UNDO = "Undo it";
  private static final String NONE_IN_PROGRESS = "no such jobs are in progress";
  private static final String NO_OLD_PROGRAM = "no old program runs alongside the new one";

  private final Report report;
  private final WritableSteps handler;
  private final JobDeclaration job;
  private final LockedHandler before;
  private final LockedHandler current;
  private final Versions versions;

  /** True if old workers may get jobs that the new program has worked on. */
  private final boolean oldMatters;

  StepChanges(
      Report report,
      WritableSteps handler,
      JobDeclaration job,
      LockedHandler before,
      LockedHandler current,
      String lockedName) {
    this.report = report;
    this.handler = handler;
    this.job = job;
    this.before = before;
    this.current = current;
    boolean isRaised = current.version() > before.version();
    this.versions =
        new Versions(
            before.version(),
            current.version(),
            Optional.of(LockedValue.simple(job.payload().canonicalName())));
    // Old workers leave newer versions alone, and do not know the new name of a type
    this.oldMatters = !isRaised && job.typeName().equals(lockedName);
  }

  /** Reports all changes. */
  void report() {
    SortedMap<String, Named> earlier = before.named();
    SortedMap<String, Named> now = current.named();
    earlier.forEach(
        (name, locked) -> {
          Optional<String> kept = owner(name, now);
          if (kept.isEmpty()) {
            removed(name, locked, earlier, now);
          } else {
            kept(name, locked, kept.get(), Objects.requireNonNull(now.get(kept.get())));
          }
        });
    before.removed().forEach(this::reused);
    cursor();
  }

  /** Reports that something new has the name of something that was removed earlier. */
  private void reused(String name) {
    Named now = current.named().get(name);
    if (now != null) {
      add(
          position(name),
          "the %s '%s' has a name that was removed earlier".formatted(now.kind(), name),
          "what jobs in progress have recorded under it may be taken for its record",
          List.of("Give it another name"),
          "no such jobs are in progress, or it is the same %s as before".formatted(now.kind()));
    }
  }

  /** The current name of what had this name. */
  private static Optional<String> owner(String name, Map<String, Named> now) {
    return now.containsKey(name)
        ? Optional.of(name)
        : now.entrySet().stream()
            .filter(each -> each.getValue().aliases().contains(name))
            .map(Map.Entry::getKey)
            .findFirst();
  }

  private void removed(
      String name, Named locked, Map<String, Named> earlier, Map<String, Named> now) {
    List<String> added = new ArrayList<>();
    now.forEach(
        (other, each) -> {
          boolean isNew =
              !earlier.containsKey(other)
                  && each.aliases().stream().noneMatch(earlier::containsKey);
          if (isNew && each.kind().equals(locked.kind())) {
            added.add(other);
          }
        });
    if (added.isEmpty() && !versions.isRaised()) {
      add(
          SourcePosition.of(handler.handler().element()),
          "the %s '%s' was removed".formatted(locked.kind(), name),
          "workers without this change may still need it for jobs that have passed its place",
          List.of(UNDO, versions.raise()),
          NONE_IN_PROGRESS);
    } else if (!added.isEmpty()) {
      String other = added.get(0);
      List<String> ways = new ArrayList<>(List.of(UNDO));
      ways.add(
          "write aliases = \"%s\" on '%s' if it was renamed".formatted(name, other)
              + (versions.isRaised() ? "" : ", and version = " + (before.version() + 1)));
      ways.add("remove the one and add the other in two releases");
      add(
          position(other),
          "the %1$s '%2$s' was removed and the %1$s '%3$s' was added"
              .formatted(locked.kind(), name, other),
          "jobs in progress may do the same twice",
          ways,
          NONE_IN_PROGRESS);
    }
  }

  private void kept(String name, Named locked, String currentName, Named now) {
    SourcePosition position = position(currentName);
    if (!locked.kind().equals(now.kind())) {
      add(
          position,
          "the %s '%s' became a %s".formatted(locked.kind(), name, now.kind()),
          "what jobs in progress have recorded under this name has another meaning",
          List.of(UNDO, "give the new one a name that the handler never had"),
          NONE_IN_PROGRESS);
      return;
    }
    if (!name.equals(currentName) && oldMatters) {
      add(
          position,
          "the %s '%s' was renamed to '%s'".formatted(locked.kind(), name, currentName),
          "workers without this change do not find what is recorded under the new name",
          List.of(UNDO, versions.raise()),
          NO_OLD_PROGRAM);
    }
    for (String alias : locked.aliases()) {
      if (!now.aliases().contains(alias) && !alias.equals(currentName)) {
        add(
            position,
            "the alias '%s' of the %s '%s' was removed".formatted(alias, now.kind(), currentName),
            "jobs in progress do not find what they recorded under it, and do it again",
            List.of(UNDO),
            NONE_IN_PROGRESS);
      }
    }
    if (locked instanceof LockedHandler.Step earlier && now instanceof LockedHandler.Step later) {
      step(earlier, currentName, later);
    } else if (locked instanceof LockedHandler.Wait earlier
        && now instanceof LockedHandler.Wait later) {
      wait(earlier, currentName, later);
    }
  }

  private void step(LockedHandler.Step locked, String name, LockedHandler.Step now) {
    SourcePosition position = position(name);
    if (locked.isRepeatable() && !now.isRepeatable() && oldMatters) {
      add(
          position,
          "the step '%s' is no longer repeatable".formatted(name),
          "workers without this change may repeat it without asking",
          List.of(UNDO, versions.raise()),
          NO_OLD_PROGRAM);
    }
    key(locked, name, now);
    String what = "results of the step '%s'".formatted(name);
    Optional<StoredValue> value = value(name);
    if (locked.result().isPresent() && now.result().isPresent()) {
      values(what, value)
          .report(
              Comparison.stored(
                  before,
                  current,
                  locked.result().get(),
                  now.result().get(),
                  "the result",
                  position),
              report);
    } else if (now.result().isPresent()) {
      add(
          position,
          "the step '%s' returned nothing and now returns %s"
              .formatted(name, now.result().get().describe()),
          "what jobs in progress have recorded has no result",
          List.of(UNDO, "return it from another step"),
          NONE_IN_PROGRESS);
    } else if (locked.result().isPresent() && oldMatters) {
      add(
          position,
          "the step '%s' returned %s and now returns nothing"
              .formatted(name, locked.result().get().describe()),
          "workers without this change do not find its result",
          List.of(UNDO, versions.raise()),
          NO_OLD_PROGRAM);
    }
  }

  private void key(LockedHandler.Step locked, String name, LockedHandler.Step now) {
    String earlier = locked.key().map(LockedValue::describe).orElse("none");
    String later = now.key().map(LockedValue::describe).orElse("none");
    boolean isLost;
    String text;
    if (locked.key().isPresent() && now.key().isPresent()) {
      List<Comparison.Change> changes =
          Comparison.stored(
                  before, current, locked.key().get(), now.key().get(), "key", position(name))
              .stream()
              .filter(Comparison.Change::breaksNew)
              .toList();
      isLost = !changes.isEmpty();
      boolean isSameKind = locked.key().get().isShape() && now.key().get().isShape();
      text =
          isLost && isSameKind
              ? "%s, the key of the step '%s'".formatted(changes.get(0).text(), name)
              : "the key of the step '%s' changed from %s to %s".formatted(name, earlier, later);
    } else {
      isLost = !earlier.equals(later);
      text = "the key of the step '%s' changed from %s to %s".formatted(name, earlier, later);
    }
    if (isLost) {
      add(
          position(name),
          text,
          "jobs in progress do not find what they recorded, and do it again",
          List.of(UNDO, "keep this step for jobs in progress and write another one"),
          NONE_IN_PROGRESS);
    }
  }

  private void wait(LockedHandler.Wait locked, String name, LockedHandler.Wait now) {
    TreeSet<String> gone = new TreeSet<>(locked.signals());
    gone.removeAll(now.signals());
    TreeSet<String> added = new TreeSet<>(now.signals());
    added.removeAll(locked.signals());
    if (!gone.isEmpty()) {
      add(
          position(name),
          "the wait '%s' no longer ends with the signal '%s'"
              .formatted(name, String.join("', '", gone)),
          "jobs whose wait has ended with it cannot continue",
          List.of(UNDO),
          NONE_IN_PROGRESS);
    } else if (!added.isEmpty() && oldMatters) {
      add(
          position(name),
          "the wait '%s' now also ends with the signal '%s'"
              .formatted(name, String.join("', '", added)),
          "workers without this change cannot continue such jobs",
          List.of(UNDO, versions.raise()),
          NO_OLD_PROGRAM);
    }
  }

  private void cursor() {
    if (before.cursor().isEmpty()) {
      return;
    }
    SourcePosition position = SourcePosition.of(handler.handler().element());
    if (current.cursor().isPresent()) {
      values("cursors", handler.cursor())
          .report(
              Comparison.stored(
                  before,
                  current,
                  before.cursor().get(),
                  current.cursor().get(),
                  "the cursor",
                  position),
              report);
    } else if (!versions.isRaised()) {
      add(
          position,
          "the cursor was removed",
          "jobs in progress begin again, as do those that workers without this change continue",
          List.of(UNDO, versions.raise()),
          NONE_IN_PROGRESS);
    }
  }

  private ValueChanges values(String what, Optional<StoredValue> value) {
    boolean hasUpcaster =
        value.stream()
            .flatMap(stored -> stored.upcasters().stream())
            .anyMatch(upcaster -> upcaster.from().value() == before.version());
    return new ValueChanges(
        job.typeName(),
        what,
        "workers",
        versions,
        !versions.isRaised() || !hasUpcaster,
        oldMatters,
        value
            .filter(StoredValue::isRecord)
            .map(stored -> LockedValue.simple(stored.type().toString())));
  }

  private Optional<StoredValue> value(String name) {
    return handler.steps().stream()
        .filter(step -> step.declaration().name().value().equals(name))
        .findFirst()
        .flatMap(step -> step.declaration().result());
  }

  /** The position of what has a name. */
  private SourcePosition position(String name) {
    Optional<SourcePosition> step =
        handler.steps().stream()
            .filter(each -> each.declaration().name().value().equals(name))
            .map(each -> SourcePosition.of(each.method().declaration()))
            .findFirst();
    return step.or(
            () ->
                handler.waits().stream()
                    .filter(wait -> wait.name().value().equals(name))
                    .map(WaitDeclaration::position)
                    .findFirst())
        .orElseGet(() -> SourcePosition.of(handler.handler().element()));
  }

  private void add(
      SourcePosition position,
      String change,
      String consequence,
      List<String> ways,
      String unless) {
    report.add(
        Diagnostic.BREAKING_CHANGE,
        position,
        job.typeName(),
        change,
        consequence,
        ValueChanges.sentence(ways),
        unless);
  }
}
