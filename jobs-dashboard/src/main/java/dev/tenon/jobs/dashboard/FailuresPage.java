package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.operate.JobMonitor.FailureGroup;
import dev.tenon.jobs.operate.JobMonitor.HourlyCount;
import dev.tenon.jobs.operate.JobMonitor.Range;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Failures grouped by what they have in common. */
final class FailuresPage implements Page {

  private static final int MAX_GROUPS = 200;
  private static final int BARS = 24;
  private static final int BAR_WIDTH = 5;
  private static final int HEIGHT = 28;

  @Override
  public DashboardResponse answer(Call call) {
    call.requireGet();
    Optional<DashboardResponse> canonical = Period.redirect(call, "/failures", true);
    if (canonical.isPresent()) {
      return canonical.get();
    }
    Period period = Period.of(call, Span.DAY);
    List<FailuresView.Group> groups =
        call
            .site()
            .monitor()
            .failures(period.range(), call.typesFor(Right.READ), MAX_GROUPS)
            .stream()
            .map(group -> group(call, group, period))
            .toList();
    return DashboardResponse.html(
        200,
        FailuresViewTemplate.of()
            .execute(
                new FailuresView(
                    Frame.of(
                        call, "failures", "Failures", call.user().maySomewhere(Right.ACT), false),
                    period.view(call, "/failures"),
                    groups,
                    groups.isEmpty(),
                    groups.size() == MAX_GROUPS)));
  }

  private static FailuresView.Group group(Call call, FailureGroup group, Period period) {
    String fingerprint = group.fingerprint().orElse("");
    String criteria =
        "type="
            + Parameters.encode(group.type())
            + "&status=failed"
            + (fingerprint.isEmpty() ? "" : "&fingerprint=" + Parameters.encode(fingerprint));
    return new FailuresView.Group(
        group.type(),
        group.errorClass().map(JobRow::simple).orElse(group.reason().code().replace('_', ' ')),
        group.errorMessage().orElse(""),
        fingerprint,
        Format.number(group.failures()),
        call.format().when(group.lastAt()),
        bars(group.byHour(), period.range()),
        group.failures() + " failures over time: " + period.label(call.format()),
        call.base() + "/jobs?" + criteria,
        call.base() + "/jobs/" + group.lastJobId(),
        call.user().may(Right.ACT, group.type())
            ? call.base() + "/bulk?action=retry&" + criteria
            : "");
  }

  private static List<FailuresView.Bar> bars(List<HourlyCount> hours, Range range) {
    long step = Math.max(3600, Duration.between(range.from(), range.to()).toSeconds() / BARS);
    long[] counts = new long[BARS];
    for (HourlyCount hour : hours) {
      long ago = Math.max(0, Duration.between(hour.at(), range.to()).toSeconds() - 1) / step;
      if (ago < BARS) {
        counts[(int) (BARS - 1 - ago)] += hour.count();
      }
    }
    long max = Math.max(1, Arrays.stream(counts).max().orElse(1));
    List<FailuresView.Bar> bars = new ArrayList<>();
    for (int i = 0; i < BARS; i++) {
      if (counts[i] > 0) {
        int height = (int) Math.max(2, counts[i] * HEIGHT / max);
        bars.add(new FailuresView.Bar(i * BAR_WIDTH, HEIGHT - height, height));
      }
    }
    return bars;
  }
}
