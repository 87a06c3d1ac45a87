package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A search, from the parameters of a page.
 *
 * @param query the query, without types that the user may not see
 * @param parameters the parameters, as the next page needs them
 */
record Filter(JobQuery query, Parameters parameters) {

  private static final Map<String, Duration> SINCE =
      Map.of(
          "1h", Duration.ofHours(1),
          "1d", Duration.ofDays(1),
          "7d", Duration.ofDays(7),
          "30d", Duration.ofDays(30));

  /** The number of jobs on a page, and so the most that can be selected. */
  static final int MAX_TICKED = 50;

  /** Reads the search from the parameters, limited to types that the user has the right for. */
  static Filter of(Call call, Parameters parameters, Right right) {
    Format format = call.format();
    JobQuery query = JobQuery.all().withLimit(MAX_TICKED);
    Optional<String> type = parameters.get("type");
    if (type.isPresent()) {
      call.require(right, type.get());
      query =
          call.site().definition(type.get()).isPresent()
              ? query.withType(call.site().definition(type.get()).orElseThrow())
              : query.withType(type.get());
      // The user may lack the right to one of its other names
      query =
          query.withTypes(
              query.types().stream().filter(name -> call.user().may(right, name)).toList());
    } else {
      List<String> types = call.typesFor(right);
      query = types.isEmpty() ? query : query.withTypes(types);
    }
    for (String status : parameters.get("status").stream().toList()) {
      query = query.withStatus(status(status));
    }
    for (String item : parameters.get("item").stream().toList()) {
      query = query.withItemId(item);
    }
    for (String by : parameters.get("by").stream().toList()) {
      query = query.withSubmittedBy(by);
    }
    for (String key : parameters.get("key").stream().toList()) {
      query = query.withLimitKey(key);
    }
    query = query.withHeaders(headers(parameters.all("header")));
    for (String text : parameters.get("error").stream().toList()) {
      query = query.withErrorText(text);
    }
    for (String fingerprint : parameters.get("fingerprint").stream().toList()) {
      query = query.withFingerprint(fingerprint);
    }
    for (String workflow : parameters.get("workflow").stream().toList()) {
      query = query.withWorkflowId(Call.uuid(workflow));
    }
    for (String since : parameters.get("since").stream().toList()) {
      query = query.withSubmittedAfter(since(since, format));
    }
    for (String from : parameters.get(Period.FROM).stream().toList()) {
      query = query.withSubmittedAfter(time(from, format.zone()));
    }
    for (String to : parameters.get(Period.TO).stream().toList()) {
      query = query.withSubmittedBefore(time(to, format.zone()));
    }
    if (query.submittedAfter().isPresent()
        && query.submittedBefore().filter(query.submittedAfter().get()::isBefore).isEmpty()
        && query.submittedBefore().isPresent()) {
      throw new BadRequestException("The period of submission must start before it ends.");
    }
    List<UUID> ids = parameters.all("ids").stream().map(Call::uuid).toList();
    if (ids.size() > MAX_TICKED) {
      throw new BadRequestException(
          "There are " + ids.size() + " ids; at most " + MAX_TICKED + " are allowed.");
    }
    // Without any id, the query would ask for all jobs
    if (ids.isEmpty() && isOfTicked(parameters)) {
      throw new BadRequestException("No job is selected. Select at least one.");
    }
    if (!ids.isEmpty()) {
      query = query.withIds(ids);
    }
    return new Filter(query, parameters);
  }

  /** Returns whether this is about jobs that were selected in a list. */
  static boolean isOfTicked(Parameters parameters) {
    return parameters.get("of").filter("ticked"::equals).isPresent();
  }

  /** Reads headers, each as {@code name=value}. */
  private static Headers headers(List<String> texts) {
    Map<String, String> headers = new HashMap<>();
    for (String text : texts) {
      int sign = text.indexOf('=');
      if (!text.isEmpty() && sign < 1) {
        throw new BadRequestException(
            "'" + text + "' is not a header with its value; write it as name=value.");
      }
      if (sign > 0) {
        headers.put(text.substring(0, sign).strip(), text.substring(sign + 1).strip());
      }
    }
    try {
      return Headers.ofMap(headers);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(String.valueOf(e.getMessage()));
    }
  }

  /** A header as a search for it has it. */
  static String header(String name, String value) {
    return name + "=" + value;
  }

  private static JobStatus status(String code) {
    return Arrays.stream(JobStatus.values())
        .filter(status -> status.code().equals(code))
        .findFirst()
        .orElseThrow(() -> new BadRequestException("There is no status '" + code + "'."));
  }

  static Instant since(String text, Format format) {
    Duration ago = SINCE.get(text);
    if (ago == null) {
      throw new BadRequestException("'" + text + "' is not a valid period; use 1h, 1d, 7d or 30d.");
    }
    return format.now().minus(ago);
  }

  static Instant time(String text, ZoneId zone) {
    Instant time;
    try {
      time =
          text.endsWith("Z")
              ? Instant.parse(text)
              : LocalDateTime.parse(text.replace(' ', 'T')).atZone(zone).toInstant();
    } catch (DateTimeException e) {
      throw new BadRequestException(
          "'"
              + text
              + "' is not a time; write it as 2026-11-26T13:45, in "
              + Format.name(zone)
              + ".");
    }
    // A period that is counted back from the first year that Java knows would overflow
    if (time.isBefore(Instant.EPOCH) || !time.isBefore(Format.NEVER)) {
      throw new BadRequestException("'" + text + "' is not in the years from 1970 to 9998.");
    }
    return time;
  }

  String value(String name) {
    return parameters.get(name).orElse("");
  }
}
