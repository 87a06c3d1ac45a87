package dev.tenon.jobs.dashboard;

/** The health report. */
final class HealthPage implements Page {

  @Override
  public DashboardResponse answer(Call call) {
    call.requireGet();
    call.require(Right.READ);
    Pulse.Report report = call.site().pulse().health();
    long red = report.red();
    return DashboardResponse.html(
        200,
        HealthViewTemplate.of()
            .execute(
                new HealthView(
                    Frame.of(call, "status", "Health", false, false),
                    red == 0
                        ? "Everything is as it should be."
                        : red == 1 ? "One check is red." : red + " checks are red.",
                    red == 0 ? "ok" : "red",
                    report.health().checks().stream()
                        .map(
                            check ->
                                new HealthView.Check(
                                    check.name(),
                                    check.isHealthy() ? "ok" : "red",
                                    check.message(),
                                    !check.isHealthy()))
                        .toList())));
  }
}
