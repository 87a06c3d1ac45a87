package dev.tenon.jobs.internal.cursor;

import dev.tenon.jobs.Cursor;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes and reads cursors: the kind of item that they point at, and its place in the order of that
 * kind. Nothing else writes or reads their strings.
 */
public final class Cursors {

  private static final Pattern TEXT = Pattern.compile("([a-z]+)-([0-9a-f-]{1,80})");
  private static final Pattern STEP = Pattern.compile("(\\d{1,18})-([0-9a-f-]{36})-(\\d{1,9})");
  private static final Pattern ENTRY = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

  private Cursors() {}

  /** The kind of item that a cursor points at. */
  private enum Kind {
    JOB("job", "JobService.list"),
    LINE("line", "JobService.logs"),
    ENTRY("entry", "JobAudit.list"),
    OPERATION("operation", "JobBulkOperations.list"),
    WORKFLOW("workflow", "JobWorkflows.list"),
    STEP("step", "JobSteps.inDoubt");

    private final String code;
    private final String method;

    Kind(String code, String method) {
      this.code = code;
      this.method = method;
    }

    Cursor at(Object place) {
      return Cursor.of(code + "-" + place);
    }

    <T> T placeOf(Cursor cursor, Function<String, Optional<T>> reader) {
      Matcher text = TEXT.matcher(cursor.toString());
      return Optional.of(text)
          .filter(Matcher::matches)
          .filter(each -> each.group(1).equals(code))
          .flatMap(each -> reader.apply(each.group(2)))
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "'%s' is not a cursor of %s. Use the cursor of one of its pages."
                          .formatted(cut(cursor.toString()), method)));
    }

    private static String cut(String text) {
      return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
  }

  /**
   * The place of an entry of the audit.
   *
   * @param at the time when it was written
   * @param id its id
   */
  public record EntryPlace(Instant at, long id) {}

  /**
   * The place of a step that is in doubt.
   *
   * @param startedAt the time when it began
   * @param jobId the job
   * @param number its position among the records of the job
   */
  public record StepPlace(Instant startedAt, UUID jobId, int number) {}

  /** The cursor of a page of jobs that ends with this one. */
  public static Cursor ofJob(UUID id) {
    return Kind.JOB.at(id);
  }

  /**
   * The last job on the previous page.
   *
   * @throws IllegalArgumentException if the cursor is of another kind
   */
  public static UUID job(Cursor cursor) {
    return Kind.JOB.placeOf(cursor, Cursors::uuid);
  }

  /** The cursor of the line with this position. */
  public static Cursor ofLine(long position) {
    return Kind.LINE.at(position);
  }

  /**
   * The position of the last line on the previous page.
   *
   * @throws IllegalArgumentException if the cursor is of another kind
   */
  public static long line(Cursor cursor) {
    return Kind.LINE.placeOf(cursor, Cursors::number);
  }

  /** The cursor of a page of the audit that ends with this entry. */
  public static Cursor ofEntry(Instant at, long id) {
    return Kind.ENTRY.at(ChronoUnit.MICROS.between(Instant.EPOCH, at) + "-" + id);
  }

  /**
   * The place of the last entry on the previous page.
   *
   * @throws IllegalArgumentException if the cursor is of another kind
   */
  public static EntryPlace entry(Cursor cursor) {
    return Kind.ENTRY.placeOf(cursor, Cursors::entryPlace);
  }

  /** The cursor of a page of operations that ends with this one. */
  public static Cursor ofOperation(UUID id) {
    return Kind.OPERATION.at(id);
  }

  /**
   * The last operation on the previous page.
   *
   * @throws IllegalArgumentException if the cursor is of another kind
   */
  public static UUID operation(Cursor cursor) {
    return Kind.OPERATION.placeOf(cursor, Cursors::uuid);
  }

  /** The cursor of a page of workflows that ends with this one. */
  public static Cursor ofWorkflow(UUID id) {
    return Kind.WORKFLOW.at(id);
  }

  /**
   * The last workflow on the previous page.
   *
   * @throws IllegalArgumentException if the cursor is of another kind
   */
  public static UUID workflow(Cursor cursor) {
    return Kind.WORKFLOW.placeOf(cursor, Cursors::uuid);
  }

  /** The cursor of a page of steps that ends with this one. */
  public static Cursor ofStep(StepPlace place) {
    return Kind.STEP.at(
        ChronoUnit.MICROS.between(Instant.EPOCH, place.startedAt())
            + "-"
            + place.jobId()
            + "-"
            + place.number());
  }

  /**
   * The place of the last step on the previous page.
   *
   * @throws IllegalArgumentException if the cursor is of another kind
   */
  public static StepPlace step(Cursor cursor) {
    return Kind.STEP.placeOf(cursor, Cursors::stepPlace);
  }

  private static Optional<StepPlace> stepPlace(String text) {
    Matcher step = STEP.matcher(text);
    return step.matches()
        ? uuid(step.group(2))
            .map(
                jobId ->
                    new StepPlace(
                        Instant.EPOCH.plus(Long.parseLong(step.group(1)), ChronoUnit.MICROS),
                        jobId,
                        Integer.parseInt(step.group(3))))
        : Optional.empty();
  }

  private static Optional<UUID> uuid(String text) {
    // UUID.fromString also takes shorter parts
    if (text.length() != 36) {
      return Optional.empty();
    }
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Long> number(String text) {
    return text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9')
        ? Optional.of(Long.valueOf(text))
        : Optional.empty();
  }

  private static Optional<EntryPlace> entryPlace(String text) {
    return Optional.of(ENTRY.matcher(text))
        .filter(Matcher::matches)
        .map(
            entry ->
                new EntryPlace(
                    Instant.EPOCH.plus(Long.parseLong(entry.group(1)), ChronoUnit.MICROS),
                    Long.parseLong(entry.group(2))));
  }
}
