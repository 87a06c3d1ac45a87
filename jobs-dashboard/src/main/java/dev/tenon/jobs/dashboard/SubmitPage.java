package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.UnreadablePayloadException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JsonMismatchException;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The form for submitting jobs of a type. */
final class SubmitPage {

  private final Call call;
  private final ZoneId zone;
  private final Catalog.Type type;
  private final String name;
  private final boolean hasFields;
  private final boolean isJson;
  private final PayloadForm form;

  private SubmitPage(Call call, Catalog.Type type, Parameters parameters) {
    this.zone = call.format().zone();
    PayloadForm fields = PayloadForm.of(type.payload().orElse(Schema.ANYTHING), zone);
    this.call = call;
    this.type = type;
    this.name = type.entry().definition().type();
    this.hasFields = fields.hasFields();
    this.isJson = !hasFields || parameters.get("as").filter("json"::equals).isPresent();
    boolean hasSensitive = !type.entry().definition().sensitivePayload().isNone();
    this.form = isJson ? PayloadForm.json(hasSensitive, zone) : fields;
  }

  /** Shows the form of a type, or does what it says. */
  static DashboardResponse answer(Call call, String type) {
    call.require(Right.ACT, type);
    Catalog.Type known =
        call.site()
            .catalog()
            .find(type)
            .orElseThrow(
                () ->
                    new RefusedException(
                        404,
                        "No module of this process declares the type '"
                            + type
                            + "', so payloads cannot be validated here. Submit from a process that declares it."));
    // The name that was asked for may be an alias in this process
    call.require(Right.ACT, known.entry().definition().type());
    return call.isPost()
        ? new SubmitPage(call, known, call.form()).submit(call.form())
        : new SubmitPage(call, known, call.query()).page(200, Optional.empty(), new FormErrors());
  }

  private DashboardResponse page(int status, Optional<Parameters> sent, FormErrors errors) {
    JobDefinition<?, ?> definition = type.entry().definition();
    List<FormField> payload = form.fields(sent, errors);
    return DashboardResponse.html(
        status,
        SubmitViewTemplate.of()
            .execute(
                new SubmitView(
                    Frame.of(call, "types", "Submit " + name, true, false),
                    name,
                    call.base() + "/types/" + Parameters.encode(name),
                    definition.label(),
                    type.description(),
                    errors.general(),
                    !errors.isEmpty(),
                    payload,
                    isJson,
                    hasFields,
                    payload.isEmpty(),
                    SubmitOptionsForm.fields(sent, errors, definition.priority(), zone),
                    isJson ? type.entry().payloadSchema().orElse("") : "")));
  }

  private DashboardResponse submit(Parameters sent) {
    FormErrors errors = new FormErrors();
    String payload = isJson ? sent.text(PayloadForm.NAME) : form.payload(sent, errors);
    SubmitOptions options = SubmitOptionsForm.read(sent, zone, errors);
    String reason = SubmitOptionsForm.reason(sent, errors);
    if (!errors.isEmpty()) {
      return page(422, Optional.of(sent), errors);
    }
    AtomicReference<@Nullable Submitted> submitted = new AtomicReference<>();
    String notice;
    try {
      notice =
          Call.change(
              () -> {
                Submitted job =
                    call.site().catalog().submit(name, payload, options, call.actor(reason));
                submitted.set(job);
                return job.isNew()
                    ? "Job " + job.jobId() + " was submitted."
                    : "Job " + job.jobId() + " already exists, so no new job was submitted.";
              });
    } catch (BadRequestException e) {
      SubmitOptionsForm.refuseReason(String.valueOf(e.getMessage()), errors);
      return page(422, Optional.of(sent), errors);
    } catch (RefusedException e) {
      explain(e, errors);
      return page(isInvalid(e) ? 422 : e.status(), Optional.of(sent), errors);
    }
    return call.done("/jobs/" + Objects.requireNonNull(submitted.get()).jobId(), notice);
  }

  private static boolean isInvalid(RefusedException e) {
    return e.getCause() instanceof InvalidPayloadException
        || e.getCause() instanceof UnreadablePayloadException;
  }

  /** Shows why the job was not submitted, next to the fields or above the form. */
  private void explain(RefusedException refused, FormErrors errors) {
    Throwable cause = refused.getCause();
    if (cause instanceof InvalidPayloadException invalid) {
      invalid.violations().forEach(each -> form.addError(each.path(), each.message(), errors));
    } else if (cause instanceof UnreadablePayloadException unreadable
        && unreadable.getCause() instanceof JsonMismatchException mismatch) {
      // Lines and columns mean something only where the user has written the JSON
      form.addError(
          unreadable.path(),
          "cannot be read: "
              + mismatch.expected()
              + " is expected"
              + (isJson
                  ? " (line %d, column %d)".formatted(unreadable.line(), unreadable.column())
                  : ""),
          errors);
    } else {
      errors.addGeneral(String.valueOf(refused.getMessage()));
    }
  }
}
