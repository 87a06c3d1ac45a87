package dev.tenon.clients;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Header;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.PostgresServer;
import dev.tenon.jobs.testservers.RabbitServer;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import dev.tenon.jobs.workflow.WorkflowState;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Private servers, and an application that submits labels to print and sees what happens to them.
 * The tests of all clients use it.
 */
public final class JavaSide implements AutoCloseable {

  /** A worker without a heartbeat for three of these is taken for dead. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  private final PostgresServer postgres = PostgresServer.builder().setting("fsync", "off").launch();
  private final RabbitServer rabbit = RabbitServer.launch();
  private final PostgresDatabase database = postgres.createDatabase().guarded();
  private final RabbitVirtualHost virtualHost = rabbit.createVirtualHost();
  private final JobsRuntime runtime =
      JobsRuntime.builder()
          .database(database.url(), database.user(), database.password())
          .rabbitMq(virtualHost.uri())
          .heartbeatInterval(HEARTBEAT)
          .closeOnShutdown(false)
          .start();
  private final LabelJobs jobs = new LabelJobs(runtime.jobs());
  private final Control control;
  private final String address;

  /** Starts the servers and the application. */
  public JavaSide() throws IOException {
    control =
        new Control()
            .on("settings", arguments -> settings())
            .on("submit", this::submit)
            .on("submitChain", this::submitChain)
            .on("workflow", arguments -> workflow(arguments.get("workflowId").asString()))
            .on("cancel", arguments -> runtime.jobs().cancel(id(arguments), Actor.of("ann")).name())
            .on("job", arguments -> describe(runtime.jobs().get(id(arguments))))
            .on("result", arguments -> result(id(arguments)))
            .on("attempts", arguments -> attempts(id(arguments)))
            .on("logs", arguments -> logs(id(arguments)))
            .on("queues", arguments -> virtualHost.queues().keySet())
            .on("postgres", this::changePostgres)
            .on("rabbitmq", this::changeRabbit);
    address = new StepCommands(jobs, runtime.jobs().steps()).addTo(control).start();
  }

  /** The address that tests send their commands to. */
  public String address() {
    return address;
  }

  /** Returns where the schemas of the jobs are: a folder, or a jar. */
  public static Path schemas() {
    try {
      return Path.of(JavaSide.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  PostgresDatabase database() {
    return database;
  }

  JobsRuntime runtime() {
    return runtime;
  }

  private Map<String, String> settings() {
    return Map.of(
        "database",
        "postgresql://%s@127.0.0.1:%d/%s"
            .formatted(database.user(), postgres.port(), database.name()),
        "rabbitmq",
        virtualHost.uri());
  }

  private String submit(JsonNode arguments) {
    String type = arguments.get("type").asString();
    String text = arguments.get("text").asString();
    SubmitOptions options = SubmitOptions.defaults();
    if (arguments.has("itemId")) {
      options = options.withItemId(arguments.get("itemId").asString());
    }
    for (var header : arguments.path("headers").properties()) {
      options = options.withHeader(Header.ofString(header.getKey()), header.getValue().asString());
    }
    if (arguments.has("startWithinMillis")) {
      long millis = arguments.get("startWithinMillis").asLong();
      options = options.withStartWithin(Duration.ofMillis(millis));
    }
    String by = arguments.path("submittedBy").asString("pytest");
    UUID id =
        switch (type) {
          case "label.print" ->
              jobs.labelPrint()
                  .submit(
                      new LabelPrint(text, arguments.path("copies").asInt(1)),
                      options.withSubmittedBy(by))
                  .jobId();
          case "label.scan" ->
              jobs.labelScan().submit(new LabelScan(text), options.withSubmittedBy(by)).jobId();
          case "label.cut" ->
              jobs.labelCut().submit(new LabelCut(text), options.withSubmittedBy(by)).jobId();
          case "label.glue" ->
              jobs.labelGlue()
                  .submit(
                      new LabelGlue(text, arguments.get("number").asInt()),
                      options.withSubmittedBy(by))
                  .jobId();
          default -> throw new IllegalArgumentException(type);
        };
    return id.toString();
  }

  /**
   * A label is printed; then it is read, and another one printed. It is cut if printing has failed.
   */
  private Map<String, String> submitChain(JsonNode arguments) {
    String text = arguments.get("text").asString();
    Workflow chain = Workflow.named("labels").submittedBy("pytest");
    Task<LabelPrinted> print = chain.add(jobs.labelPrint(), new LabelPrint(text, 1));
    Task<Void> scan = chain.add(jobs.labelScan(), LabelScanJob.OF_PRINTED, print);
    Task<LabelPrinted> again =
        chain.add(jobs.labelPrint(), new LabelPrint(text + " again", 1)).after(print);
    Task<Void> cut = chain.add(jobs.labelCut(), new LabelCut(text)).afterFailureOf(print);
    SubmittedWorkflow submitted = runtime.jobs().submit(chain);
    return Map.of(
        "workflow", submitted.id().toString(),
        "print", submitted.idOf(print).toString(),
        "scan", submitted.idOf(scan).toString(),
        "again", submitted.idOf(again).toString(),
        "cut", submitted.idOf(cut).toString());
  }

  private Map<String, @Nullable Object> workflow(String id) {
    WorkflowState state = runtime.jobs().workflows().find(UUID.fromString(id)).orElseThrow();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("outcome", state.outcome().map(JobStatus::code).orElse(null));
    fields.put("completed", state.completed());
    fields.put("failed", state.failed());
    fields.put("skipped", state.skipped());
    return fields;
  }

  /** As Java reads it: through the generated codec and the generated validator. */
  private @Nullable Map<String, Object> result(UUID id) {
    TypedJob<LabelPrint, LabelPrinted> job = jobs.labelPrint().find(id).orElseThrow();
    LabelPrinted printed = job.result().orElse(null);
    return printed == null ? null : Map.of("text", printed.text(), "pages", printed.pages());
  }

  private static Map<String, @Nullable Object> describe(Job job) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("status", job.status().code());
    fields.put("attempts", job.attempts());
    fields.put("crashes", job.crashes());
    fields.put("progress", job.progress());
    fields.put("progressMessage", job.progressMessage().orElse(null));
    fields.put("result", job.result().orElse(null));
    fields.put("workerId", job.workerId().orElse(null));
    JobError error = job.error().orElse(null);
    fields.put("errorReason", error == null ? null : error.reason().name());
    fields.put("errorClass", error == null ? null : error.errorClass().orElse(null));
    fields.put("errorMessage", error == null ? null : error.message().orElse(null));
    return fields;
  }

  private List<Map<String, @Nullable Object>> attempts(UUID id) {
    return runtime.jobs().attempts(id).stream().map(JavaSide::describe).toList();
  }

  private static Map<String, @Nullable Object> describe(JobAttempt attempt) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("attempt", attempt.attempt());
    fields.put("lease", attempt.lease());
    fields.put("workerId", attempt.workerId());
    fields.put("outcome", attempt.outcome().code());
    fields.put("stack", attempt.stack().orElse(null));
    return fields;
  }

  private List<Map<String, @Nullable Object>> logs(UUID id) {
    JobLogQuery all = JobLogQuery.all().withLimit(JobLogQuery.MAX_LIMIT);
    return runtime.jobs().logs(id, all).items().stream().map(JavaSide::describe).toList();
  }

  private static Map<String, @Nullable Object> describe(JobLogEntry line) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("level", line.level().code());
    fields.put("message", line.message());
    fields.put("data", line.data().orElse(null));
    fields.put("emitted", line.emitted().orElse(null));
    return fields;
  }

  private String changePostgres(JsonNode arguments) {
    String change = arguments.get("change").asString();
    switch (change) {
      case "stop" -> postgres.stop();
      case "start" -> postgres.start();
      case "freeze" -> postgres.freeze();
      case "thaw" -> postgres.thaw();
      default -> throw new IllegalArgumentException(change);
    }
    return change;
  }

  private String changeRabbit(JsonNode arguments) {
    String change = arguments.get("change").asString();
    switch (change) {
      case "stop" -> rabbit.stop();
      case "start" -> rabbit.start();
      default -> throw new IllegalArgumentException(change);
    }
    return change;
  }

  private static UUID id(JsonNode arguments) {
    return UUID.fromString(arguments.get("jobId").asString());
  }

  @Override
  public void close() {
    control.close();
    runtime.close();
    virtualHost.close();
    database.close();
    rabbit.close();
    postgres.close();
  }
}
