package dev.tenon.jobs;

import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A page of a job's log, in the order that the query asks for. A page ends early when its lines
 * reach 16 MiB. Immutable.
 */
public final class JobLogPage implements Iterable<JobLogEntry> {

  private final List<JobLogEntry> lines;
  private final @Nullable Long next;

  /**
   * Creates a page.
   *
   * @param lines the lines on it
   * @param next the position of the last line on it; null if this is the last page
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

  /** Iterates over the lines of this page. */
  @Override
  public Iterator<JobLogEntry> iterator() {
    return lines.iterator();
  }
}
