package dev.tenon.jobs;

import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Some lines of a job's log, in the order that the query asks for. A page ends early where its
 * lines have 16 MiB. Immutable.
 */
public final class JobLogPage implements Iterable<JobLogEntry> {

  private final List<JobLogEntry> lines;
  private final @Nullable Long next;

  /**
   * A page.
   *
   * @param lines the lines on it
   * @param next stands for the last line on it, if there are more; null if not
   */
  public JobLogPage(List<JobLogEntry> lines, @Nullable Long next) {
    this.lines = List.copyOf(lines);
    this.next = next;
  }

  /** The lines. */
  public List<JobLogEntry> lines() {
    return lines;
  }

  /** Where the next page starts, for {@link JobLogQuery#withAfter}; empty on the last page. */
  public OptionalLong next() {
    return next == null ? OptionalLong.empty() : OptionalLong.of(next);
  }

  /** Goes through the lines of this page. */
  @Override
  public Iterator<JobLogEntry> iterator() {
    return lines.iterator();
  }
}
