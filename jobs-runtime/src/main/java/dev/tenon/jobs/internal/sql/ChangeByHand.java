package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import java.time.Duration;
import java.util.function.Function;

/**
 * A change that a person makes. The entry of the audit is written in the transaction of the change,
 * so that neither exists without the other. A change that has no effect leaves no entry.
 *
 * <p>An entry is only ever inserted, so that whoever changes jobs needs no right to change the
 * audit. A change that takes several transactions has its entry in the first of them that changes
 * something. The entry says that the change was begun; the jobs show how far it got.
 *
 * <p>For one call of one method. Not thread-safe.
 */
public final class ChangeByHand {

  private final String action;
  private final String target;
  private final Actor actor;
  private final boolean isInSteps;
  private boolean isWritten;
  private boolean isRecorded;

  private ChangeByHand(String action, String target, Actor actor, boolean isInSteps) {
    this.action = action;
    this.target = target;
    this.actor = actor;
    this.isInSteps = isInSteps;
  }

  /**
   * Creates a change that takes one transaction.
   *
   * @param action the action, such as {@code pause type}
   * @param target its target: the id of a job or a workflow, the name of a type or a schedule, or a
   *     query in words; up to 1,000 bytes
   * @param actor the person who does it
   */
  public static ChangeByHand of(String action, String target, Actor actor) {
    return new ChangeByHand(action, target, actor, false);
  }

  /** Creates a change that takes several transactions. */
  public static ChangeByHand inSteps(String action, String target, Actor actor) {
    return new ChangeByHand(action, target, actor, true);
  }

  /** Returns the person who does it. */
  public Actor actor() {
    return actor;
  }

  /**
   * Makes the change, or a step of it, in a transaction.
   *
   * @param change calls {@link #record} if it changes something; may be called several times, as by
   *     {@link Database#inRepeatedTransaction}
   */
  public <T> T inTransaction(DSLContext dsl, Function<DSLContext, T> change) {
    return committed(Database.inRepeatedTransaction(dsl, of(change)));
  }

  /**
   * The same in a transaction that waits for the locks of others for a limited time.
   *
   * @param change as above
   */
  public <T> T inTransaction(DSLContext dsl, Duration maxLockWait, Function<DSLContext, T> change) {
    return committed(Database.inTransaction(dsl, maxLockWait, of(change)));
  }

  private <T> Function<DSLContext, T> of(Function<DSLContext, T> change) {
    return transaction -> {
      // An earlier try may have been rolled back
      isWritten = false;
      return change.apply(transaction);
    };
  }

  private <T> T committed(T result) {
    isRecorded |= isWritten;
    return result;
  }

  /**
   * Writes the entry, unless a transaction before this one has.
   *
   * @param transaction the transaction of the change, from {@link #inTransaction}
   * @param outcome its outcome
   */
  public void record(DSLContext transaction, Tables tables, String outcome) {
    if (isRecorded || isWritten) {
      return;
    }
    MonitorTables.Audit a = tables.audit;
    transaction
        .insertInto(a)
        .set(a.doneBy, actor.name())
        .set(a.action, action)
        .set(a.target, target)
        .set(a.reason, actor.reason().orElse(null))
        .set(a.outcome, isInSteps ? "begun" : outcome)
        .execute();
    isWritten = true;
  }
}
