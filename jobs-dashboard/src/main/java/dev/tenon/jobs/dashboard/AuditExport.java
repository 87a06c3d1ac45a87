package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.dashboard.Downloads.Kind;
import dev.tenon.jobs.dashboard.ExportFile.Column;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.operate.JobAudit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The audit entries that a search finds, as a file, newest first. */
final class AuditExport implements Download.Source {

  /** The most entries in one file. */
  static final int MAX_ENTRIES = 50_000;

  private final JobAudit audit;
  private final AuditQuery query;
  private final ExportFile<JobAudit.Entry> file;
  private final int maxEntries;
  private final String address;
  private @Nullable Cursor last;
  private int pages;

  /**
   * An export.
   *
   * @param maxEntries the maximum number of entries; the rest is left out
   */
  AuditExport(Call call, AuditQuery query, Kind kind, int maxEntries) {
    this.audit = call.site().monitor().audit();
    this.query = query;
    this.file = new ExportFile<>(kind, "entries", columns(call.format()));
    this.maxEntries = maxEntries;
    String criteria = call.query().encoded("cursor");
    this.address =
        call.base()
            + "/audit/export."
            + JobsPages.lower(kind)
            + "?"
            + (criteria.isEmpty() ? "" : criteria + "&")
            + "cursor=";
  }

  @Override
  public byte @Nullable [] next() {
    if (file.hasEnded()) {
      return null;
    }
    StringBuilder text = new StringBuilder(pages == 0 ? file.begin(describe()) : "");
    int wanted = Math.min(AuditQuery.MAX_LIMIT, maxEntries - file.count());
    var page = audit.list((last == null ? query : query.withCursor(last)).withLimit(wanted));
    pages++;
    for (JobAudit.Entry entry : page) {
      file.append(text, entry);
    }
    last = page.next().orElse(last);
    if (page.next().isEmpty()) {
      text.append(file.end("", ""));
    } else if (file.count() == maxEntries) {
      text.append(file.end("An export has at most " + maxEntries + " entries.", rest()));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte @Nullable [] cut(String why) {
    return file.hasEnded() ? null : file.note(why, rest()).getBytes(StandardCharsets.UTF_8);
  }

  private String rest() {
    return last == null ? "" : address + last;
  }

  private String describe() {
    List<String> criteria = new ArrayList<>();
    query.by().ifPresent(by -> criteria.add("by '" + by + "'"));
    query.action().ifPresent(action -> criteria.add("of '" + action + "'"));
    query.target().ifPresent(target -> criteria.add("about '" + target + "'"));
    query.from().ifPresent(time -> criteria.add("at " + time + " or later"));
    query.until().ifPresent(time -> criteria.add("before " + time));
    return criteria.isEmpty() ? "all entries" : "entries " + String.join(", ", criteria);
  }

  private static List<Column<JobAudit.Entry>> columns(Format format) {
    return List.of(
        Column.ofNumber("id", JobAudit.Entry::id),
        Column.of("at", entry -> format.iso(entry.at())),
        Column.of("by", JobAudit.Entry::by),
        Column.of("action", JobAudit.Entry::action),
        Column.of("target", JobAudit.Entry::target),
        Column.of("reason", entry -> entry.reason().orElse(null)),
        Column.of("outcome", JobAudit.Entry::outcome));
  }
}
