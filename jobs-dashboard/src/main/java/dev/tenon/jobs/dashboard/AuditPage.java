package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobAudit;
import java.util.List;

/** The record of what people have done. */
final class AuditPage implements Page {

  private static final int LIMIT = 100;
  private static final int OPERATIONS = 20;

  @Override
  public DashboardResponse answer(Call call) {
    call.requireGet();
    call.require(Right.READ);
    Site site = call.site();
    JobAudit audit = site.monitor().audit();
    List<JobAudit.Entry> entries =
        call.query()
            .get("before")
            .map(before -> audit.entries(LIMIT, id(before)))
            .orElseGet(() -> audit.entries(LIMIT));
    String next =
        entries.size() < LIMIT
            ? ""
            : call.base() + "/audit?before=" + entries.get(entries.size() - 1).id();
    List<AuditView.Operation> operations =
        call.query().has("before")
            ? List.of()
            : site.jobs().bulk().operations(OPERATIONS).stream()
                .map(operation -> AuditView.Operation.of(operation, call.format()))
                .toList();
    return DashboardResponse.html(
        200,
        AuditViewTemplate.of()
            .execute(
                new AuditView(
                    Frame.of(call, "audit", "Audit", false, false),
                    entries.stream()
                        .map(entry -> AuditView.Row.of(entry, call.format(), call.base()))
                        .toList(),
                    entries.isEmpty(),
                    next,
                    operations)));
  }

  private static long id(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new BadRequestException("'" + text + "' is not the id of an entry.");
    }
  }
}
