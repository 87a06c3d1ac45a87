package dev.tenon.jobs.cli;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.workflow.WorkflowState;
import dev.tenon.jobs.workflow.WorkflowTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenon workflow}. */
@Command(
    name = "workflow",
    description = "Show a workflow with all that is nested in it, or run it again from a task.")
final class WorkflowCommand extends ActingCommand {

  @Parameters(paramLabel = "ID", description = "Id of the workflow")
  private UUID id;

  @Option(
      names = "--run-again-from",
      paramLabel = "TASK",
      description =
          "Run the workflow, which has ended, again from this task: the id of a job, of a nested"
              + " workflow, or of the workflow itself for all tasks")
  private @Nullable UUID from;

  @Option(names = "--reason", paramLabel = "REASON", description = "Reason for the audit")
  private @Nullable String reason;

  @SuppressWarnings("NullAway.Init")
  WorkflowCommand() {}

  @Override
  int run(Connection database) {
    if (from != null) {
      int count = database.jobs().workflows().runAgainFrom(id, from, actor(reason));
      if (isJson()) {
        print(Map.<String, Object>of("id", id, "from", from, "reset", count));
      } else {
        line(
            "Workflow %s runs again from %s. Jobs and tasks that start again: %d."
                .formatted(id, from, count));
      }
      return 0;
    }
    WorkflowTree tree =
        database
            .jobs()
            .workflows()
            .tree(id)
            .orElseThrow(
                () ->
                    Failure.of(
                        "There is no workflow "
                            + id
                            + ". Jobs have ids as well: try 'tenon show'."));
    if (isJson()) {
      print(view(tree));
      return 0;
    }
    WorkflowState state = tree.state();
    field("Workflow", state.id());
    field("Name", state.name());
    field("Unique by", state.uniqueKey().orElse(null));
    field("State", state(state));
    field("Submitted", Text.time(state.submittedAt()) + " by " + state.submittedBy());
    field("Ended", state.settledAt().map(Text::time).orElse(null));
    field("Task of", state.parentId().orElse(null));
    field("Jobs", counts(tree.allJobs()));
    List<List<String>> rows = new ArrayList<>();
    tree.nested().forEach(task -> addRows(task, "", rows));
    if (!rows.isEmpty()) {
      line("");
      Text.table(List.of("NESTED WORKFLOW", "ID", "STATE", "ENDED", "JOBS"), rows)
          .forEach(this::line);
    }
    if (!tree.isComplete()) {
      line("Only the first 10,000 workflows are shown.");
    }
    return 0;
  }

  private void field(String name, @Nullable Object value) {
    if (value != null) {
      line("%-10s %s".formatted(name, Text.oneLine(value)));
    }
  }

  private static void addRows(WorkflowTree tree, String indent, List<List<String>> rows) {
    WorkflowState state = tree.state();
    rows.add(
        List.of(
            indent + Text.oneLine(state.name()),
            state.id().toString(),
            state(state),
            state.ended() + " of " + state.members(),
            counts(tree.allJobs())));
    tree.nested().forEach(task -> addRows(task, indent + "  ", rows));
  }

  private static String state(WorkflowState state) {
    return state
        .outcome()
        .map(JobStatus::code)
        .orElse(state.pause().isPresent() ? "paused" : "running");
  }

  private static String counts(Map<JobStatus, Long> jobs) {
    return jobs.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> entry.getValue() + " " + entry.getKey().code())
        .collect(Collectors.joining(", "));
  }

  private static Map<String, @Nullable Object> view(WorkflowTree tree) {
    WorkflowState state = tree.state();
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("id", state.id());
    view.put("name", state.name());
    view.put("uniqueKey", state.uniqueKey().orElse(null));
    view.put("state", state(state));
    view.put("submittedBy", state.submittedBy());
    view.put("submittedAt", state.submittedAt());
    view.put("endedAt", state.settledAt().orElse(null));
    view.put("members", state.members());
    view.put("ended", state.ended());
    view.put("completed", state.completed());
    view.put("failed", state.failed());
    view.put("cancelled", state.cancelled());
    view.put("skipped", state.skipped());
    Map<String, @Nullable Object> jobs = new LinkedHashMap<>();
    tree.allJobs().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> jobs.put(entry.getKey().code(), entry.getValue()));
    view.put("allJobs", jobs);
    view.put("nested", tree.nested().stream().map(WorkflowCommand::view).toList());
    return view;
  }
}
