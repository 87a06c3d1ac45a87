package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.dashboard.StepRow.Around;
import dev.tenon.jobs.durable.InDoubtQuery;
import dev.tenon.jobs.durable.JobStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The steps in doubt, of all jobs that the user may see. */
final class InDoubtPage implements Page {

  @Override
  public DashboardResponse answer(Call call) {
    call.requireGet();
    if (!call.rest().isEmpty()) {
      throw new RefusedException(404, "There is no such page.");
    }
    InDoubtQuery all = InDoubtQuery.all();
    var page = call.site().jobs().steps().inDoubt(call.cursor().map(all::withCursor).orElse(all));
    List<JobStep> steps =
        page.items().stream().filter(step -> call.user().may(Right.READ, step.jobType())).toList();
    Map<UUID, JobStatus> statuses = statuses(call, steps);
    List<InDoubtView.Doubt> doubts = new ArrayList<>();
    for (JobStep step : steps) {
      @Nullable JobStatus status = statuses.get(step.jobId());
      String id = step.jobId().toString();
      boolean canAct = call.user().may(Right.ACT, step.jobType());
      doubts.add(
          new InDoubtView.Doubt(
              StepRow.of(step, new Around(status, true, canAct), call.format(), doubts.size() + 1),
              id.substring(id.length() - 8),
              step.jobType(),
              status == null ? "" : status.code()));
    }
    return DashboardResponse.html(
        200,
        InDoubtViewTemplate.of()
            .execute(
                new InDoubtView(
                    Frame.of(
                        call,
                        "in-doubt",
                        "Steps in doubt",
                        call.user().maySomewhere(Right.ACT),
                        false),
                    doubts,
                    doubts.isEmpty(),
                    page.next().map(end -> call.base() + "/in-doubt?cursor=" + end).orElse(""))));
  }

  private static Map<UUID, JobStatus> statuses(Call call, List<JobStep> steps) {
    Set<UUID> ids = steps.stream().map(JobStep::jobId).collect(Collectors.toSet());
    return ids.isEmpty()
        ? Map.of()
        : call
            .site()
            .jobs()
            .list(JobQuery.all().withIds(ids).withLimit(JobQuery.MAX_LIMIT))
            .items()
            .stream()
            .collect(Collectors.toMap(JobSummary::id, JobSummary::status));
  }
}
