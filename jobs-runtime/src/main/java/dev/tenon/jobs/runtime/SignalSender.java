package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.definition.Violation;
import dev.tenon.jobs.durable.InvalidSignalException;
import dev.tenon.jobs.durable.SentSignal;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalRefusedException;
import dev.tenon.jobs.durable.SignalRefusedException.Reason;
import dev.tenon.jobs.durable.SignalTarget;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.store.NewSignal;
import dev.tenon.jobs.internal.store.SignalStore;
import dev.tenon.jobs.internal.store.SignalStore.Sent;
import dev.tenon.jobs.internal.store.SignalStore.Target;
import dev.tenon.jobs.internal.store.StartableJobs;
import dev.tenon.jobs.internal.submit.NewJobFactory;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.internal.values.StoredJson;
import dev.tenon.jobs.internal.values.StoredPart;
import dev.tenon.jobs.internal.values.StoredText;
import dev.tenon.jobs.internal.values.ValueStorage;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Validates signals and sends them, and wakes the jobs that wait for them. Thread-safe. */
final class SignalSender {

  private static final Logger LOG = LoggerFactory.getLogger(SignalSender.class);

  /** The maximum number of characters of ids and keys. */
  static final int MAX_CHARACTERS = 200;

  private static final int ID_CHARACTERS = 22;

  private final SignalStore store;
  private final NewJobFactory newJobs;
  private final ValueStorage storage;
  private final Consumer<StartableJobs> startable;

  /**
   * Creates a sender.
   *
   * @param startable publishes the jobs that have become due
   */
  SignalSender(
      Database database,
      NewJobFactory newJobs,
      ValueStorage storage,
      Consumer<StartableJobs> startable) {
    this.store = new SignalStore(database);
    this.newJobs = newJobs;
    this.storage = storage;
    this.startable = startable;
  }

  /** Sends signals in transactions of their own. */
  Sender inOwnTransaction() {
    return new Sender(null, Runnable::run);
  }

  /**
   * Sends signals in a transaction of the caller.
   *
   * @param afterCommit is given what is to be done after the commit; null if nobody can say when
   *     that is, so that maintenance does it
   */
  Sender in(Connection connection, @Nullable Consumer<Runnable> afterCommit) {
    return new Sender(connection, afterCommit == null ? action -> {} : afterCommit);
  }

  /**
   * Returns a signal to be stored.
   *
   * @throws InvalidSignalException if it is not valid
   * @throws IllegalArgumentException if it is too large, or a string cannot be stored
   */
  <S> NewSignal newSignal(
      SignalDefinition<S> definition, @Nullable S signal, String sentBy, SignalOptions options) {
    List<Violation> violations =
        signal == null
            ? List.of(new Violation("", "is required"))
            : definition.value().validate(signal);
    if (signal == null || !violations.isEmpty()) {
      throw new InvalidSignalException(definition.name(), violations);
    }
    return newSignal(
        definition.name(), definition.version(), json(definition, signal), sentBy, options);
  }

  /** Returns a signal to be stored, whose JSON was already written. */
  static NewSignal newSignal(
      String name, int version, String json, String sentBy, SignalOptions options) {
    return new NewSignal(
        checked("id", options.id().orElseGet(() -> NewJobFactory.newId().toString())),
        SubmittedValues.name("The name of the signal", name),
        checked("key", options.key()),
        version,
        json,
        sentBy);
  }

  private static String checked(String what, String text) {
    if (text.length() > MAX_CHARACTERS) {
      throw new IllegalArgumentException(
          "The %s of the signal has %,d characters; it may have up to %d."
              .formatted(what, text.length(), MAX_CHARACTERS));
    }
    return SubmittedValues.name("The " + what + " of the signal", text);
  }

  private <S> String json(SignalDefinition<S> definition, S signal) {
    ValueDefinition<S> value = definition.value();
    int max = storage.limits().payloadBytes();
    String what = "the signal '" + definition.name() + "'";
    String json;
    try {
      json =
          StoredJson.write(
              signal,
              value.codec(),
              value.sensitive(),
              what,
              max,
              bytes -> new TooLarge(tooLarge(definition.name(), bytes, max)));
    } catch (TooLarge e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    requireStorable(what, json);
    return storage.encryption().stored(StoredPart.signal(definition), null, json);
  }

  /** The message about a signal that is too large. */
  static String tooLarge(String signal, long bytes, int max) {
    return "The signal '%s' has %,d bytes as JSON; the limit is %,d. Store the data elsewhere and send a reference to it, or raise SizeLimits.payloadBytes."
        .formatted(signal, bytes, max);
  }

  /** Checks that JSON has no string that UTF-8 cannot encode. */
  static void requireStorable(String what, String json) {
    if (StoredText.indexOfHalfCharacter(json).isPresent()) {
      throw new IllegalArgumentException(
          "There is a surrogate without its partner, which UTF-8 cannot encode, in %s. Cut strings between characters, not inside one."
              .formatted(what));
    }
  }

  private static final class TooLarge extends JobsException {

    private static final long serialVersionUID = 1L;

    TooLarge(String message) {
      super(message, null, null, null);
    }
  }

  /**
   * Publishes the jobs that a signal has made due, and wakes the others. Called after the commit.
   */
  void committed(Sent sent) {
    publish(sent.startable());
    List<UUID> left = sent.toWake();
    if (left.isEmpty()) {
      return;
    }
    try {
      publish(store.wake(left));
    } catch (StoreException e) {
      LOG.info(
          "A signal is stored, and waking {} job(s) failed with {}. Maintenance wakes them.",
          left.size(),
          LoggableFailure.describe(e));
    }
  }

  /** Publishes jobs that have become due, after the commit. */
  void publish(StartableJobs some) {
    if (!some.isNothing()) {
      startable.accept(some);
    }
  }

  /**
   * Throws what the store has refused.
   *
   * @param signal the name of the signal
   */
  static void requireAccepted(String signal, Sent sent) {
    for (Target target : sent.targets()) {
      if (!target.isThere()) {
        throw new JobNotFoundException(target.jobId());
      }
      Reason refusal = target.refusal();
      if (refusal != null) {
        throw new SignalRefusedException(
            refusal, message(refusal, signal, target), target.jobType(), target.jobId());
      }
    }
  }

  private static String message(Reason refusal, String signal, Target target) {
    return switch (refusal) {
      case JOB_ENDED ->
          "Job %s of type '%s' has ended, so it cannot get the signal '%s'."
              .formatted(target.jobId(), target.jobType(), signal);
      case NOT_AWAITED ->
          "The handler of job type '%s' does not wait for the signal '%s'. Add a wait for it (@Awaits) and deploy the workers first, or send another signal."
              .formatted(target.jobType(), signal);
      case TOO_MANY ->
          "Job %s of type '%s' has %,d signals that its handler has not taken, which is the limit. Find out with 'tenon show %s' what it waits for."
              .formatted(
                  target.jobId(), target.jobType(), SignalStore.MAX_UNDELIVERED, target.jobId());
      case USED_TOKEN -> "A signal was already sent with this token.";
      case UNKNOWN_TOKEN, NO_JOB ->
          "Job %s cannot get the signal '%s' (%s)."
              .formatted(target.jobId(), signal, refusal.code());
    };
  }

  /** Sends signals in one kind of transaction. */
  final class Sender {

    private final @Nullable Connection transaction;
    private final Consumer<Runnable> afterCommit;

    private Sender(@Nullable Connection transaction, Consumer<Runnable> afterCommit) {
      this.transaction = transaction;
      this.afterCommit = afterCommit;
    }

    /** Sends a signal; see {@link dev.tenon.jobs.JobSubmitter#send}. */
    <S> SentSignal send(
        SignalDefinition<S> definition,
        SignalTarget target,
        @Nullable S signal,
        SignalOptions options) {
      NewSignal made =
          newSignal(definition, signal, newJobs.sender(options.sentBy().orElse(null)), options);
      try {
        return send(made, target);
      } catch (StoreException e) {
        throw StoreFailures.of("The signal '%s' was not sent".formatted(made.name()), null, e);
      }
    }

    private SentSignal send(NewSignal signal, SignalTarget target) {
      if (target instanceof SignalTarget.OfItem item) {
        SubmittedValues.name("itemId", item.itemId());
        List<UUID> jobIds = store.ofItem(transaction, item.itemId(), signal.name(), signal.id());
        if (jobIds.isEmpty()) {
          throw new SignalRefusedException(
              Reason.NO_JOB,
              "No job that has not ended belongs to the item '%s' and waits for the signal '%s'."
                  .formatted(item.itemId(), signal.name()),
              null,
              null);
        }
        return send(signal, jobIds, false);
      }
      if (target instanceof SignalTarget.OfToken token) {
        return sendByToken(signal, token.token());
      }
      return send(signal, List.of(((SignalTarget.OfJob) target).jobId()), false);
    }

    private SentSignal sendByToken(NewSignal signal, String token) {
      UUID jobId = jobOf(token);
      SignalStore.Token found =
          jobId == null
              ? null
              : store
                  .token(transaction, jobId, signal.name(), token.substring(ID_CHARACTERS))
                  .orElse(null);
      if (jobId == null || found == null) {
        throw new SignalRefusedException(
            Reason.UNKNOWN_TOKEN,
            "There is no such token for the signal '%s', or its job is no longer kept."
                .formatted(signal.name()),
            null,
            null);
      }
      return send(
          new NewSignal(
              signal.id(),
              signal.name(),
              found.key(),
              signal.version(),
              signal.payload(),
              signal.sentBy()),
          List.of(jobId),
          true);
    }

    private SentSignal send(NewSignal signal, List<UUID> jobIds, boolean usesToken) {
      Sent sent =
          transaction == null
              ? store.send(signal, jobIds, usesToken)
              : store.send(transaction, signal, jobIds, usesToken);
      requireAccepted(signal.name(), sent);
      if (sent.targets().stream().anyMatch(Target::isNew)) {
        afterCommit.accept(() -> committed(sent));
      }
      return new SentSignal(jobIds, sent.targets().stream().anyMatch(Target::isNew));
    }
  }

  /** Returns the job of a token; null if it does not look like one. */
  private static @Nullable UUID jobOf(String token) {
    if (token.length() <= ID_CHARACTERS || token.length() > MAX_CHARACTERS) {
      return null;
    }
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap(Base64.getUrlDecoder().decode(token.substring(0, ID_CHARACTERS)));
      return new UUID(bytes.getLong(), bytes.getLong());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
