package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.dashboard.Right;
import dev.tenon.jobs.operate.JobCatalog;
import dev.tenon.jobs.operate.JobTypeState;
import io.modelcontextprotocol.json.TypeRef;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code describe_type}: what a type is, and the JSON Schema of its payload. */
final class DescribeType implements AgentTool {

  /** The longest schema that is shown, in characters. */
  private static final int MAX_SCHEMA = 64_000;

  private static final List<Argument> ARGUMENTS =
      List.of(Argument.text("type", "Name of the job type, as overview lists it").required());

  @Override
  public String name() {
    return "describe_type";
  }

  @Override
  public String title() {
    return "Describe a job type";
  }

  @Override
  public String description() {
    return "Shows one job type: its settings, limits and pause, what it is for, and the JSON Schema of its payload."
        + " Call this before submit_job.";
  }

  @Override
  public Right right() {
    return Right.READ;
  }

  @Override
  public List<Argument> arguments() {
    return ARGUMENTS;
  }

  @Override
  public Map<String, @Nullable Object> run(AgentCall call, Arguments arguments) {
    JobTypeState type = call.type(arguments.require("type"));
    Optional<JobCatalog.Entry> entry = call.site().catalog().find(type.type());
    return new Fields()
        .add("type", Views.type(type))
        .add("label", entry.map(known -> known.definition().label()))
        .add("whySubmitIsNotPossible", SubmitJob.obstacle(call, type.type()))
        .add("payloadSchema", entry.flatMap(known -> schema(call, known)))
        .map();
  }

  /** The schema of the payload as an object; empty if there is none, or if it is too long. */
  static Optional<Map<String, Object>> schema(AgentCall call, JobCatalog.Entry entry) {
    return entry
        .payloadSchema()
        .filter(text -> text.length() <= MAX_SCHEMA)
        .map(
            text -> {
              try {
                return call.site().json().readValue(text, new TypeRef<Map<String, Object>>() {});
              } catch (IOException e) {
                throw new IllegalStateException("The annotation processor writes JSON.", e);
              }
            });
  }
}
