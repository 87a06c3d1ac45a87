package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.dashboard.Right;
import dev.tenon.jobs.operate.JobTypeState;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The arguments that say which jobs, as {@link JobQuery} has them. */
final class FilterArguments {

  private static final int MAX_IDS = 100;
  private static final String HEADERS = "headers";
  private static final String TIME =
      ": a time such as 2026-03-01T12:00:00Z, or an age such as 90s, 30m, 2h or 7d";

  /** The arguments. */
  static final List<Argument> ARGUMENTS =
      List.of(
          Argument.choice(
              "status",
              "Status of the jobs",
              Arrays.stream(JobStatus.values()).map(JobStatus::code).toList()),
          Argument.text("type", "Name of the job type, as overview lists it"),
          Argument.text("itemId", "Item that the jobs belong to"),
          Argument.text("submittedBy", "Name of the submitter"),
          Argument.text("limitKey", "Limit key of the jobs"),
          Argument.object(
              HEADERS, "Headers that the jobs have, all of them: names with their values"),
          Argument.text(
              "fingerprint",
              "Fingerprint of the last failed attempt, as list_failures has it: failures of the same kind"),
          Argument.text("workflowId", "Id of the workflow that the jobs belong to"),
          Argument.text(
              "errorText",
              "Part of the error. There is no index for it, so also give a status, a type or a time"),
          Argument.text("submittedAfter", "Submitted then or later" + TIME),
          Argument.text("submittedBefore", "Submitted earlier" + TIME),
          Argument.strings("ids", "Ids of the jobs", MAX_IDS));

  private FilterArguments() {}

  /**
   * The query, limited to types that the user has the right for.
   *
   * @throws Refusal if the user has the right for no such type
   */
  static JobQuery query(AgentCall call, Arguments arguments, Right right) {
    List<String> types = types(call, arguments.text("type"), right);
    JobQuery query = types.isEmpty() ? JobQuery.all() : JobQuery.all().withTypes(types);
    Instant now = call.now();
    for (String status : arguments.text("status").stream().toList()) {
      query = query.withStatus(JobStatus.ofCode(status));
    }
    query = with(query, arguments.text("itemId"), JobQuery::withItemId);
    query = with(query, arguments.text("submittedBy"), JobQuery::withSubmittedBy);
    query = with(query, arguments.text("limitKey"), JobQuery::withLimitKey);
    query = with(query, arguments.text("fingerprint"), JobQuery::withFingerprint);
    query = with(query, arguments.id("workflowId"), JobQuery::withWorkflowId);
    query = with(query, arguments.text("errorText"), JobQuery::withErrorText);
    query = with(query, arguments.time("submittedAfter", now), JobQuery::withSubmittedAfter);
    query = with(query, arguments.time("submittedBefore", now), JobQuery::withSubmittedBefore);
    Map<String, Object> headers = arguments.only(ARGUMENTS);
    if (headers.containsKey(HEADERS)) {
      query = query.withHeaders(headers(arguments));
    }
    List<String> ids = arguments.strings("ids");
    return ids.isEmpty()
        ? query
        : query.withIds(ids.stream().map(id -> Arguments.id("ids", id)).toList());
  }

  /**
   * The names of a type, or of all types, that the user has the right for; empty if these are all.
   *
   * @param name the name of the type; empty for all types
   * @throws Refusal if the user has the right for no such type
   */
  static List<String> types(AgentCall call, Optional<String> name, Right right) {
    if (name.isEmpty()) {
      return call.typesFor(right);
    }
    JobTypeState type = call.type(name.get());
    call.require(right, type.type());
    return Stream.concat(Stream.of(type.type()), type.aliases().stream())
        .filter(each -> call.may(right, each))
        .toList();
  }

  private interface Condition<T> {
    JobQuery add(JobQuery query, T value);
  }

  private static <T> JobQuery with(JobQuery query, Optional<T> value, Condition<T> condition) {
    return value.map(present -> condition.add(query, present)).orElse(query);
  }

  private static Headers headers(Arguments arguments) {
    Map<String, String> headers = new HashMap<>();
    arguments
        .object(HEADERS)
        .forEach(
            (name, value) -> {
              if (!(value instanceof String text)) {
                throw Argument.wrong(
                    HEADERS + "." + InertText.of(name, 100), value, "must be a string.");
              }
              headers.put(name, text);
            });
    if (headers.isEmpty()) {
      throw new Refusal("'headers' is empty. Leave it out, or give names with their values.");
    }
    try {
      return Headers.ofMap(headers);
    } catch (IllegalArgumentException e) {
      throw new Refusal("'headers' is wrong: " + e.getMessage());
    }
  }
}
