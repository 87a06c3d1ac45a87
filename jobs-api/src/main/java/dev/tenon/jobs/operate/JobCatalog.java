package dev.tenon.jobs.operate;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.JobTypeNotFoundException;
import dev.tenon.jobs.PayloadTooLargeException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.UnreadablePayloadException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.SignalDefinition;
import java.util.List;
import java.util.Optional;

/**
 * The job types and signals of the modules that a process knows: what each of them declares, and a
 * submit that takes the name of the type and the payload as strings. It is for tools that serve all
 * types alike, such as dashboards and gateways. Code that knows the type when it is compiled uses
 * the generated class of its module, which cannot name a wrong type or a wrong component.
 * Thread-safe.
 */
public interface JobCatalog {

  /** All job types of this process, sorted by name. */
  List<Entry> entries();

  /** The job type of this name or alias; empty if no module of this process declares it. */
  Optional<Entry> find(String type);

  /**
   * The job type of this name or alias.
   *
   * @throws JobTypeNotFoundException if no module of this process declares it; the message has the
   *     name that was probably meant
   */
  Entry get(String type);

  /**
   * Records a job whose payload is given as JSON, for a program such as a gateway. The generated
   * code of the type reads and validates it, as it does for a typed submit, and what is stored is
   * what that code writes: properties that the type does not have are ignored.
   *
   * @param type the name of the type, or an alias; the job is submitted with the current name
   * @param payload the payload as JSON, in the shape of the type's current version
   * @param options who submits the job, when it is due, its priority, and what it belongs to
   * @return the id of the job, and whether it is new: if the type has unique components, there may
   *     be a job with the same ones
   * @throws JobTypeNotFoundException if no module of this process declares the type
   * @throws UnreadablePayloadException if the payload is not JSON, or not of the shape of the type
   * @throws InvalidPayloadException if the payload does not meet its constraints; it has all
   *     violations
   * @throws PayloadTooLargeException if the payload is too large
   * @throws dev.tenon.jobs.BacklogFullException if more jobs would wait than the type allows
   * @throws IllegalArgumentException if the options name no submitter and the runtime has no
   *     default, or if a string in the options is one that no job can have
   * @throws JobStoreException if the database cannot be reached; nothing is recorded
   * @throws JobStoreRefusedException if PostgreSQL refuses the job, for instance because a right is
   *     missing; nothing is recorded
   */
  Submitted submit(String type, String payload, SubmitOptions options);

  /**
   * Records a job as {@link #submit(String, String, SubmitOptions)} does, for a person who submits
   * it by hand: the audit has an entry for it.
   *
   * @param type the name of the type, or an alias; the job is submitted with the current name
   * @param payload the payload as JSON, in the shape of the type's current version
   * @param options when the job is due, its priority, and what it belongs to
   * @param actor who submits the job, in place of the submitter in the options, and why
   * @return the id of the job, and whether it is new: if the type has unique components, there may
   *     be a job with the same ones
   * @throws JobTypeNotFoundException if no module of this process declares the type
   * @throws UnreadablePayloadException if the payload is not JSON, or not of the shape of the type
   * @throws InvalidPayloadException if the payload does not meet its constraints; it has all
   *     violations
   * @throws PayloadTooLargeException if the payload is too large
   * @throws IllegalArgumentException if a string in the options is one that no job can have
   * @throws JobStoreException if the database cannot be reached; nothing is recorded
   * @throws JobStoreRefusedException if PostgreSQL refuses the job, for instance because a right is
   *     missing; nothing is recorded
   */
  Submitted submit(String type, String payload, SubmitOptions options, Actor actor);

  /** All signals of this process, sorted by name. */
  List<SignalEntry> signals();

  /** The signal of this name; empty if no module of this process declares it. */
  Optional<SignalEntry> findSignal(String name);

  /** A signal, with its module and schema. Immutable. Only Tenon implements it. */
  interface SignalEntry {

    /** The definition of the signal. */
    SignalDefinition<?> definition();

    /** The name of the module that declares it, such as {@code PlmJobs}. */
    String module();

    /**
     * The JSON Schema 2020-12 of the signal, which has the description of the record and of each
     * component; empty if the schemas that the annotation processor writes are not on the class
     * path next to the module's class.
     */
    Optional<String> schema();
  }

  /** A job type, with its module and schemas. Immutable. Only Tenon implements it. */
  interface Entry {

    /** The definition of the type. */
    JobDefinition<?, ?> definition();

    /** The name of the module that declares it, such as {@code PlmJobs}. */
    String module();

    /**
     * The JSON Schema 2020-12 of the payload, which has the description of the type and of each
     * component; empty if the schemas that the annotation processor writes are not on the class
     * path next to the module's class.
     */
    Optional<String> payloadSchema();

    /**
     * The JSON Schema 2020-12 of the result; empty if jobs of the type have no result, or if the
     * schemas are not on the class path.
     */
    Optional<String> resultSchema();
  }
}
