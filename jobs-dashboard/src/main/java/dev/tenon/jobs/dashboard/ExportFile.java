package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.dashboard.Downloads.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The text of a file that contains a list. Not thread-safe.
 *
 * @param <T> the type of the list's entries
 */
final class ExportFile<T> {

  /**
   * A column of the file.
   *
   * @param name its name
   * @param isNumber whether JSON has it without quotes
   * @param value what it is; null or empty if nothing
   */
  record Column<T>(String name, boolean isNumber, Function<T, @Nullable String> value) {

    static <T> Column<T> of(String name, Function<T, @Nullable String> value) {
      return new Column<>(name, false, value);
    }

    static <T> Column<T> ofNumber(String name, ToLongFunction<T> value) {
      return new Column<>(name, true, each -> Long.toString(value.applyAsLong(each)));
    }

    private String text(T each) {
      return Objects.requireNonNullElse(value.apply(each), "");
    }

    private String json(T each) {
      String text = text(each);
      return text.isEmpty() ? "null" : isNumber ? text : Json.quote(text);
    }
  }

  private final Kind kind;
  private final String name;
  private final List<Column<T>> columns;
  private int count;
  private boolean hasEnded;

  /**
   * A file.
   *
   * @param name the type of the list's entries, in the plural, such as {@code jobs}
   */
  ExportFile(Kind kind, String name, List<Column<T>> columns) {
    this.kind = kind;
    this.name = name;
    this.columns = columns;
  }

  /** The number of rows that were appended. */
  int count() {
    return count;
  }

  /** Returns whether the file is complete. */
  boolean hasEnded() {
    return hasEnded;
  }

  /**
   * The beginning of the file.
   *
   * @param what what was asked for, in words
   */
  String begin(String what) {
    return kind == Kind.CSV
        ? Csv.row(columns.stream().map(Column::name).toList())
        : "{\"what\":" + Json.quote(what) + "," + Json.quote(name) + ":[";
  }

  void append(StringBuilder text, T each) {
    if (kind == Kind.CSV) {
      text.append(Csv.row(columns.stream().map(column -> column.text(each)).toList()));
    } else {
      text.append(count == 0 ? "\n" : ",\n")
          .append(
              columns.stream()
                  .map(column -> Json.quote(column.name()) + ":" + column.json(each))
                  .collect(Collectors.joining(",", "{", "}")));
    }
    count++;
  }

  /** Ends the file, as {@link #note} says; it is complete then. */
  String end(String why, String where) {
    hasEnded = true;
    return note(why, where);
  }

  /**
   * The end of the file.
   *
   * @param why why some are missing; empty if none are
   * @param where where the missing ones are; empty if that is not known
   */
  String note(String why, String where) {
    if (kind == Kind.JSON) {
      return "\n],\"count\":"
          + count
          + ",\"cut\":"
          + (why.isEmpty() ? "null" : Json.quote(why))
          + ",\"next\":"
          + (why.isEmpty() || where.isEmpty() ? "null" : Json.quote(where))
          + "}\n";
    }
    if (why.isEmpty()) {
      return "";
    }
    List<String> note = new ArrayList<>(Collections.nCopies(columns.size(), ""));
    note.set(
        0,
        "# Cut after %d %s. %s%s"
            .formatted(count, name, why, where.isEmpty() ? "" : " Older " + name + ": " + where));
    return Csv.row(note);
  }
}
