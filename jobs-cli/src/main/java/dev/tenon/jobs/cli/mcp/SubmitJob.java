package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.UnreadablePayloadException;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.dashboard.Right;
import dev.tenon.jobs.operate.JobCatalog;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code submit_job}: submits a job of any type that a module on the class path declares. The
 * validator that the annotation processor has generated checks the payload.
 */
final class SubmitJob implements AgentTool {

  private static final String PAYLOAD = "payload";

  private static final List<Argument> ARGUMENTS =
      List.of(
          Argument.text("type", "Name of the job type").required(),
          Argument.object(
                  PAYLOAD, "The payload, as the payloadSchema of describe_type says for the type")
              .required(),
          Argument.text("itemId", "Item that the job belongs to"),
          Argument.choice(
              "priority",
              "Priority; that of the type if left out",
              Arrays.stream(JobPriority.values()).map(JobPriority::code).toList()),
          Argument.text("runAt", "Time when the job is due, such as 2026-03-01T12:00:00Z"),
          Argument.reason());

  @Override
  public String name() {
    return "submit_job";
  }

  @Override
  public String title() {
    return "Submit a job";
  }

  @Override
  public String description() {
    return "Submits a new job. Its payload must be valid for the payloadSchema that describe_type shows. If it is not,"
        + " nothing is submitted, and the answer has the violations and the schema.";
  }

  @Override
  public Right right() {
    return Right.ACT;
  }

  @Override
  public List<Argument> arguments() {
    return ARGUMENTS;
  }

  /** The reason why jobs of a type cannot be submitted; empty if they can. */
  static Optional<String> obstacle(AgentCall call, String type) {
    Optional<JobCatalog.Entry> entry = call.site().catalog().find(type);
    if (entry.isEmpty()) {
      return Optional.of(
          "No module on the class path of this server declares the type, so its payloads cannot be validated here.");
    }
    if (!entry.get().definition().sensitivePayload().isNone()) {
      return Optional.of(
          "The payload has sensitive values, which must not pass through an agent. Submit it from the application or the dashboard.");
    }
    return call.may(Right.ACT, entry.get().definition().type())
        ? Optional.empty()
        : Optional.of("This server may not change jobs of the type.");
  }

  @Override
  public Map<String, @Nullable Object> run(AgentCall call, Arguments arguments) {
    String type = call.type(arguments.require("type")).type();
    call.require(Right.ACT, type);
    Optional<String> obstacle = obstacle(call, type);
    if (obstacle.isPresent()) {
      throw new Refusal("'type' is '%s'; %s".formatted(type, obstacle.get()));
    }
    JobCatalog.Entry entry = call.site().catalog().get(type);
    try {
      Submitted submitted =
          call.site()
              .catalog()
              .submit(
                  type,
                  call.site().json().writeValueAsString(arguments.object(PAYLOAD)),
                  options(call, arguments),
                  call.actor(arguments.require("reason")));
      return new Fields()
          .add("jobId", submitted.jobId())
          .add("isNew", submitted.isNew())
          .add(
              "note",
              submitted.isNew()
                  ? null
                  : "A job with the same unique components exists, so no new one was submitted.")
          .map();
    } catch (InvalidPayloadException e) {
      throw invalid(
          call,
          entry,
          e.violations().stream()
              .map(
                  each ->
                      new Fields().add("path", each.path()).add("message", each.message()).map())
              .toList());
    } catch (UnreadablePayloadException e) {
      throw invalid(
          call,
          entry,
          List.of(new Fields().add("path", e.path()).add("message", e.getMessage()).map()));
    } catch (IOException e) {
      throw new Refusal("'payload' cannot be written as JSON: " + e.getMessage());
    }
  }

  private static SubmitOptions options(AgentCall call, Arguments arguments) {
    SubmitOptions options = SubmitOptions.by(call.name());
    for (String item : arguments.text("itemId").stream().toList()) {
      options = options.withItemId(item);
    }
    for (String priority : arguments.text("priority").stream().toList()) {
      options = options.withPriority(JobPriority.ofCode(priority));
    }
    for (Instant runAt : arguments.time("runAt", call.now()).stream().toList()) {
      options = options.withRunAt(runAt);
    }
    return options;
  }

  private static Refusal invalid(
      AgentCall call, JobCatalog.Entry entry, List<Map<String, @Nullable Object>> violations) {
    return new Refusal(
        "'payload' is not valid for the type '%s', so nothing was submitted. See 'violations', correct the payload, and call submit_job again."
            .formatted(entry.definition().type()),
        new Fields()
            .add("violations", violations)
            .add("payloadSchema", DescribeType.schema(call, entry))
            .map());
  }
}
