package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A kind of stored value: the payload or the result of a job type, the result of one of its steps,
 * its cursor, or a signal. An encrypted value can be decrypted only as the part that it was
 * encrypted as.
 *
 * @param owner the job type, or the signal
 * @param earlierNames earlier names of the owner
 * @param isSignal whether the owner is a signal
 * @param words the part of the owner, as messages name it, such as {@code payload}
 * @param sensitive the paths of its sensitive values
 * @param isExternal whether workers that are not Java write and read it
 */
public record StoredPart(
    String owner,
    List<String> earlierNames,
    boolean isSignal,
    String words,
    SensitivePaths sensitive,
    boolean isExternal) {

  /** Makes the list immutable. */
  public StoredPart {
    earlierNames = List.copyOf(earlierNames);
  }

  /** The payload of jobs of a type. */
  public static StoredPart payload(JobDefinition<?, ?> definition) {
    return of(definition, "payload", definition.sensitivePayload());
  }

  /** The result of jobs of a type. */
  public static StoredPart result(JobDefinition<?, ?> definition) {
    return of(definition, "result", definition.sensitiveResult());
  }

  /**
   * The result of a step.
   *
   * @param step the name in its record, which may be an earlier one of the step
   */
  public static StoredPart ofStep(
      JobDefinition<?, ?> definition, String step, ValueDefinition<?> result) {
    return of(definition, ofStep(step), result.sensitive());
  }

  /**
   * The result of a step of a job whose type this process may not know.
   *
   * @param type the job type, by the name that the job was submitted with
   * @param step the name in its record
   */
  public static StoredPart ofStep(String type, String step, SensitivePaths sensitive) {
    return new StoredPart(type, List.of(), false, ofStep(step), sensitive, false);
  }

  private static String ofStep(String step) {
    return "result of step '" + step + "'";
  }

  /** The cursor of jobs of a type. */
  public static StoredPart cursor(JobDefinition<?, ?> definition, ValueDefinition<?> cursor) {
    return of(definition, "cursor", cursor.sensitive());
  }

  /** A value that jobs of a type emit. */
  public static StoredPart emitted(JobDefinition<?, ?> definition, ValueDefinition<?> value) {
    return of(definition, "emitted value", value.sensitive());
  }

  /** A signal. */
  public static StoredPart signal(SignalDefinition<?> signal) {
    return signal(signal.name(), signal.value().sensitive());
  }

  /** A signal that this process may not know. */
  public static StoredPart signal(String name, SensitivePaths sensitive) {
    return new StoredPart(name, List.of(), true, "value", sensitive, false);
  }

  private static StoredPart of(
      JobDefinition<?, ?> definition, String words, SensitivePaths sensitive) {
    return new StoredPart(
        definition.type(), definition.aliases(), false, words, sensitive, definition.isExternal());
  }

  /** The job type, for exceptions; null for a signal. */
  @Nullable String jobType() {
    return isSignal ? null : owner;
  }

  /** The owner, for messages, such as {@code job type 'x.y'}. */
  String ownerWords() {
    return (isSignal ? "signal '" : "job type '") + owner + "'";
  }

  /** The same at the beginning of a sentence. */
  String ownerAtStart() {
    return (isSignal ? "Signal '" : "Job type '") + owner + "'";
  }

  /** The part of a job, for messages, such as {@code the payload of job ID of type 'x.y'}. */
  String wordsIn(UUID jobId) {
    return isSignal
        ? "the signal '%s' of job %s".formatted(owner, jobId)
        : "the %s of job %s of type '%s'".formatted(words, jobId, owner);
  }

  /** The part and its owner, for messages, such as {@code payload of job type 'x.y'}. */
  public String allWords() {
    return words + " of " + ownerWords();
  }
}
