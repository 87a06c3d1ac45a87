package dev.tenon.jobs.processor.export;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.JobQueues;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.model.WritableSignal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The messages of a module's jobs, and the RabbitMQ exchanges and queues that they go through, with
 * their names before any prefix.
 *
 * @see <a href="https://www.asyncapi.com/docs/reference/specification/v3.0.0">AsyncAPI 3.0.0</a>
 * @see <a href="https://www.asyncapi.com/docs/reference/bindings/amqp">AMQP bindings</a>
 */
final class AsyncApiDocument {

  /** The document's version is that of the message format; it changes only with that format. */
  private static final String DOCUMENT =
      """
      {
        "asyncapi": "3.0.0",
        "info": {
          "title": %s,
          "version": "1.0.0",
          "description": "Jobs are rows of PostgreSQL. A message only points to a job: the receiver asks the table for the job, and drops the message if the table refuses. The version is that of the message format. All names may have a prefix that is configured in every runtime."
        },
        "defaultContentType": "application/json",
        "channels": {
          %s
          "cancel": {
            "address": "jobs.control",
            "description": "Every worker binds its own queue, which receives the ids of jobs to cancel.",
            "messages": {"cancel": {"$ref": "#/components/messages/cancel"}},
            "bindings": {"amqp": {
              "is": "routingKey",
              "exchange": {
                "name": "jobs.control", "type": "fanout", "durable": true, "autoDelete": false
              },
              "bindingVersion": "0.3.0"
            }}
          },
          "deadLetter": {
            "address": "jobs.dead-letter",
            "description": "Messages that are not pointers to jobs. They arrive through the fanout exchange of the same name.",
            "bindings": {"amqp": {
              "is": "queue",
              "queue": {
                "name": "jobs.dead-letter",
                "durable": true,
                "exclusive": false,
                "autoDelete": false
              },
              "bindingVersion": "0.3.0"
            }}
          }
        },
        "operations": {
          %s
          "sendCancel": {
            "action": "send",
            "channel": {"$ref": "#/channels/cancel"},
            "description": "Somebody cancels a running job.",
            "bindings": {"amqp": {"bindingVersion": "0.3.0"}},
            "messages": [{"$ref": "#/channels/cancel/messages/cancel"}]
          },
          "receiveCancel": {
            "action": "receive",
            "channel": {"$ref": "#/channels/cancel"},
            "description": "A worker that runs the job tells the handler to stop.",
            "bindings": {"amqp": {"ack": false, "bindingVersion": "0.3.0"}},
            "messages": [{"$ref": "#/channels/cancel/messages/cancel"}]
          }
        },
        "components": {
          "messages": {
            %s
            "cancel": {
              "name": "cancel",
              "description": "The id of a job, without quotes. There are no headers.",
              "contentType": "text/plain",
              "payload": {"type": "string", "format": "uuid"},
              "bindings": {"amqp": {"messageType": "cancel", "bindingVersion": "0.3.0"}}
            }
          },
          "schemas": {
            "jobPointer": {
              "type": "object",
              "description": "Points to one or more jobs in the table. If there are several, all are of the same type, and it is one that Java workers handle.",
              "properties": {
                "jobId": {
                  "type": "string", "format": "uuid", "description": "The id of the job."
                },
                "jobIds": {
                  "type": "array",
                  "items": {"type": "string", "format": "uuid"},
                  "minItems": 1,
                  "description": "The ids of the jobs, if there are several."
                },
                "type": {"type": "string", "description": "The type of the job."}
              },
              "required": ["type"],
              "oneOf": [{"required": ["jobId"]}, {"required": ["jobIds"]}]
            },
            "headers": {
              "type": "object",
              "properties": {
                "tenon-installation": {
                  "type": "string",
                  "format": "uuid",
                  "description": "The id of the schema that contains the table of jobs. Workers on another schema leave the message alone. A message without this header is accepted everywhere."
                }
              }
            }
          }
        }%s
      }
      """;

  /** Signals are not messages of RabbitMQ, but whoever sends one needs its name and schema. */
  private static final String SIGNALS =
      """
      ,
      "x-signals": {%s}
      """;

  private static final String SIGNAL =
      """
      %1$s: {
        "title": %2$s,
        "description": "Sent through PostgreSQL, to a job that waits for it.",
        "version": %3$d,
        "schema": {"$ref": %4$s}
      }
      """;

  private static final String EXCHANGE =
      """
      %1$s: {
        "address": %2$s,
        "description": %4$s,
        "messages": {%3$s},
        "bindings": {"amqp": {
          "is": "routingKey",
          "exchange": {"name": "jobs", "type": "topic", "durable": true, "autoDelete": false},
          "bindingVersion": "0.3.0"
        }}
      },
      """;

  /** The time that RabbitMQ keeps an unused module queue, as the runtime declares it. */
  private static final Duration UNUSED_AFTER = Duration.ofHours(1);

  private static final String QUEUE =
      """
      %1$s: {
        "address": %2$s,
        "description": "Bound to the routing keys of its messages. Classic, with a priority for \
      each message. A message that is not a pointer is rejected.",
        "messages": {%3$s},
        "bindings": {"amqp": {
          "is": "queue",
          "queue": {"name": %2$s, "durable": true, "exclusive": false, "autoDelete": false},
          "x-queue-arguments": {
            "x-max-priority": %4$d, "x-dead-letter-exchange": "jobs.dead-letter"%5$s
          },
          "bindingVersion": "0.3.0"
        }}
      },
      """;

  private static final String OPERATIONS =
      """
      %1$s: {
        "action": "send",
        "channel": {"$ref": %2$s},
        "description": "A submitter or the maintenance process announces that a job is due. The broker confirms the message.",
        "bindings": {"amqp": {
          "deliveryMode": 2, "mandatory": true, "priority": %3$d, "bindingVersion": "0.3.0"
        }},
        "messages": [{"$ref": %4$s}]
      },
      %5$s: {
        "action": "receive",
        "channel": {"$ref": %6$s},
        "description": "A worker claims the job in the table, and then acknowledges the message.",
        "bindings": {"amqp": {"ack": true, "bindingVersion": "0.3.0"}},
        "messages": [{"$ref": %7$s}]
      },
      """;

  private static final String MESSAGE =
      """
      %1$s: {
        "name": %1$s,
        "title": %2$s,
        "description": "Persistent. The message type is the job type; the message id is the job's id if there is only one. The payload of the job is in the table; x-job-schemas names the schemas of its payload and \
      result.",
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/headers"},
        "payload": {"allOf": [
          {"$ref": "#/components/schemas/jobPointer"},
          {"properties": {"type": {"const": %1$s}}}
        ]},
        "bindings": {"amqp": {"messageType": %1$s, "bindingVersion": "0.3.0"}},
        "x-job-schemas": {%3$s}%4$s
      },
      """;

  private AsyncApiDocument() {}

  /** The document of a module with these types and signals, which must be sorted by name. */
  static String of(
      ModuleDeclaration module, List<WritableJob> writable, List<WritableSignal> signals) {
    List<JobDeclaration> types = writable.stream().map(WritableJob::job).toList();
    JobQueues queues = JobQueues.of(types);
    Function<JobDeclaration, String> queueOf = type -> queues.of(type, module.api());
    StringBuilder channels = new StringBuilder();
    grouped(types, JobDeclaration::routingKeyOrDefault)
        .forEach((key, jobs) -> channels.append(exchange(key, jobs, queueOf.apply(jobs.get(0)))));
    grouped(types, queueOf).forEach((queue, jobs) -> channels.append(queue(queue, jobs)));
    return JsonFile.tidy(
        DOCUMENT.formatted(
            JsonFile.quoted(module.simpleName()),
            channels,
            joined(types, type -> operations(type, queueOf.apply(type))),
            joined(writable, type -> message(type, module)),
            signals.isEmpty() ? "" : SIGNALS.formatted(signals(signals, module))));
  }

  private static String signals(List<WritableSignal> signals, ModuleDeclaration module) {
    String schemas = ExportPaths.below(ExportPaths.schemas(module)) + "#/$defs/";
    return signals.stream()
        .map(WritableSignal::signal)
        .map(
            signal ->
                SIGNAL.formatted(
                    JsonFile.quoted(signal.signalName()),
                    JsonFile.quoted(signal.label()),
                    signal.version().value(),
                    JsonFile.quoted(schemas + fragment(SchemaBundle.signal(signal)))))
        .collect(Collectors.joining(","));
  }

  private static SortedMap<String, List<JobDeclaration>> grouped(
      List<JobDeclaration> types, Function<JobDeclaration, String> by) {
    return types.stream().collect(Collectors.groupingBy(by, TreeMap::new, Collectors.toList()));
  }

  private static <T> String joined(List<T> jobs, Function<T, String> part) {
    return jobs.stream().map(part).collect(Collectors.joining());
  }

  /** The channel of a routing key. All jobs with this key wait in the same queue. */
  private static String exchange(String key, List<JobDeclaration> jobs, String queue) {
    return EXCHANGE.formatted(
        JsonFile.quoted(exchangeChannel(key)),
        JsonFile.quoted(key),
        messages(jobs),
        JsonFile.quoted(
            "Publishers first declare the queue " + queue + ", and bind it to this routing key."));
  }

  private static String queue(String queue, List<JobDeclaration> jobs) {
    return QUEUE.formatted(
        JsonFile.quoted(queueChannel(queue)),
        JsonFile.quoted(queue),
        messages(jobs),
        JobPriority.CRITICAL.level(),
        jobs.stream().anyMatch(job -> !queue.equals(job.routingKeyOrDefault()))
            ? ", \"x-expires\": " + UNUSED_AFTER.toMillis()
            : "");
  }

  private static String messages(List<JobDeclaration> jobs) {
    return jobs.stream()
        .map(JobDeclaration::typeName)
        .map(type -> member(type, "#/components/messages/", type))
        .collect(Collectors.joining(", "));
  }

  private static String operations(JobDeclaration job, String queueName) {
    String name = GeneratedNames.joined(job.payload());
    String publishing = "#/channels/" + fragment(exchangeChannel(job.routingKeyOrDefault()));
    String queue = "#/channels/" + fragment(queueChannel(queueName));
    String message = "/messages/" + fragment(job.typeName());
    return OPERATIONS.formatted(
        JsonFile.quoted("send" + name),
        JsonFile.quoted(publishing),
        JobPriority.valueOf(job.priority().value()).level(),
        JsonFile.quoted(publishing + message),
        JsonFile.quoted("receive" + name),
        JsonFile.quoted(queue),
        JsonFile.quoted(queue + message));
  }

  private static String message(WritableJob type, ModuleDeclaration module) {
    JobDeclaration job = type.job();
    String schemas = ExportPaths.below(ExportPaths.schemas(module)) + "#/$defs/";
    StringJoiner members = new StringJoiner(", ");
    members.add(member("payload", schemas, SchemaBundle.payload(job)));
    if (hasResult(job)) {
      members.add(member("result", schemas, SchemaBundle.result(job)));
    }
    if (type.emitted().isPresent()) {
      members.add(member("emitted", schemas, SchemaBundle.emitted(job)));
    }
    return MESSAGE.formatted(
        JsonFile.quoted(job.typeName()),
        JsonFile.quoted(job.labelOrDefault()),
        members,
        extensions(FlowExtensions.of(type)));
  }

  private static String extensions(Map<String, Object> extensions) {
    StringBuilder members = new StringBuilder();
    extensions.forEach(
        (name, value) ->
            members
                .append(", ")
                .append(JsonFile.quoted(name))
                .append(": ")
                .append(JsonFile.text(value)));
    return members.toString();
  }

  private static boolean hasResult(JobDeclaration job) {
    return !job.result().value().name().equals(ClassName.get(Void.class));
  }

  private static String exchangeChannel(String routingKey) {
    return "exchange." + routingKey;
  }

  private static String queueChannel(String queue) {
    return "queue." + queue;
  }

  /** A member of an object that refers to something. */
  private static String member(String name, String place, String what) {
    return "%s: {\"$ref\": %s}"
        .formatted(JsonFile.quoted(name), JsonFile.quoted(place + fragment(what)));
  }

  /**
   * A step of a reference, with everything escaped that a URI fragment may not contain.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc3986#section-3.5">RFC 3986</a>
   */
  private static String fragment(String step) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : step.replace("~", "~0").replace("/", "~1").getBytes(StandardCharsets.UTF_8)) {
      boolean isAllowed =
          (b >= 'a' && b <= 'z')
              || (b >= 'A' && b <= 'Z')
              || (b >= '0' && b <= '9')
              || "-._~:@!$&'()*+,;=/?".indexOf(b) >= 0;
      escaped.append(isAllowed ? String.valueOf((char) b) : "%%%02X".formatted(b & 0xff));
    }
    return escaped.toString();
  }
}
