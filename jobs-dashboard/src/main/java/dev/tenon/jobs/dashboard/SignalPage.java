package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.dashboard.FormField.Kind;
import dev.tenon.jobs.durable.InvalidSignalException;
import dev.tenon.jobs.durable.JobSteps;
import dev.tenon.jobs.durable.SignalOptions;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The form for sending a signal to a job. */
final class SignalPage {

  private static final String SIGNAL = "signal";
  private static final String KEY = "key";
  private static final String ID = "id";
  private static final String REASON = "reason";

  private final Call call;
  private final JobSummary job;
  private final ZoneId zone;
  private final String name;
  private final Optional<Catalog.Signal> known;
  private final boolean hasFields;
  private final boolean isJson;
  private final PayloadForm form;

  private SignalPage(Call call, JobSummary job, String name, Parameters parameters) {
    this.call = call;
    this.job = job;
    this.zone = call.format().zone();
    this.name = name;
    this.known = call.site().catalog().findSignal(name);
    PayloadForm fields =
        PayloadForm.of(known.flatMap(Catalog.Signal::schema).orElse(Schema.ANYTHING), zone);
    this.hasFields = fields.hasFields();
    this.isJson = !hasFields || parameters.get("as").filter("json"::equals).isPresent();
    boolean hasSensitive =
        known.filter(each -> !each.entry().definition().value().sensitive().isNone()).isPresent();
    this.form = isJson ? PayloadForm.json(hasSensitive, zone) : fields;
  }

  /** Shows the form, or does what it says. */
  static DashboardResponse answer(Call call, UUID id) {
    JobSummary job =
        call.site()
            .jobs()
            .find(id)
            .orElseThrow(() -> new RefusedException(404, "There is no job " + id + "."));
    call.require(Right.ACT, job.type());
    if (call.isPost()) {
      String name = call.form().require(SIGNAL, "the name of a signal");
      return new SignalPage(call, job, name, call.form()).send(call.form());
    }
    JobSteps steps = call.site().jobs().steps();
    Optional<String> asked = call.query().get(SIGNAL);
    List<Awaited> awaited =
        asked.isPresent() ? List.of() : Awaited.of(call, job.type(), steps.ofJob(id));
    if (awaited.size() == 1) {
      return DashboardResponse.redirect(
          call.base() + "/jobs/" + id + "/signal?" + awaited.get(0).query());
    }
    return asked
        .map(
            name ->
                new SignalPage(call, job, name, call.query())
                    .page(200, Optional.empty(), new FormErrors()))
        .orElseGet(() -> choice(call, job, awaited));
  }

  /** Asks for the signal to send. */
  private static DashboardResponse choice(Call call, JobSummary job, List<Awaited> awaited) {
    return DashboardResponse.html(
        200,
        SignalChoiceViewTemplate.of()
            .execute(
                new SignalChoiceView(
                    Frame.of(call, "jobs", "Send a signal", true, false),
                    job.id().toString(),
                    job.type(),
                    call.base() + "/jobs/" + job.id(),
                    awaited)));
  }

  private DashboardResponse page(int status, Optional<Parameters> sent, FormErrors errors) {
    List<FormField> fields =
        form.fields(sent, errors).stream()
            .map(field -> field.name().equals(PayloadForm.NAME) ? field.withLabel("value") : field)
            .toList();
    String href = call.base() + "/jobs/" + job.id();
    return DashboardResponse.html(
        status,
        SignalViewTemplate.of()
            .execute(
                new SignalView(
                    Frame.of(call, "jobs", "Send " + name, true, false),
                    name,
                    job.id().toString(),
                    job.type(),
                    href,
                    known.map(Catalog.Signal::description).orElse(""),
                    known.isPresent(),
                    errors.general(),
                    !errors.isEmpty(),
                    fields,
                    isJson,
                    hasFields,
                    options(sent, errors),
                    isJson ? known.flatMap(each -> each.entry().schema()).orElse("") : "",
                    "signal?" + new Awaited(name, key(sent), false).query())));
  }

  private String key(Optional<Parameters> sent) {
    return sent.orElseGet(call::query).text(KEY);
  }

  private List<FormField> options(Optional<Parameters> sent, FormErrors errors) {
    return List.of(
        option(KEY, "Key", "of the wait that the signal ends", key(sent), errors),
        option(
            ID,
            "Id",
            "a second signal with the same id is not stored",
            sent.flatMap(each -> each.get(ID)).orElse(""),
            errors),
        option(
            REASON,
            "Reason",
            "for the audit",
            sent.flatMap(each -> each.get(REASON)).orElse(""),
            errors));
  }

  private static FormField option(
      String name, String label, String hint, String value, FormErrors errors) {
    boolean isMandatory = name.equals(REASON);
    return new FormField(
        Kind.LINE,
        "o-" + name,
        name,
        label,
        isMandatory,
        !isMandatory,
        "",
        hint,
        value,
        false,
        List.of(),
        errors.of(name));
  }

  private DashboardResponse send(Parameters sent) {
    FormErrors errors = new FormErrors();
    String json = isJson ? sent.text(PayloadForm.NAME) : form.payload(sent, errors);
    String reason = sent.get(REASON).orElse("");
    if (reason.isEmpty()) {
      errors.add(REASON, "is required");
    }
    if (isJson && json.isBlank()) {
      errors.add(PayloadForm.NAME, "is required");
    }
    if (!errors.isEmpty()) {
      return page(422, Optional.of(sent), errors);
    }
    SignalOptions options = SignalOptions.by(call.user().name()).withKey(sent.text(KEY));
    SignalOptions identified = sent.get(ID).map(options::withId).orElse(options);
    String notice;
    try {
      notice =
          Call.change(
              () ->
                  call.site()
                          .jobs()
                          .steps()
                          .send(job.id(), name, json, identified, call.actor(reason))
                          .isNew()
                      ? "The signal " + name + " was sent."
                      : "A signal with this id was sent before, so it was not sent again.");
    } catch (BadRequestException e) {
      errors.add(REASON, String.valueOf(e.getMessage()));
      return page(422, Optional.of(sent), errors);
    } catch (RefusedException e) {
      boolean isInvalid = explain(e, errors);
      return page(isInvalid ? 422 : e.status(), Optional.of(sent), errors);
    }
    return call.done("/jobs/" + job.id(), notice);
  }

  /**
   * Shows why the signal was not sent, next to the fields or above the form.
   *
   * @return true if the signal itself is wrong
   */
  private boolean explain(RefusedException refused, FormErrors errors) {
    Throwable cause = refused.getCause();
    if (cause instanceof InvalidSignalException invalid) {
      invalid.violations().forEach(each -> form.addError(each.path(), each.message(), errors));
      return true;
    }
    errors.addGeneral(String.valueOf(refused.getMessage()));
    return cause instanceof IllegalArgumentException;
  }
}
