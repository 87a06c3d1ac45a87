package dev.tenon.jobs.dashboard;

/** The health report. */
final class HealthPage implements Page {

  @Override
  public DashboardResponse answer(Call call) {
    call.requireGet();
    call.require(Right.READ);
    Pulse.Report report = call.site().pulse().health();
    long failing = report.failing();
    return DashboardResponse.html(
        200,
        HealthViewTemplate.of()
            .execute(
                new HealthView(
                    Frame.of(call, "status", "Health", false, false),
                    failing == 0
                        ? "All checks pass."
                        : failing == 1 ? "1 check is failing." : failing + " checks are failing.",
                    failing == 0 ? "ok" : "failing",
                    report.health().checks().stream()
                        .map(
                            check ->
                                new HealthView.Check(
                                    check.name(),
                                    check.isHealthy() ? "ok" : "failing",
                                    check.message(),
                                    !check.isHealthy()))
                        .toList())));
  }
}
