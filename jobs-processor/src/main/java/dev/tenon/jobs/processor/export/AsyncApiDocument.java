package dev.tenon.jobs.processor.export;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The messages of a module's jobs, and the exchanges and queues of RabbitMQ through which they go,
 * with the names that they have without a prefix.
 *
 * @see <a href="https://www.asyncapi.com/docs/reference/specification/v3.0.0">AsyncAPI 3.0.0</a>
 * @see <a href="https://www.asyncapi.com/docs/reference/bindings/amqp">AMQP bindings</a>
 */
final class AsyncApiDocument {

  private static final String EXCHANGE = "jobs";
  private static final String CONTROL = "jobs.control";
  private static final String DEAD_LETTERS = "jobs.dead-letter";
  private static final String POINTER = "jobPointer";
  private static final String CANCEL = "cancel";

  /** The version of what messages look like; it changes when they do. */
  private static final String MESSAGE_FORMAT = "1.0.0";

  private static final String BINDING_VERSION = "0.3.0";
  private static final long PERSISTENT = 2;

  private final ModuleDeclaration module;
  private final Map<String, List<JobDeclaration>> byRoutingKey = new TreeMap<>();
  private final List<JobDeclaration> types;

  /** The document of a module with these types, sorted by type. */
  AsyncApiDocument(ModuleDeclaration module, List<JobDeclaration> types) {
    this.module = module;
    this.types = types;
    for (JobDeclaration type : types) {
      byRoutingKey.computeIfAbsent(type.routingKeyOrDefault(), key -> new ArrayList<>()).add(type);
    }
  }

  /** The document. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("asyncapi", "3.0.0");
    json.put(
        "info",
        object(
            "title",
            module.simpleName(),
            "version",
            MESSAGE_FORMAT,
            "description",
            """
            Jobs are rows of PostgreSQL. A message only points to one: whoever gets it asks the \
            table for the job, and drops the message if the table refuses. The version is that of \
            the messages. All names may have a prefix, which the runtimes agree on.\
            """));
    json.put("defaultContentType", "application/json");
    json.put("channels", channels());
    json.put("operations", operations());
    json.put("components", object("messages", messages(), "schemas", object(POINTER, pointer())));
    return json;
  }

  private Map<String, Object> channels() {
    Map<String, Object> channels = new LinkedHashMap<>();
    byRoutingKey.forEach(
        (key, jobs) -> {
          Map<String, Object> messages = new LinkedHashMap<>();
          jobs.forEach(
              job -> messages.put(job.typeName(), ref("components", "messages", job.typeName())));
          channels.put(
              publishing(key),
              object(
                  "address",
                  key,
                  "description",
                  "Publishers declare the queue of the same name before, and bind it.",
                  "messages",
                  messages,
                  "bindings",
                  amqp("is", "routingKey", "exchange", exchange(EXCHANGE, "topic"))));
          channels.put(
              queue(key),
              object(
                  "address",
                  key,
                  "description",
                  "Classic, with a priority for each message. What is no pointer is rejected.",
                  "messages",
                  messages,
                  "bindings",
                  amqp(
                      "is",
                      "queue",
                      "queue",
                      queueOf(key),
                      "x-queue-arguments",
                      object(
                          "x-max-priority",
                          JobPriority.CRITICAL.level(),
                          "x-dead-letter-exchange",
                          DEAD_LETTERS))));
        });
    channels.put(
        CANCEL,
        object(
            "address",
            CONTROL,
            "description",
            "Every worker binds a queue of its own, and hears which job is to be cancelled.",
            "messages",
            object(CANCEL, ref("components", "messages", CANCEL)),
            "bindings",
            amqp("is", "routingKey", "exchange", exchange(CONTROL, "fanout"))));
    channels.put(
        "deadLetter",
        object(
            "address",
            DEAD_LETTERS,
            "description",
            "Messages that are no pointers to jobs, through the fanout exchange of the same name.",
            "bindings",
            amqp("is", "queue", "queue", queueOf(DEAD_LETTERS))));
    return channels;
  }

  private static Map<String, Object> exchange(String name, String type) {
    return object("name", name, "type", type, "durable", true, "autoDelete", false);
  }

  private static Map<String, Object> queueOf(String name) {
    return object("name", name, "durable", true, "exclusive", false, "autoDelete", false);
  }

  private Map<String, Object> operations() {
    Map<String, Object> operations = new LinkedHashMap<>();
    for (JobDeclaration job : types) {
      String key = job.routingKeyOrDefault();
      operations.put(
          "send" + GeneratedNames.joined(job.payload()),
          operation(
              "send",
              publishing(key),
              job.typeName(),
              "A submitter, or the upkeep, says that a job is due; confirmed by the broker.",
              amqp(
                  "deliveryMode",
                  PERSISTENT,
                  "mandatory",
                  true,
                  "priority",
                  JobPriority.valueOf(job.priority().value()).level())));
      operations.put(
          "receive" + GeneratedNames.joined(job.payload()),
          operation(
              "receive",
              queue(key),
              job.typeName(),
              "A worker claims the job in the table, and then acknowledges the message.",
              amqp("ack", true)));
    }
    operations.put(
        "sendCancel",
        operation("send", CANCEL, CANCEL, "Somebody cancels a job that runs.", amqp()));
    operations.put(
        "receiveCancel",
        operation(
            "receive",
            CANCEL,
            CANCEL,
            "A worker tells the handler to stop, if it runs the job.",
            amqp("ack", false)));
    return operations;
  }

  private static Map<String, Object> operation(
      String action,
      String channel,
      String message,
      String description,
      Map<String, Object> bindings) {
    return object(
        "action",
        action,
        "channel",
        ref("channels", channel),
        "description",
        description,
        "bindings",
        bindings,
        "messages",
        List.of(ref("channels", channel, "messages", message)));
  }

  private Map<String, Object> messages() {
    String schemasAt = ExportPaths.below(ExportPaths.schemas(module)) + "#/$defs/";
    Map<String, Object> messages = new LinkedHashMap<>();
    for (JobDeclaration job : types) {
      Map<String, Object> schemas = new LinkedHashMap<>();
      schemas.put("payload", object("$ref", schemasAt + SchemaBundle.payload(job)));
      if (hasResult(job)) {
        schemas.put("result", object("$ref", schemasAt + SchemaBundle.result(job)));
      }
      messages.put(
          job.typeName(),
          object(
              "name",
              job.typeName(),
              "title",
              job.labelOrDefault(),
              "description",
              """
              Persistent, with the job's id as message id, the type as message type, and no \
              headers. The payload of the job is in the table; x-job-schemas names the schemas \
              of its payload and result.\
              """,
              "contentType",
              "application/json",
              "payload",
              object(
                  "allOf",
                  List.of(
                      ref("components", "schemas", POINTER),
                      object("properties", object("type", object("const", job.typeName()))))),
              "bindings",
              amqp("messageType", job.typeName()),
              "x-job-schemas",
              schemas));
    }
    messages.put(
        CANCEL,
        object(
            "name",
            CANCEL,
            "description",
            "The id of a job, without quotes.",
            "contentType",
            "text/plain",
            "payload",
            object("type", "string", "format", "uuid"),
            "bindings",
            amqp("messageType", CANCEL)));
    return messages;
  }

  private static Map<String, Object> pointer() {
    return object(
        "type",
        "object",
        "description",
        "Points to a job in the table.",
        "properties",
        object(
            "jobId",
            object("type", "string", "format", "uuid", "description", "The id of the job."),
            "type",
            object("type", "string", "description", "The type of the job.")),
        "required",
        List.of("jobId", "type"));
  }

  /** Whether there is a result to describe. */
  static boolean hasResult(JobDeclaration job) {
    return !job.result().value().name().equals(ClassName.get(Void.class));
  }

  private static String publishing(String routingKey) {
    return "exchange." + routingKey;
  }

  private static String queue(String routingKey) {
    return "queue." + routingKey;
  }

  private static Map<String, Object> amqp(Object... binding) {
    Map<String, Object> amqp = object(binding);
    amqp.put("bindingVersion", BINDING_VERSION);
    return object("amqp", amqp);
  }

  /** Names and values in turn. */
  private static Map<String, Object> object(Object... namesAndValues) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return object;
  }

  /** A reference to a place in this document. */
  private static Map<String, Object> ref(String... steps) {
    StringBuilder reference = new StringBuilder("#");
    for (String step : steps) {
      reference.append('/').append(fragment(step.replace("~", "~0").replace("/", "~1")));
    }
    return object("$ref", reference.toString());
  }

  /**
   * The text with everything escaped that a fragment of a URI may not have.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc3986#section-3.5">RFC 3986</a>
   */
  private static String fragment(String text) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean isAllowed =
          (b >= 'a' && b <= 'z')
              || (b >= 'A' && b <= 'Z')
              || (b >= '0' && b <= '9')
              || "-._~:@!$&'()*+,;=/?".indexOf(b) >= 0;
      if (isAllowed) {
        escaped.append((char) b);
      } else {
        escaped.append("%%%02X".formatted(b & 0xff));
      }
    }
    return escaped.toString();
  }
}
