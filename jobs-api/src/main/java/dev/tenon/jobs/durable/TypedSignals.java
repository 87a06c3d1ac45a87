package dev.tenon.jobs.durable;

import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.definition.SignalDefinition;
import java.util.Objects;
import java.util.UUID;

/**
 * Sends one signal. The generated class of a module has a method for each of its signals that
 * returns such an object:
 *
 * <pre>{@code
 * jobs.paymentSettled().send(jobId, new PaymentSettled(paymentId, amount));
 * }</pre>
 *
 * <p>A signal is validated before it is stored. It is kept if it arrives before the job waits for
 * it, and delivered once. A job that waits for it starts as soon as a job that was submitted in the
 * same way.
 *
 * <p>Thread-safe, unless it was made for a transaction: then it is as thread-safe as that
 * transaction.
 *
 * @param <S> the record
 */
public final class TypedSignals<S> {

  private final SignalDefinition<S> definition;
  private final JobSubmitter submitter;

  /**
   * The sender of a signal. Called by generated code.
   *
   * @param definition the signal
   * @param submitter sends signals: the service itself, or one that is bound to a transaction
   */
  public TypedSignals(SignalDefinition<S> definition, JobSubmitter submitter) {
    this.definition = Objects.requireNonNull(definition, "definition");
    this.submitter = Objects.requireNonNull(submitter, "submitter");
  }

  /** The definition of the signal. */
  public SignalDefinition<S> definition() {
    return definition;
  }

  /**
   * Sends the signal to a job, on behalf of the runtime's default submitter. It throws what {@link
   * #send(UUID, Object, SignalOptions)} throws.
   */
  public SentSignal send(UUID jobId, S signal) {
    return send(jobId, signal, SignalOptions.defaults());
  }

  /**
   * Sends the signal to a job.
   *
   * @param jobId the job, which has not ended
   * @param signal the signal
   * @param options who sends it, its id and its key
   * @return the job, and whether the signal is new
   * @throws JobNotFoundException if there is no such job
   * @throws SignalRefusedException if the job has ended, does not wait for this signal, or has
   *     1,000 signals that its handler has not taken
   * @throws InvalidSignalException if the signal does not meet its constraints
   * @throws IllegalArgumentException if the options name no sender and the runtime has no default,
   *     or if the signal or a string is too large
   * @throws JobStoreException if the database cannot be reached; nothing is stored
   */
  public SentSignal send(UUID jobId, S signal, SignalOptions options) {
    return submitter.send(definition, SignalTarget.job(jobId), signal, options);
  }

  /**
   * Sends the signal to all jobs that belong to an item, have not ended, and may wait for it.
   *
   * @param itemId the item
   * @param signal the signal
   * @param options who sends it, its id and its key
   * @return the jobs, and whether the signal is new for one of them
   * @throws SignalRefusedException if there is no such job, or if one has 1,000 signals that its
   *     handler has not taken
   * @throws InvalidSignalException if the signal does not meet its constraints
   * @throws IllegalArgumentException if the options name no sender and the runtime has no default,
   *     or if the signal or a string is too large
   * @throws JobStoreException if the database cannot be reached; nothing is stored
   */
  public SentSignal sendToItem(String itemId, S signal, SignalOptions options) {
    return submitter.send(definition, SignalTarget.item(itemId), signal, options);
  }

  /**
   * Sends the signal to the job whose handler has made a token. A token can be used once.
   *
   * @param token the token, which is a secret
   * @param signal the signal
   * @param options who sends it, and its id; the key is that of the token
   * @return the job; the signal is always new
   * @throws SignalRefusedException if there is no such token for this signal, if it was used, or if
   *     the job has ended
   * @throws InvalidSignalException if the signal does not meet its constraints
   * @throws IllegalArgumentException if the options name no sender and the runtime has no default,
   *     or if the signal or a string is too large
   * @throws JobStoreException if the database cannot be reached; nothing is stored
   */
  public SentSignal sendByToken(String token, S signal, SignalOptions options) {
    return submitter.send(definition, SignalTarget.token(token), signal, options);
  }
}
