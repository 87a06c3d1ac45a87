package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.EncryptionKeyException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobVersionException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.definition.UpcastFunction;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.definition.Violation;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads payloads and results that were stored with any version of their type, as the current types.
 */
public final class StoredValues {

  private static final String EMITTED = "emitted value";

  private StoredValues() {}

  /**
   * Returns the payload of a job, decrypted.
   *
   * @param version the version of the type when the job was submitted
   * @param of the owner, for messages, such as {@code of job type 'x.y'}
   * @throws JobVersionException if that is newer than the definition, or the definition has no
   *     upcaster for it
   * @throws JobsException if the JSON does not fit; the message contains no part of it
   */
  public static <P> P payload(
      JobDefinition<P, ?> definition, UUID jobId, int version, String json, String of) {
    requireKnown(definition, jobId, version, "payload", of);
    return read(
        definition.payloadUpcaster(version),
        json,
        definition.payloadCodec(),
        definition.sensitivePayload(),
        definition.payloadType(),
        "the payload " + of);
  }

  /**
   * Returns the result of a job, decrypted.
   *
   * @param version the version of the type that wrote it
   * @param of the owner, for messages, such as {@code of job type 'x.y'}
   * @throws JobVersionException if that is newer than the definition, or the definition has no
   *     upcaster for it
   * @throws JobsException if the JSON does not fit; the message contains no part of it
   */
  public static <R> R result(
      JobDefinition<?, R> definition, UUID jobId, int version, String json, String of) {
    requireKnown(definition, jobId, version, "result", of);
    return read(
        definition.resultUpcaster(version),
        json,
        definition.resultCodec(),
        definition.sensitiveResult(),
        definition.resultType(),
        "the result " + of);
  }

  /**
   * Returns a value that a job has emitted. A value of a worker that is not Java is validated here.
   *
   * @param version the version of the type that it was written for
   * @param stored the value as it is stored
   * @throws EncryptionKeyException if its key is not available
   * @throws JobVersionException if the version is newer than the definition, or the definition has
   *     no upcaster for it
   * @throws JobsException if the JSON does not fit, or the value is not valid; the message contains
   *     no part of it
   */
  public static <E> E emitted(
      JobDefinition<?, ?> definition,
      ValueDefinition<E> values,
      UUID jobId,
      int version,
      String stored,
      Encryption encryption) {
    String of = "of job " + jobId + " of type '" + definition.type() + "'";
    requireKnown(definition, jobId, version, EMITTED, of);
    String json = encryption.readable(StoredPart.emitted(definition, values), jobId, stored);
    E value = kept(values, version, json, "an emitted value " + of);
    if (definition.isExternal()) {
      List<Violation> violations = values.validate(value);
      if (!violations.isEmpty()) {
        throw new JobsException(
            "A value that job %s of type '%s' has emitted is not valid: %s. Its worker is not Java, and must validate such values against the schema of the type."
                .formatted(jobId, definition.type(), listed(violations)),
            definition.type(),
            jobId,
            null);
      }
    }
    return value;
  }

  /**
   * Returns a value that is kept with a job, decrypted.
   *
   * @param version the version of the job type, or of the signal, that it was written for
   * @param what a description of the value, for messages, such as {@code the cursor of job ID}
   * @throws JobsException if the JSON does not fit; the message contains no part of it
   */
  public static <T> T kept(ValueDefinition<T> definition, int version, String json, String what) {
    return read(
        definition.upcaster(version),
        json,
        definition.codec(),
        definition.sensitive(),
        definition.valueType(),
        what);
  }

  /**
   * Returns the job with its payload and result as values, decrypted if necessary. A result of a
   * worker that is not Java is validated here, for the first time in Java; a Java worker has
   * already validated its own.
   *
   * @throws EncryptionKeyException if a key is not available
   * @throws JobVersionException if the job has a version that the definition cannot read
   * @throws JobsException if the payload or the result cannot be read, or the result is not valid
   */
  public static <P, R> TypedJob<P, R> typed(
      JobDefinition<P, R> definition, Job job, Encryption encryption) {
    String of = "of job " + job.id() + " of type '" + job.type() + "'";
    P payload =
        payload(
            definition,
            job.id(),
            job.version(),
            encryption.readablePayload(definition, job.id(), job.payload()),
            of);
    Optional<R> result =
        job.result()
            .map(
                json ->
                    result(
                        definition,
                        job.id(),
                        job.resultVersion().orElseThrow(),
                        encryption.readableResult(definition, job.id(), json),
                        of));
    if (definition.isExternal()) {
      result.ifPresent(value -> requireValid(definition, job, value));
    }
    return new ReadJob<>(job, payload, result);
  }

  /** A job with its values. */
  private record ReadJob<P, R>(Job job, P payload, Optional<R> result) implements TypedJob<P, R> {

    /** Returns the job without its payload and its result. */
    @Override
    public String toString() {
      return job.toString();
    }
  }

  private static <R> void requireValid(JobDefinition<?, R> definition, Job job, R result) {
    List<Violation> violations = definition.validateResult(result);
    if (!violations.isEmpty()) {
      throw new JobsException(
          "The result of job %s of type '%s' is not valid: %s. Its worker is not Java, and must validate results against the schema of the type; find(jobId) gives the result as it is stored."
              .formatted(job.id(), job.type(), listed(violations)),
          job.type(),
          job.id(),
          null);
    }
  }

  private static String listed(List<Violation> violations) {
    return violations.stream().map(Violation::toString).collect(Collectors.joining("; "));
  }

  private static void requireKnown(
      JobDefinition<?, ?> definition, UUID jobId, int version, String what, String of) {
    if (version > definition.version()) {
      throw new JobVersionException(
          "The %s %s has version %d, and this program knows versions up to %d. Deploy the newer version here too."
              .formatted(what, of, version, definition.version()),
          definition.type(),
          jobId,
          version,
          definition.version());
    }
    if (!definition.readsVersion(version)) {
      throw new JobVersionException(
          "The %s %s has version %d; the type is at version %d and has %s. Give %s an @Upcaster(from = %d) and retry the job, or submit it again."
              .formatted(
                  what,
                  of,
                  version,
                  definition.version(),
                  list(definition.upcastVersions()),
                  typeOf(definition, what).getSimpleName(),
                  version),
          definition.type(),
          jobId,
          version,
          definition.version());
    }
  }

  private static Class<?> typeOf(JobDefinition<?, ?> definition, String what) {
    if (what.equals(EMITTED)) {
      return definition.emitted().<Class<?>>map(ValueDefinition::valueType).orElse(Void.class);
    }
    return what.equals("result") ? definition.resultType() : definition.payloadType();
  }

  private static String list(Set<Integer> versions) {
    return versions.isEmpty()
        ? "no upcaster"
        : "upcasters from "
            + versions.stream().sorted().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private static <T> T read(
      Optional<UpcastFunction<T>> upcaster,
      String json,
      JsonCodec<T> codec,
      SensitivePaths sensitive,
      Class<?> type,
      String what) {
    if (upcaster.isEmpty()) {
      return StoredJson.read(json, codec, sensitive, type, what);
    }
    @Nullable T value = upcast(upcaster.get(), json, sensitive, what);
    if (value == null) {
      throw new JobsException(
          "The upcaster for %s returned null; it must return the current %s, or throw."
              .formatted(what, type.getSimpleName()),
          null,
          null,
          null);
    }
    return value;
  }

  private static <T> @Nullable T upcast(
      UpcastFunction<T> upcaster, String json, SensitivePaths sensitive, String what) {
    if (upcaster instanceof UpcastFunction.OfShape<?, T> shaped) {
      return upcast(shaped, json, sensitive, what);
    }
    return ((UpcastFunction.OfJson<T>) upcaster).function().apply(json);
  }

  private static <O, T> @Nullable T upcast(
      UpcastFunction.OfShape<O, T> upcaster, String json, SensitivePaths sensitive, String what) {
    return upcaster
        .function()
        .apply(StoredJson.read(json, upcaster.codec(), sensitive, upcaster.shape(), what));
  }
}
