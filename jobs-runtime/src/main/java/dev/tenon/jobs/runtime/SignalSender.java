package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.durable.SentSignal;
import dev.tenon.jobs.durable.SignalOptions;
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
import dev.tenon.jobs.internal.submit.NewSignalFactory;
import dev.tenon.jobs.internal.submit.SignalRefusals;
import dev.tenon.jobs.internal.submit.SignalToken;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.internal.values.ValueStorage;
import java.sql.Connection;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Validates signals and sends them, and wakes the jobs that wait for them. Thread-safe. */
final class SignalSender {

  private static final Logger LOG = LoggerFactory.getLogger(SignalSender.class);

  private final SignalStore store;
  private final NewJobFactory newJobs;
  private final NewSignalFactory newSignals;
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
    this.newSignals = new NewSignalFactory(storage);
    this.startable = startable;
  }

  /** Sends each signal in a separate transaction. */
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

  /** Returns the factory of signals. */
  NewSignalFactory newSignals() {
    return newSignals;
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
        throw SignalRefusals.ofJob(refusal, signal, target.jobType(), target.jobId());
      }
    }
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
          newSignals.of(definition, signal, newJobs.sender(options.sentBy().orElse(null)), options);
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
          throw SignalRefusals.noJob(item.itemId(), signal.name());
        }
        return send(signal, jobIds, false);
      }
      if (target instanceof SignalTarget.OfToken token) {
        return sendByToken(signal, token.token());
      }
      return send(signal, List.of(((SignalTarget.OfJob) target).jobId()), false);
    }

    private SentSignal sendByToken(NewSignal signal, String token) {
      SignalToken read =
          SignalToken.read(token).orElseThrow(() -> SignalRefusals.unknownToken(signal.name()));
      SignalStore.Token found =
          store
              .token(transaction, read.jobId(), signal.name(), read.secret())
              .orElseThrow(() -> SignalRefusals.unknownToken(signal.name()));
      return send(
          new NewSignal(
              signal.id(),
              signal.name(),
              found.key(),
              signal.version(),
              signal.payload(),
              signal.sentBy()),
          List.of(read.jobId()),
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
}
