package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.workflow.JobWorkflows;
import dev.tenon.jobs.workflow.WorkflowQuery;
import dev.tenon.jobs.workflow.WorkflowState;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Workflows and batches. They have jobs of several types: the right to all others decides. */
final class WorkflowsPage implements Page {

  private static final int LIMIT = 25;

  @Override
  public DashboardResponse answer(Call call) {
    List<String> rest = call.rest();
    call.require(Right.READ);
    if (rest.isEmpty()) {
      call.requireGet();
      return list(call);
    }
    UUID id = Call.uuid(rest.get(0));
    JobWorkflows workflows = call.site().jobs().workflows();
    if (rest.size() == 1) {
      call.requireGet();
      return WorkflowDetails.show(call, workflows.tree(id).orElseThrow(() -> none(id)));
    }
    if (rest.size() == 2 && call.isPost()) {
      return change(call, workflows.find(id).orElseThrow(() -> none(id)), rest.get(1));
    }
    throw new RefusedException(404, "There is no such page.");
  }

  private static RefusedException none(UUID id) {
    return new RefusedException(404, "There is no workflow " + id + ".");
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

  static String state(WorkflowState workflow) {
    return workflow
        .outcome()
        .map(JobStatus::code)
        .orElse(workflow.pause().isPresent() ? "paused" : "running");
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
          case "again" -> {
            UUID task = call.form().get("task").map(Call::uuid).orElse(id);
            yield Call.change(
                () ->
                    "The workflow runs again. Jobs and tasks that start again: "
                        + workflows.runAgainFrom(id, task, actor)
                        + ".");
          }
          default -> throw new RefusedException(404, "There is no such action.");
        };
    return call.done("/workflows/" + id, notice);
  }
}
