package dev.tenon.jobs.faults;

import java.util.List;

/**
 * The places at which a process under test may die, or a thread of it hang or fail. Each is the
 * beginning or the end of a method of the runtime, into which {@link FaultAgent} writes a halt: the
 * runtime itself knows nothing of it.
 */
@SuppressWarnings("ImmutableEnumChecker") // the list is unmodifiable
enum CrashPoint {
  /** The rows are inserted in a transaction of the caller, which is not committed. */
  AFTER_INSERT(
      "store.SubmitStore",
      "insertInChunks",
      Edge.END,
      "dev.tenon.jobs.libraries.jooq.DSLContext",
      "java.util.List"),
  /** The rows are committed, and no pointer is published. */
  AFTER_COMMIT("store.SubmitStore", "insert", Edge.END, "java.util.List"),
  /** Some pointers of a batch are on their way, others are not. */
  AMID_PUBLISHING(
      "broker.PointerMessage",
      "body",
      Edge.BEGINNING,
      "dev.tenon.jobs.internal.broker.MessagePointers"),
  /** The broker has confirmed the pointers, and the table does not say so. */
  AFTER_PUBLISH("broker.PointerPublisher", "publish", Edge.END, "java.util.List"),
  /** The pointers were confirmed a while ago, and the table still does not say so. */
  BEFORE_NOTE("publish.PublishStore", "markQueued", Edge.BEGINNING, "java.util.List"),
  /** The pointers are delivered, and nothing is claimed. */
  BEFORE_CLAIM(
      "store.ClaimStore",
      "claim",
      Edge.BEGINNING,
      "java.lang.String",
      "java.util.Collection",
      "java.util.Map",
      "int",
      "long"),
  /** The claim is committed, and no pointer acknowledged. */
  AFTER_CLAIM(
      "store.ClaimStore",
      "claim",
      Edge.END,
      "java.lang.String",
      "java.util.Collection",
      "java.util.Map",
      "int",
      "long"),
  /** Jobs are claimed without pointers, and no handler has started. */
  AFTER_TABLE_CLAIM(
      "store.ClaimStore", "claimDue", Edge.END, "java.lang.String", "java.util.Map", "int", "long"),
  /** Jobs are claimed and counted for the limits of their type, and no handler has started. */
  AFTER_LIMITED_CLAIM(
      "flow.LimitedClaimStore",
      "claim",
      Edge.END,
      "java.lang.String",
      "java.lang.String",
      "int",
      "int",
      "long"),
  /** The pointers are acknowledged, and no handler has started. */
  AFTER_ACK("broker.PointerConsumer", "acknowledge", Edge.END, "java.util.Collection"),
  /** Some jobs of a claim have their slots, and others wait for one. */
  AMID_STARTING(
      "attempt.Slots", "start", Edge.END, "dev.tenon.jobs.internal.attempt.SlotWork", "int"),
  /** A batch has some of its jobs, and waits for others. */
  AMID_GATHERING(
      "attempt.Slots",
      "gather",
      Edge.END,
      "dev.tenon.jobs.internal.attempt.Attempt",
      "java.lang.String",
      "java.lang.String",
      "int",
      "java.util.function.Supplier"),
  /** Handlers have returned, and no outcome is committed. */
  BEFORE_OUTCOME("store.OutcomeStore", "finish", Edge.BEGINNING, "java.util.List"),
  /** The outcomes are committed, and the worker has not heard so. */
  AFTER_OUTCOME("store.OutcomeStore", "finish", Edge.END, "java.util.List"),
  /** A job has ended, and the next one of its line is not open. */
  BEFORE_ADVANCE("store.LineStore", "advance", Edge.BEGINNING, "long"),
  /** The next jobs of lines are open, and their pointers are not published. */
  AFTER_ADVANCE("store.LineStore", "advance", Edge.END, "long"),
  /** The outcomes of jobs in workflows are written, and nothing that follows from them. */
  AMID_SETTLING(
      "store.Settlement",
      "settle",
      Edge.BEGINNING,
      "dev.tenon.jobs.libraries.jooq.DSLContext",
      "dev.tenon.jobs.internal.sql.Database",
      "dev.tenon.jobs.internal.store.NextTasks",
      "java.util.function.Consumer"),
  /** Next tasks are claimed with the outcomes before them, and the worker has not heard so. */
  AFTER_NEXT_TASKS(
      "store.OutcomeStore",
      "finish",
      Edge.END,
      "java.util.List",
      "dev.tenon.jobs.internal.store.NextTasks"),
  /** The payloads of tasks are made, and neither their new jobs recorded nor anything committed. */
  AMID_PREPARATION(
      "workflow.MadeTasks", "apply", Edge.END, "dev.tenon.jobs.libraries.jooq.DSLContext"),
  /** The leader has proved that it leads, and is in the transaction of a rescue. */
  AMID_RESCUE(
      "store.RescueStore",
      "rescue",
      Edge.BEGINNING,
      "dev.tenon.jobs.libraries.jooq.DSLContext",
      "java.util.List",
      "int",
      "int",
      "java.util.Collection"),
  /** The worker is about to say that it is alive. */
  BEFORE_HEARTBEAT(
      "store.WorkerStore",
      "heartbeat",
      Edge.BEGINNING,
      "java.lang.String",
      "boolean",
      "java.util.Optional"),
  /** The leader is about to look for what is due. */
  BEFORE_RELAY("publish.DueStore", "due", Edge.BEGINNING),
  /** A step has run or is about to begin, and has no record of it. */
  BEFORE_STEP_RECORD(
      "store.StepStore", "record", Edge.BEGINNING, "dev.tenon.jobs.internal.store.NewStep"),
  /** A step or its beginning is recorded, and the handler has not heard so. */
  AFTER_STEP_RECORD("store.StepStore", "record", Edge.END, "dev.tenon.jobs.internal.store.NewStep"),
  /** What a step does in a transaction is written, with its record, and not committed. */
  AMID_STEP_TRANSACTION(
      "store.StepStore",
      "record",
      Edge.END,
      "java.sql.Connection",
      "dev.tenon.jobs.internal.store.NewStep"),
  /** A step in a transaction is committed, and the handler has not heard so. */
  AFTER_STEP_TRANSACTION(
      "steps.StoredStepRecords",
      "inTransaction",
      Edge.END,
      "dev.tenon.jobs.internal.steps.StepRecords$Work"),
  /** A job has come to a wait, and nothing of it is recorded. */
  BEFORE_AWAIT("store.StepStore", "await", Edge.BEGINNING, "dev.tenon.jobs.internal.store.NewWait"),
  /**
   * A signal is delivered, or it is recorded that the job waits, and the handler has not heard so.
   */
  AFTER_AWAIT("store.StepStore", "await", Edge.END, "dev.tenon.jobs.internal.store.NewWait"),
  /** A cursor was saved by the handler, and is not written. */
  BEFORE_CURSOR("store.StepStore", "saveCursors", Edge.BEGINNING, "java.util.List"),
  /** A signal is written in a transaction of the caller, which is not committed. */
  AMID_SIGNAL_TRANSACTION(
      "store.SignalStore",
      "send",
      Edge.END,
      "dev.tenon.jobs.libraries.jooq.DSLContext",
      "dev.tenon.jobs.internal.store.NewSignal",
      "java.util.List",
      "boolean"),
  /**
   * A signal is committed, and the job that waits for it is due, but its pointer is not published.
   */
  AFTER_SIGNAL(
      "store.SignalStore",
      "send",
      Edge.END,
      "dev.tenon.jobs.internal.store.NewSignal",
      "java.util.List",
      "boolean"),
  /** A signal was committed in a transaction of the caller, and nobody has woken its job. */
  BEFORE_WAKE("store.SignalStore", "wake", Edge.BEGINNING, "java.util.List");

  /** The exit code of a process that died at a crash point. */
  static final int EXIT_CODE = 99;

  private static final String RUNTIME = "dev.tenon.jobs.internal.";

  private final String className;
  private final String method;
  private final Edge edge;
  private final List<String> parameterTypes;

  CrashPoint(String className, String method, Edge edge, String... parameterTypes) {
    this.className = className;
    this.method = method;
    this.edge = edge;
    this.parameterTypes = List.of(parameterTypes);
  }

  /** Where in the method. */
  enum Edge {
    BEGINNING,
    END
  }

  String className() {
    return RUNTIME + className;
  }

  String method() {
    return method;
  }

  Edge edge() {
    return edge;
  }

  List<String> parameterTypes() {
    return parameterTypes;
  }
}
