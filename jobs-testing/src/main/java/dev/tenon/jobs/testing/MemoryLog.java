package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogPage;
import dev.tenon.jobs.JobLogQuery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Pages of a log that is kept in memory. */
final class MemoryLog {

  private MemoryLog() {}

  /** A page; the position of a line is its number in the log, from 1. */
  static JobLogPage page(List<JobLogEntry> lines, JobLogQuery query) {
    List<Integer> positions = new ArrayList<>();
    for (int i = 1; i <= lines.size(); i++) {
      positions.add(i);
    }
    if (query.isNewestFirst()) {
      Collections.reverse(positions);
    }
    List<Integer> wanted =
        positions.stream()
            .filter(
                position ->
                    query.after().isEmpty()
                        || (query.isNewestFirst()
                            ? position < query.after().getAsLong()
                            : position > query.after().getAsLong()))
            .toList();
    List<Integer> page = wanted.subList(0, Math.min(query.limit(), wanted.size()));
    return new JobLogPage(
        page.stream().map(position -> lines.get(position - 1)).toList(),
        page.size() == wanted.size() ? null : Long.valueOf(page.get(page.size() - 1)));
  }
}
