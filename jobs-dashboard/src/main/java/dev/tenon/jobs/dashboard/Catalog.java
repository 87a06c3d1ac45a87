package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.operate.JobCatalog;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The job types and signals that this process knows, with their schemas. Thread-safe. */
final class Catalog {

  private final JobCatalog types;
  private final Map<String, Type> read = new ConcurrentHashMap<>();

  Catalog(JobCatalog types) {
    this.types = types;
  }

  /**
   * A job type.
   *
   * @param entry its entry in the module
   * @param payload the schema of its payload; empty if the module has no schema file
   * @param result the schema of its result; also empty if it has no result
   */
  record Type(JobCatalog.Entry entry, Optional<Schema> payload, Optional<Schema> result) {

    private static Type of(JobCatalog.Entry entry) {
      return new Type(
          entry, entry.payloadSchema().map(Schema::parse), entry.resultSchema().map(Schema::parse));
    }

    /** Its label; empty if that is only the name of the type. */
    String label() {
      String label = entry.definition().label();
      return label.equals(entry.definition().type()) ? "" : label;
    }

    /** The description of the type from the Javadoc of its record; may be empty. */
    String description() {
      return payload.map(Schema::description).orElse("");
    }
  }

  /** The type of this name or alias; empty if this process does not know it. */
  Optional<Type> find(String name) {
    return types
        .find(name)
        .map(entry -> read.computeIfAbsent(entry.definition().type(), any -> Type.of(entry)));
  }

  /**
   * A signal.
   *
   * @param entry its entry in the module
   * @param schema its schema; empty if the module has no schema file
   */
  record Signal(JobCatalog.SignalEntry entry, Optional<Schema> schema) {

    /** The description from the Javadoc of its record; may be empty. */
    String description() {
      return schema.map(Schema::description).orElse("");
    }
  }

  /** The signal of this name; empty if this process does not know it. */
  Optional<Signal> findSignal(String name) {
    return types
        .findSignal(name)
        .map(entry -> new Signal(entry, entry.schema().map(Schema::parse)));
  }

  Submitted submit(String type, String payload, SubmitOptions options, Actor actor) {
    return types.submit(type, payload, options, actor);
  }
}
