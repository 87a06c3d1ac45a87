package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Pause;
import dev.tenon.jobs.dashboard.JobView.Fact;
import dev.tenon.jobs.workflow.JobWorkflows;
import dev.tenon.jobs.workflow.WorkflowQuery;
import dev.tenon.jobs.workflow.WorkflowState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Workflows and batches. They have jobs of several types: the right to all others decides. */
final class WorkflowsPage implements Page {

  private static final int LIMIT = 25;
  private static final int MAX_TASKS = 60;
  private static final long MAX_COUNTED = 100_000;
  private static final int MAX_LABEL = 26;

  @Override
  public DashboardResponse answer(Call call) {
    List<String> rest = call.rest();
    call.require(Right.READ);
    if (rest.isEmpty()) {
      call.requireGet();
      return list(call);
    }
    UUID id = Call.uuid(rest.get(0));
    WorkflowState workflow =
        call.site()
            .jobs()
            .workflows()
            .find(id)
            .orElseThrow(() -> new RefusedException(404, "There is no workflow " + id + "."));
    if (rest.size() == 1) {
      call.requireGet();
      return show(call, workflow);
    }
    if (rest.size() == 2 && call.isPost()) {
      return change(call, workflow, rest.get(1));
    }
    throw new RefusedException(404, "There is no such page.");
  }

  private static DashboardResponse list(Call call) {
    Parameters parameters = call.query();
    var page = call.site().jobs().workflows().list(query(call));
    String criteria = parameters.encoded("cursor", "done", "seal");
    List<WorkflowsView.Row> rows =
        page.items().stream().map(workflow -> row(call, workflow)).toList();
    return DashboardResponse.html(
        200,
        WorkflowsViewTemplate.of()
            .execute(
                new WorkflowsView(
                    Frame.of(call, "workflows", "Workflows and batches", false, false),
                    rows,
                    rows.isEmpty(),
                    page.next()
                        .map(
                            end ->
                                call.base()
                                    + "/workflows?"
                                    + (criteria.isEmpty() ? "" : criteria + "&")
                                    + "cursor="
                                    + end)
                        .orElse(""),
                    Option.of(
                        Arrays.stream(WorkflowQuery.State.values())
                            .map(WorkflowQuery.State::code)
                            .toList(),
                        parameters.get("state").orElse("")),
                    Stream.of("1h", "1d", "7d", "30d")
                        .map(
                            since ->
                                new Option(
                                    since,
                                    "last " + since,
                                    since.equals(parameters.get("since").orElse(""))))
                        .toList(),
                    parameters.get("name").orElse(""),
                    parameters.get("until").orElse(""),
                    !criteria.isEmpty())));
  }

  private static WorkflowQuery query(Call call) {
    Parameters parameters = call.query();
    WorkflowQuery query = WorkflowQuery.all().withLimit(LIMIT);
    for (String name : parameters.get("name").stream().toList()) {
      query = query.withName(name);
    }
    for (String state : parameters.get("state").stream().toList()) {
      query = query.withState(state(state));
    }
    for (String since : parameters.get("since").stream().toList()) {
      query = query.withSubmittedAfter(Filter.since(since, call.format()));
    }
    for (String until : parameters.get("until").stream().toList()) {
      query = query.withSubmittedBefore(Filter.time(until, call.format().zone()));
    }
    return call.cursor().map(query::withCursor).orElse(query);
  }

  private static WorkflowQuery.State state(String name) {
    return Arrays.stream(WorkflowQuery.State.values())
        .filter(state -> state.code().equals(name))
        .findFirst()
        .orElseThrow(() -> new BadRequestException("There is no state '" + name + "'."));
  }

  private static WorkflowsView.Row row(Call call, WorkflowState workflow) {
    return new WorkflowsView.Row(
        call.base() + "/workflows/" + workflow.id(),
        workflow.name(),
        state(workflow),
        workflow.submittedBy(),
        call.format().when(workflow.submittedAt()),
        workflow.ended() + " of " + workflow.members(),
        workflow.members() == 0 ? 0 : workflow.ended() * 100 / workflow.members());
  }

  private static String state(WorkflowState workflow) {
    return workflow
        .outcome()
        .map(JobStatus::code)
        .orElse(workflow.pause().isPresent() ? "paused" : "running");
  }

  private static DashboardResponse show(Call call, WorkflowState workflow) {
    Site site = call.site();
    List<String> types = call.typesFor(Right.READ);
    int offset = call.query().get("skip").map(WorkflowsPage::offset).orElse(0);
    List<JobSummary> jobs = site.monitor().workflowJobs(workflow.id(), types, offset, MAX_TASKS);
    long all =
        types.isEmpty()
            ? workflow.jobs().values().stream().mapToLong(Long::longValue).sum()
            : site.jobs()
                .count(JobQuery.all().withWorkflowId(workflow.id()).withTypes(types), MAX_COUNTED);
    long end = (long) offset + jobs.size();
    List<WorkflowState> nested = new ArrayList<>();
    for (UUID id : site.monitor().nested(workflow.id())) {
      if (nested.size() < MAX_TASKS) {
        site.jobs().workflows().find(id).ifPresent(nested::add);
      }
    }
    List<WorkflowGraph.Task> tasks = new ArrayList<>();
    for (JobSummary job :
        jobs.stream().sorted(Comparator.comparing(job -> job.id().toString())).toList()) {
      tasks.add(
          new WorkflowGraph.Task(
              job.id(), call.base() + "/jobs/" + job.id(), label(job.type()), job.status().code()));
    }
    for (WorkflowState task : nested) {
      tasks.add(
          new WorkflowGraph.Task(
              task.id(), call.base() + "/workflows/" + task.id(), label(task.name()), state(task)));
    }
    WorkflowGraph graph = new WorkflowGraph(tasks, site.monitor().dependencies(workflow.id()));
    Optional<Pause> pause = workflow.pause();
    boolean canAct = call.user().mayEverywhere(Right.ACT);
    return DashboardResponse.html(
        200,
        WorkflowViewTemplate.of()
            .execute(
                new WorkflowView(
                    Frame.of(call, "workflows", workflow.name(), canAct, false),
                    workflow.id().toString(),
                    state(workflow),
                    facts(call, workflow),
                    pause.isPresent(),
                    pause.map(each -> "by " + each.by() + ": " + each.reason()).orElse(""),
                    workflow.outcome().isPresent(),
                    workflow.failed() + workflow.cancelled() > 0,
                    graph.nodes(),
                    graph.lines(),
                    graph.width(),
                    graph.height(),
                    graph.hasLines(),
                    JobRow.of(jobs, call.format()),
                    shown(offset, end, all),
                    end < all ? call.base() + "/workflows/" + workflow.id() + "?skip=" + end : "",
                    call.base() + "/jobs?workflow=" + workflow.id(),
                    nested.stream()
                        .map(
                            task ->
                                new WorkflowView.Nested(
                                    call.base() + "/workflows/" + task.id(),
                                    task.name(),
                                    state(task),
                                    task.ended() + " of " + task.members()))
                        .toList(),
                    !nested.isEmpty())));
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

  private static List<Fact> facts(Call call, WorkflowState workflow) {
    Format format = call.format();
    List<Fact> facts = new ArrayList<>();
    facts.add(Fact.of("Submitted by", workflow.submittedBy()));
    facts.add(new Fact("Submitted", "", "", format.maybe(workflow.submittedAt())));
    workflow.settledAt().ifPresent(at -> facts.add(new Fact("Ended", "", "", format.maybe(at))));
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

  private static DashboardResponse change(Call call, WorkflowState workflow, String action) {
    if (!call.user().mayEverywhere(Right.ACT)) {
      throw new RefusedException(
          403,
          "You may not change workflows: they have jobs of several types, and you need the right to act on all types.");
    }
    JobWorkflows workflows = call.site().jobs().workflows();
    String reason = call.form().require("reason", "a reason");
    Actor actor = call.actor(reason);
    UUID id = workflow.id();
    String notice =
        switch (action) {
          case "pause" ->
              Call.change(
                  () -> {
                    workflows.pause(id, actor);
                    return "The workflow is paused: no more of its jobs will start.";
                  });
          case "resume" ->
              Call.change(
                  () -> {
                    workflows.resume(id, actor);
                    return "The workflow was resumed.";
                  });
          case "cancel" ->
              Call.change(
                  () -> workflows.cancel(id, actor) + " jobs were cancelled or asked to stop.");
          case "retry" -> Call.change(() -> workflows.retry(id, actor) + " jobs will run again.");
          default -> throw new RefusedException(404, "There is no such action.");
        };
    return call.done("/workflows/" + id, notice);
  }
}
