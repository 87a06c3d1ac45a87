package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Pause;
import dev.tenon.jobs.dashboard.JobView.Fact;
import dev.tenon.jobs.workflow.WorkflowState;
import dev.tenon.jobs.workflow.WorkflowTree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The page of a workflow: its tasks as a graph and as a list, and all that is nested in it. */
final class WorkflowDetails {

  private static final int PAGE = 60;

  /** The largest number of tasks that are drawn and listed next to the drawing. */
  private static final int MAX_DRAWN = 300;

  private static final int MAX_NESTED = 300;
  private static final long MAX_COUNTED = 100_000;
  private static final int MAX_LABEL = 26;

  /** The order of the list: what somebody has to look at comes first. */
  private static final List<String> URGENT_FIRST =
      List.of("failed", "cancelled", "paused", "running", "queued", "pending", "completed");

  private WorkflowDetails() {}

  static DashboardResponse show(Call call, WorkflowTree tree) {
    Site site = call.site();
    WorkflowState workflow = tree.state();
    List<String> types = call.typesFor(Right.READ);
    int offset = call.query().get("skip").map(WorkflowDetails::offset).orElse(0);
    List<JobSummary> drawn = site.monitor().workflowJobs(workflow.id(), types, 0, MAX_DRAWN);
    List<JobSummary> jobs =
        offset == 0
            ? drawn.subList(0, Math.min(PAGE, drawn.size()))
            : site.monitor().workflowJobs(workflow.id(), types, offset, PAGE);
    long all =
        types.isEmpty()
            ? workflow.jobs().values().stream().mapToLong(Long::longValue).sum()
            : site.jobs()
                .count(JobQuery.all().withWorkflowId(workflow.id()).withTypes(types), MAX_COUNTED);
    long end = (long) offset + jobs.size();
    List<WorkflowGraph.Task> tasks = tasks(call, workflow, drawn, tree.nested());
    WorkflowGraph graph = new WorkflowGraph(tasks, site.monitor().dependencies(workflow.id()));
    List<WorkflowView.Step> steps =
        tasks.stream()
            .sorted(Comparator.comparingInt(task -> URGENT_FIRST.indexOf(task.status())))
            .map(
                task ->
                    new WorkflowView.Step(
                        task.id().toString(),
                        task.href(),
                        task.label(),
                        task.id().toString().substring(28),
                        task.status()))
            .toList();
    List<WorkflowView.Nested> nested = new ArrayList<>();
    addNested(call, tree, "", nested);
    Optional<Pause> pause = workflow.pause();
    boolean canAct = call.user().mayEverywhere(Right.ACT);
    return DashboardResponse.html(
        200,
        WorkflowViewTemplate.of()
            .execute(
                new WorkflowView(
                    Frame.of(call, "workflows", workflow.name(), canAct, false),
                    workflow.id().toString(),
                    WorkflowsPage.state(workflow),
                    facts(call, tree),
                    pause.isPresent(),
                    pause.map(each -> "by " + each.by() + ": " + each.reason()).orElse(""),
                    workflow.outcome().isPresent(),
                    workflow.failed() + workflow.cancelled() > 0,
                    graph.nodes(),
                    graph.lines(),
                    graph.width(),
                    graph.height(),
                    graph.hasLines(),
                    steps,
                    all > drawn.size() ? Format.number(tasks.size()) : "",
                    JobRow.of(jobs, call.format()),
                    shown(offset, end, all),
                    end < all ? call.base() + "/workflows/" + workflow.id() + "?skip=" + end : "",
                    call.base() + "/jobs?workflow=" + workflow.id(),
                    nested,
                    !nested.isEmpty())));
  }

  private static List<WorkflowGraph.Task> tasks(
      Call call, WorkflowState workflow, List<JobSummary> jobs, List<WorkflowTree> nested) {
    List<WorkflowGraph.Task> tasks = new ArrayList<>();
    for (JobSummary job :
        jobs.stream().sorted(Comparator.comparing(job -> job.id().toString())).toList()) {
      tasks.add(
          new WorkflowGraph.Task(
              job.id(),
              call.base() + "/jobs/" + job.id(),
              "%s/jobs?workflow=%s&type=%s&status=%s"
                  .formatted(
                      call.base(),
                      workflow.id(),
                      Parameters.encode(job.type()),
                      job.status().code()),
              label(job.type()),
              job.status().code()));
    }
    for (WorkflowTree each : nested) {
      if (tasks.size() < 2 * MAX_DRAWN) {
        WorkflowState task = each.state();
        tasks.add(
            new WorkflowGraph.Task(
                task.id(),
                call.base() + "/workflows/" + task.id(),
                "",
                label(task.name()),
                WorkflowsPage.state(task)));
      }
    }
    return tasks;
  }

  /** Adds the workflows that are tasks, with their own below them, failed ones first. */
  private static void addNested(
      Call call, WorkflowTree tree, String above, List<WorkflowView.Nested> nested) {
    List<WorkflowTree> ordered =
        tree.nested().stream()
            .sorted(
                Comparator.comparingInt(
                    each -> URGENT_FIRST.indexOf(WorkflowsPage.state(each.state()))))
            .toList();
    for (WorkflowTree each : ordered) {
      if (nested.size() >= MAX_NESTED) {
        return;
      }
      WorkflowState task = each.state();
      nested.add(
          new WorkflowView.Nested(
              call.base() + "/workflows/" + task.id(),
              above,
              task.name(),
              WorkflowsPage.state(task),
              task.ended() + " of " + task.members()));
      addNested(call, each, above + label(task.name()) + " / ", nested);
    }
  }

  /** The range of the jobs that are shown; empty if all are. */
  private static String shown(int offset, long end, long all) {
    if (offset == 0 && end >= all) {
      return "";
    }
    return (offset == 0
            ? Format.number(end)
            : Format.number(Math.min(offset + 1L, end)) + " to " + Format.number(end))
        + " of "
        + Format.number(Math.max(all, end));
  }

  private static int offset(String text) {
    try {
      int offset = Integer.parseInt(text);
      if (offset >= 0) {
        return offset;
      }
    } catch (NumberFormatException e) {
      throw noOffset(text);
    }
    throw noOffset(text);
  }

  private static BadRequestException noOffset(String text) {
    return new BadRequestException("'" + text + "' is not a number of jobs to skip.");
  }

  private static String label(String name) {
    return name.length() <= MAX_LABEL ? name : "…" + name.substring(name.length() - MAX_LABEL + 1);
  }

  private static List<Fact> facts(Call call, WorkflowTree tree) {
    WorkflowState workflow = tree.state();
    Format format = call.format();
    List<Fact> facts = new ArrayList<>();
    facts.add(Fact.of("Submitted by", workflow.submittedBy()));
    facts.add(new Fact("Submitted", "", "", format.maybe(workflow.submittedAt())));
    workflow.settledAt().ifPresent(at -> facts.add(new Fact("Ended", "", "", format.maybe(at))));
    workflow.uniqueKey().ifPresent(key -> facts.add(Fact.of("Unique by", key)));
    facts.add(
        Fact.of(
            "Members",
            "%d: %d completed, %d failed, %d cancelled, %d skipped"
                .formatted(
                    workflow.members(),
                    workflow.completed(),
                    workflow.failed(),
                    workflow.cancelled(),
                    workflow.skipped())));
    if (!tree.nested().isEmpty()) {
      facts.add(
          Fact.of(
              "Jobs, with nested ones",
              tree.allJobs().entrySet().stream()
                  .sorted(Map.Entry.comparingByKey())
                  .map(entry -> Format.number(entry.getValue()) + " " + entry.getKey().code())
                  .collect(Collectors.joining(", "))));
    }
    if (workflow.isOpen()) {
      facts.add(Fact.of("Open", "more members may be added"));
    }
    workflow
        .parentId()
        .ifPresent(
            parent ->
                facts.add(
                    new Fact(
                        "Task of",
                        parent.toString(),
                        call.base() + "/workflows/" + parent,
                        List.of())));
    return facts;
  }
}
