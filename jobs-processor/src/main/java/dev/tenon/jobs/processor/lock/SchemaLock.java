package dev.tenon.jobs.processor.lock;

import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.SignalDeclaration;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.model.WritableSignal;
import dev.tenon.jobs.processor.model.WritableSteps;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.util.Elements;
import org.jspecify.annotations.Nullable;

/**
 * Compares the job types, handlers and signals of a module with those in the user's lock file, and
 * rewrites that file if no change breaks anything. Each compilation has one instance.
 */
public final class SchemaLock {

  /** The option that names the file; without it there is no lock. */
  public static final String FILE_OPTION = "tenon.lock";

  /** The option that says how to handle differences. */
  public static final String MODE_OPTION = "tenon.lock.mode";

  private final Map<String, String> options;
  private final Report report;
  private final Elements elements;
  private final Set<String> sources;
  private @Nullable LockFile file;
  private @Nullable String pending;
  private @Nullable SourcePosition position;

  /**
   * Creates the lock of a compilation.
   *
   * @param options the options of the processor
   * @param report the report that differences are added to
   * @param sources the names of the classes in the sources
   */
  public SchemaLock(
      Map<String, String> options, Report report, Elements elements, Set<String> sources) {
    this.options = options;
    this.report = report;
    this.elements = elements;
    this.sources = sources;
  }

  /** Returns whether the options ask for a lock. */
  public static boolean isWanted(Map<String, String> options) {
    return options.containsKey(FILE_OPTION) || options.containsKey(MODE_OPTION);
  }

  /**
   * Compares the module with the file, and reports what is wrong.
   *
   * @param contents the module
   * @param lockable its parts
   * @param at the position of the module, for faults that do not concern a single type
   * @param othersFailed whether something else is wrong, so that the file will not be written
   */
  public void check(
      ModuleContents contents, Lockable lockable, SourcePosition at, boolean othersFailed) {
    position = at;
    Optional<Path> path = path(at);
    Optional<LockMode> mode = mode(at);
    if (path.isEmpty() || mode.isEmpty()) {
      return;
    }
    LockFile lockFile = new LockFile(path.get());
    try {
      Optional<LockContents> read = lockFile.read();
      if (read.isEmpty() && mode.get() == LockMode.FROZEN) {
        throw new LockFileException(
            "it does not exist. Compile once with -A"
                + MODE_OPTION
                + "=update, and commit the file");
      }
      LockContents locked = read.orElseGet(LockContents::empty);
      LockContents found = found(contents, lockable, locked);
      if (mode.get() != LockMode.ACCEPT) {
        new BreakingChanges(report, contents, locked.types(), found.types())
            .report(lockable.types(), at);
        new HandlerChanges(report, contents, locked.handlers(), found.handlers())
            .report(lockable.handlers(), at);
        new SignalChanges(report, contents, locked.signals(), found.signals())
            .report(lockable.signals(), at);
      }
      if (!othersFailed && !report.hasErrors()) {
        settle(lockFile, mode.get(), contents, locked, found, read.isEmpty(), at);
      }
    } catch (LockFileException e) {
      report.add(Diagnostic.LOCK_FILE, at, lockFile.path(), e.getMessage());
    }
  }

  private Optional<Path> path(SourcePosition at) {
    String text = option(FILE_OPTION, "");
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return Optional.of(path.normalize());
      }
    } catch (InvalidPathException e) {
      // Reported like a path that is not absolute
    }
    report.add(
        Diagnostic.LOCK_OPTION,
        at,
        text.isEmpty()
            ? "-A" + FILE_OPTION + " is missing. Add it, with the absolute path of the lock file"
            : "-A%s=%s is not an absolute path. Put the directory of the project before it"
                .formatted(FILE_OPTION, text));
    return Optional.empty();
  }

  /** The value of an option, which may be present without one. */
  private String option(String name, String otherwise) {
    String value = options.get(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }

  private Optional<LockMode> mode(SourcePosition at) {
    String text = option(MODE_OPTION, "update");
    Optional<LockMode> mode = LockMode.of(text);
    if (mode.isEmpty()) {
      report.add(
          Diagnostic.LOCK_OPTION,
          at,
          "-A%s=%s is not a mode. Write update, frozen or accept".formatted(MODE_OPTION, text));
    }
    return mode;
  }

  private LockContents found(ModuleContents contents, Lockable lockable, LockContents locked) {
    LockContents found = LockContents.empty();
    String module = contents.module().module().canonicalName();
    for (WritableJob type : lockable.types()) {
      found
          .types()
          .putIfAbsent(
              type.job().typeName(), ShapeTranslator.translate(type, module, elements, sources));
    }
    for (WritableSteps each : lockable.handlers()) {
      HandlerChanges.job(each, contents)
          .ifPresent(
              job -> {
                LockedHandler handler =
                    HandlerTranslator.translate(each, job, module, elements, sources);
                for (String name : names(job)) {
                  LockedHandler before = locked.handlers().get(name);
                  handler = before == null ? handler : handler.after(before);
                }
                found.handlers().putIfAbsent(job.typeName(), handler);
              });
    }
    for (WritableSignal signal : lockable.signals()) {
      found
          .signals()
          .putIfAbsent(
              signal.signal().signalName(),
              ShapeTranslator.translate(signal, module, elements, sources));
    }
    return found;
  }

  private static List<String> names(JobDeclaration job) {
    return Stream.concat(Stream.of(job.typeName()), job.aliasNames().stream()).toList();
  }

  /** Keeps the contents to write, or reports the difference if nothing may be written. */
  private void settle(
      LockFile lockFile,
      LockMode mode,
      ModuleContents contents,
      LockContents locked,
      LockContents found,
      boolean isNew,
      SourcePosition at) {
    LockContents merged = locked.copy();
    String module = contents.module().module().canonicalName();
    Set<String> own = new HashSet<>();
    contents
        .types()
        .forEach(
            job -> {
              own.add(job.typeName());
              merged.types().keySet().removeAll(job.aliasNames());
            });
    merged
        .types()
        .entrySet()
        .removeIf(e -> e.getValue().module().equals(module) && !own.contains(e.getKey()));
    Set<String> handled =
        contents.handlers().stream()
            .filter(HandlerDeclaration::hasSteps)
            .map(HandlerDeclaration::typeName)
            .collect(Collectors.toSet());
    merged
        .handlers()
        .entrySet()
        .removeIf(e -> e.getValue().module().equals(module) && !handled.contains(e.getKey()));
    Set<String> signals =
        contents.signals().stream().map(SignalDeclaration::signalName).collect(Collectors.toSet());
    merged
        .signals()
        .entrySet()
        .removeIf(e -> e.getValue().module().equals(module) && !signals.contains(e.getKey()));
    merged.putAll(found);
    String text = LockFormat.write(merged);
    if (!isNew && text.equals(LockFormat.write(locked))) {
      return;
    }
    if (mode == LockMode.FROZEN) {
      report.add(Diagnostic.LOCK_OUTDATED, at, lockFile.path(), differences(locked, merged));
      return;
    }
    file = lockFile;
    pending = text;
  }

  /** The names of the types and signals that differ, or of a few of them. */
  private static String differences(LockContents locked, LockContents merged) {
    Set<String> all = locked.names();
    all.addAll(merged.names());
    List<String> names =
        all.stream()
            .filter(
                name ->
                    !LockFormat.write(locked.only(name))
                        .equals(LockFormat.write(merged.only(name))))
            .map(name -> "'" + name + "'")
            .toList();
    int listed = Math.min(names.size(), 5);
    return String.join(", ", names.subList(0, listed))
        + (names.size() > listed ? " and " + (names.size() - listed) + " more" : "");
  }

  /**
   * Writes the file if there is something to write. To be called at the end of a compilation
   * without errors.
   *
   * @param report the report to add a failed write to
   */
  public void write(Report report) {
    if (file == null || pending == null || position == null) {
      return;
    }
    try {
      file.write(pending);
    } catch (LockFileException e) {
      report.add(Diagnostic.LOCK_FILE, position, file.path(), e.getMessage());
    }
    pending = null;
  }
}
