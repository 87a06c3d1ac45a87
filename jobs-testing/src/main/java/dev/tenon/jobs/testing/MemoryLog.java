package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogQuery;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.internal.cursor.Cursors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Pages of a log that is kept in memory. */
final class MemoryLog {

  private MemoryLog() {}

  /** A page; the position of a line is its number in the log, from 1. */
  static Page<JobLogEntry> page(List<JobLogEntry> lines, JobLogQuery query) {
    List<JobLogEntry> inOrder = new ArrayList<>(lines);
    if (query.isNewestFirst()) {
      Collections.reverse(inOrder);
    }
    Optional<Long> after = query.cursor().map(Cursors::line);
    List<JobLogEntry> wanted =
        inOrder.stream()
            .filter(
                line ->
                    after.isEmpty()
                        || (query.isNewestFirst()
                            ? line.position() < after.get()
                            : line.position() > after.get()))
            .toList();
    if (wanted.size() <= query.limit()) {
      return Page.last(wanted);
    }
    List<JobLogEntry> page = wanted.subList(0, query.limit());
    return Page.followed(page, page.get(page.size() - 1).cursor());
  }
}
