package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.dashboard.Downloads.Kind;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.operate.OperationQuery;
import java.time.ZoneId;
import java.util.List;

/** The record of what people have done. */
final class AuditPage implements Page {

  private static final int LIMIT = 100;
  private static final int OPERATIONS = 20;

  /** The actions in the audit, as the runtime names them. */
  private static final List<String> ACTIONS =
      List.of(
          "apply settings to waiting jobs",
          "backfill schedule",
          "cancel job",
          "cancel many jobs",
          "cancel workflow",
          "clear overrides",
          "delete job",
          "delete many jobs",
          "let jobs pass",
          "mark step done",
          "mark step not done",
          "move job",
          "move many jobs",
          "override type",
          "pause schedule",
          "pause type",
          "pause workflow",
          "put schedule",
          "quiet worker",
          "remove schedule",
          "reprioritize job",
          "reprioritize many jobs",
          "reschedule job",
          "reschedule many jobs",
          "resume schedule",
          "resume type",
          "resume worker",
          "resume workflow",
          "retry job",
          "retry many jobs",
          "retry workflow",
          "run again from step",
          "run again from task",
          "run schedule",
          "send signal",
          "submit job",
          "weigh key");

  private final Downloads downloads;

  /**
   * The page.
   *
   * @param downloads the files that are being sent
   */
  AuditPage(Downloads downloads) {
    this.downloads = downloads;
  }

  @Override
  public DashboardResponse answer(Call call) {
    call.requireGet();
    call.require(Right.READ);
    AuditQuery query = query(call);
    List<String> rest = call.rest();
    if (rest.isEmpty()) {
      return show(call, query);
    }
    if (rest.size() > 1) {
      throw new RefusedException(404, "There is no such page.");
    }
    Kind kind = Kind.of(rest.get(0));
    return downloads.start(
        call, "audit", kind, () -> new AuditExport(call, query, kind, AuditExport.MAX_ENTRIES));
  }

  private static AuditQuery query(Call call) {
    Parameters parameters = call.query();
    ZoneId zone = call.format().zone();
    AuditQuery query = AuditQuery.all().withLimit(LIMIT);
    for (String by : parameters.get("by").stream().toList()) {
      query = query.withBy(by);
    }
    for (String action : parameters.get("action").stream().toList()) {
      query = query.withAction(action);
    }
    for (String target : parameters.get("target").stream().toList()) {
      query = query.withTarget(target);
    }
    for (String from : parameters.get("from").stream().toList()) {
      query = query.withFrom(Filter.time(from, zone));
    }
    for (String to : parameters.get("to").stream().toList()) {
      query = query.withUntil(Filter.time(to, zone));
    }
    return call.cursor().map(query::withCursor).orElse(query);
  }

  private static DashboardResponse show(Call call, AuditQuery query) {
    Site site = call.site();
    Parameters parameters = call.query();
    boolean isFirst = query.cursor().isEmpty();
    var page = site.monitor().audit().list(query);
    String criteria = parameters.encoded("cursor", "done", "seal");
    String next =
        page.next()
            .map(
                end ->
                    call.base()
                        + "/audit?"
                        + (criteria.isEmpty() ? "" : criteria + "&")
                        + "cursor="
                        + end)
            .orElse("");
    List<AuditView.Operation> operations =
        isFirst && criteria.isEmpty()
            ? site.jobs().bulk().list(OperationQuery.all().withLimit(OPERATIONS)).items().stream()
                .map(operation -> AuditView.Operation.of(operation, call.format()))
                .toList()
            : List.of();
    return DashboardResponse.html(
        200,
        AuditViewTemplate.of()
            .execute(
                new AuditView(
                    Frame.of(call, "audit", "Audit", false, false),
                    new AuditView.Search(
                        parameters.get("by").orElse(""),
                        parameters.get("action").orElse(""),
                        parameters.get("target").orElse(""),
                        parameters.get("from").orElse(""),
                        parameters.get("to").orElse("")),
                    ACTIONS,
                    criteria,
                    page.items().stream()
                        .map(entry -> AuditView.Row.of(entry, call.format(), call.base()))
                        .toList(),
                    page.items().isEmpty(),
                    next,
                    operations)));
  }
}
