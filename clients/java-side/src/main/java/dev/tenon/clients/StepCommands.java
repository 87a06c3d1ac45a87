package dev.tenon.clients;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.durable.InDoubtQuery;
import dev.tenon.jobs.durable.JobSignal;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.JobSteps;
import dev.tenon.jobs.durable.SignalOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Signals that Java sends, and what it sees and decides of the steps of jobs. */
final class StepCommands {

  private static final Actor ANN = Actor.of("ann");

  private final LabelJobs jobs;
  private final JobSteps steps;

  StepCommands(LabelJobs jobs, JobSteps steps) {
    this.jobs = jobs;
    this.steps = steps;
  }

  Control addTo(Control control) {
    return control
        .on("approve", this::approve)
        .on("reject", this::reject)
        .on("approveByToken", this::approveByToken)
        .on(
            "steps",
            arguments -> steps.ofJob(id(arguments)).stream().map(StepCommands::of).toList())
        .on("signals", arguments -> signals(id(arguments)))
        .on("cursor", arguments -> steps.cursorOfJob(id(arguments)).orElse(null))
        .on("inDoubt", arguments -> inDoubt())
        .on("markDone", this::markDone)
        .on("markNotDone", this::markNotDone)
        .on("runAgainFrom", this::runAgainFrom);
  }

  private boolean approve(JsonNode arguments) {
    SignalOptions options = SignalOptions.by("ann");
    if (arguments.has("id")) {
      options = options.withId(arguments.get("id").asString());
    }
    if (arguments.has("key")) {
      options = options.withKey(arguments.get("key").asString());
    }
    return jobs.labelApproved().send(id(arguments), approved(arguments), options).isNew();
  }

  private boolean reject(JsonNode arguments) {
    return jobs.labelRejected()
        .send(id(arguments), new LabelRejected("crooked"), SignalOptions.by("bob"))
        .isNew();
  }

  private boolean approveByToken(JsonNode arguments) {
    return jobs.labelApproved()
        .sendByToken(
            arguments.get("token").asString(), approved(arguments), SignalOptions.by("mail"))
        .isNew();
  }

  private static LabelApproved approved(JsonNode arguments) {
    return new LabelApproved(arguments.path("by").asString("ann"));
  }

  private static Map<String, @Nullable Object> of(JobStep step) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", step.name());
    fields.put("key", step.key());
    fields.put("kind", step.kind().code());
    fields.put("state", step.state().code());
    fields.put("attempts", step.attempts());
    fields.put("result", step.result().orElse(null));
    fields.put("message", step.message().orElse(null));
    return fields;
  }

  private List<Map<String, @Nullable Object>> signals(UUID jobId) {
    return steps.signalsOfJob(jobId).stream().map(StepCommands::of).toList();
  }

  private static Map<String, @Nullable Object> of(JobSignal signal) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", signal.name());
    fields.put("id", signal.id());
    fields.put("error", signal.error().orElse(null));
    fields.put("sentBy", signal.sentBy());
    return fields;
  }

  private List<String> inDoubt() {
    return steps.inDoubt(InDoubtQuery.all()).items().stream()
        .map(step -> step.jobId() + " " + step.name())
        .toList();
  }

  private boolean markDone(JsonNode arguments) {
    steps.markDone(id(arguments), name(arguments), "", arguments.get("result").toString(), ANN);
    return true;
  }

  private boolean markNotDone(JsonNode arguments) {
    steps.markNotDone(id(arguments), name(arguments), "", ANN);
    return true;
  }

  private boolean runAgainFrom(JsonNode arguments) {
    steps.runAgainFrom(id(arguments), name(arguments), "", ANN);
    return true;
  }

  private static String name(JsonNode arguments) {
    return arguments.get("name").asString();
  }

  private static UUID id(JsonNode arguments) {
    return UUID.fromString(arguments.get("jobId").asString());
  }
}
