package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.operate.JobRollouts.Finding;
import dev.tenon.jobs.operate.JobRollouts.Report;
import dev.tenon.jobs.operate.JobRollouts.RunningVersion;
import java.util.List;
import java.util.Locale;

/**
 * The versions of applications that run, and what each would leave behind if only that continued.
 * It reads all waiting jobs, so it does not refresh automatically.
 */
final class VersionsPage implements Page {

  @Override
  public DashboardResponse answer(Call call) {
    call.requireGet();
    call.require(Right.READ);
    if (!call.user().mayEverywhere(Right.READ)) {
      throw new RefusedException(
          403, "You may not see versions: they run jobs of several types, and you may see some.");
    }
    List<VersionsView.Version> versions =
        call.site().monitor().rollouts().running().stream().map(VersionsPage::version).toList();
    return DashboardResponse.html(
        200,
        VersionsViewTemplate.of()
            .execute(
                new VersionsView(
                    Frame.of(call, "workers", "Versions", false, false),
                    versions,
                    versions.isEmpty())));
  }

  private static VersionsView.Version version(RunningVersion version) {
    Report alone = version.alone();
    return new VersionsView.Version(
        version.module(),
        version.version().orElse("not given"),
        version.workers(),
        String.format(Locale.ROOT, "%,d", version.runningJobs()),
        alone.verdict().code(),
        switch (alone.verdict()) {
          case GO -> "ok";
          case AFTER -> "paused";
          case NO -> "failing";
        },
        alone.findings().stream().map(VersionsPage::finding).toList());
  }

  private static VersionsView.Found finding(Finding finding) {
    return new VersionsView.Found(
        finding.verdict().code(),
        finding.message(),
        finding.remedy(),
        finding.oldest().stream().map(Object::toString).toList());
  }
}
