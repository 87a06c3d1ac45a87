package dev.tenon.jobs.faults;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepExecutor;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.durable.StepContext;
import dev.tenon.jobs.faults.DurableJobs.Go;
import dev.tenon.jobs.faults.DurableJobs.Position;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.FaultJobs.Done;
import dev.tenon.jobs.faults.FaultJobs.Work;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Goes through all kinds of steps and waits, and writes what really happened to {@link Ledger}s,
 * which {@link DurableBooks} compares with the tables. Calls its steps as generated code does.
 * Thread-safe.
 */
final class DurableHandler implements JobHandler<Work, Done> {

  /** The keys of the rounds of the loop. */
  static final List<String> ROUNDS = List.of("a", "b", "c");

  /** The last cursor of a job that has completed. */
  static final int LAST_POSITION = 5;

  /** The waits that only a signal ends. */
  static final List<String> GO_KEYS = List.of("1", "2");

  private static final String BOOK = "INSERT INTO public.bookings (job_id, value) VALUES (?, ?)";

  private final Path folder;
  private final Supplier<String> workerId;
  private final Ledger executed;
  private final Ledger ran;
  private final Ledger returned;
  private final Ledger charged;
  private final Ledger answered;
  private final Ledger received;
  private final Ledger tokens;

  /**
   * A handler.
   *
   * @param folder where the ledgers are
   * @param executed the ledger of all executions of the process
   * @param workerId the id of the worker
   */
  DurableHandler(Path folder, Ledger executed, Supplier<String> workerId) {
    this.folder = folder;
    this.workerId = workerId;
    this.executed = executed;
    this.ran = Ledger.open(folder, "ran");
    this.returned = Ledger.open(folder, "returned");
    this.charged = Ledger.open(folder, "charged");
    this.answered = Ledger.open(folder, "answered");
    this.received = Ledger.open(folder, "received");
    this.tokens = Ledger.open(folder, "tokens");
  }

  @Override
  public Done execute(Work work, JobContext context) throws Exception {
    return new Execution(work, context).run();
  }

  /** Everything that the world outside knows of a charge: what it has answered to this key. */
  static Optional<String> charge(Path folder, String idempotencyKey) {
    return Ledger.read(folder, "charged").stream()
        .map(line -> line.split("\t", -1))
        .filter(line -> line[0].equals(idempotencyKey))
        .map(line -> line[2])
        .findFirst();
  }

  /** One attempt. */
  private final class Execution {

    private final String id = UUID.randomUUID().toString();

    /** On Linux, all processes of a machine have the same clock. */
    private final long startNanos = System.nanoTime();

    private final Work work;
    private final JobContext context;
    private final StepExecutor steps;

    Execution(Work work, JobContext context) {
      this.work = work;
      this.context = context;
      this.steps = context.steps(DurableJobs.STEPS);
    }

    Done run() throws Exception {
      executed.write(id + "\t" + context.jobId() + "\t" + workerId.get());
      step(DurableJobs.FETCH, "");
      note(
          DurableJobs.BOOK,
          "",
          steps.<String, SQLException>runInTransaction(
              DurableJobs.BOOK, "", (step, transaction) -> book(transaction)));
      note(
          DurableJobs.CHARGE,
          "",
          steps.<String, Exception>runOnce(DurableJobs.CHARGE, "", this::charge, this::findCharge));
      if (work.action() == Action.FAIL_ONCE && context.attempt() == 1) {
        throw new IllegalStateException("The first attempt fails.");
      }
      if (work.action() == Action.AWAIT) {
        await();
      } else {
        boolean isLong = work.action() == Action.STUBBORN || work.action() == Action.ASK;
        steps.sleep(DurableJobs.NAP, "", Duration.ofMillis(isLong ? 1 : work.millis()));
      }
      for (String round : ROUNDS) {
        step(DurableJobs.PACK, round);
      }
      int position = steps.cursor(DurableJobs.CURSOR).map(Position::round).orElse(0);
      while (position < LAST_POSITION) {
        position++;
        steps.saveCursor(DurableJobs.CURSOR, new Position(position));
      }
      return new Done(id);
    }

    private void step(StepDefinition<String> step, String key) {
      note(step, key, steps.<String, RuntimeException>run(step, key, ignored -> runs(step, key)));
    }

    private String runs(StepDefinition<?> step, String key) {
      if (work.action() == Action.STUBBORN && step == DurableJobs.FETCH) {
        keepWorking();
      }
      String value = UUID.randomUUID().toString();
      ran.write(
          String.join(
              "\t", context.jobId().toString(), step.name(), key, id, "" + startNanos, value));
      return value;
    }

    private void note(StepDefinition<?> step, String key, String value) {
      returned.write(
          String.join(
              "\t",
              context.jobId().toString(),
              step.name(),
              key,
              id,
              "" + System.nanoTime(),
              value));
    }

    private String book(Connection transaction) throws SQLException {
      String value = runs(DurableJobs.BOOK, "");
      try (PreparedStatement insert = transaction.prepareStatement(BOOK)) {
        insert.setObject(1, context.jobId());
        insert.setString(2, value);
        int unused = insert.executeUpdate();
      }
      return value;
    }

    private String charge(StepContext step) {
      String value = runs(DurableJobs.CHARGE, "");
      charged.write(step.idempotencyKey() + "\t" + context.jobId() + "\t" + value);
      if (work.action() == Action.HALT) {
        Runtime.getRuntime().halt(Node.HALTED);
      } else if (work.action() == Action.ASK) {
        keepWorking();
      }
      return value;
    }

    private void keepWorking() {
      System.out.println(Node.STARTED + context.jobId());
      NodeMain.keepWorking(Duration.ofMillis(work.millis()));
      System.out.println(Node.RETURNED + context.jobId());
    }

    private Resolution<String> findCharge(StepContext step) {
      Resolution<String> answer =
          work.action() == Action.ASK
              ? Resolution.askPerson("Was it charged?")
              : DurableHandler.charge(folder, step.idempotencyKey())
                  .map(Resolution::done)
                  .orElse(Resolution.notDone());
      answered.write(
          String.join("\t", context.jobId().toString(), id, answer.getClass().getSimpleName()));
      return answer;
    }

    private void await() {
      String first = GO_KEYS.get(0);
      receive("go", first, steps.await(DurableJobs.AWAIT_GO, first, null));
      receive(
          "either",
          "",
          steps.await(DurableJobs.AWAIT_EITHER, "", Duration.ofMillis(work.millis())));
      String second = GO_KEYS.get(1);
      tokens.write(context.jobId() + "\t" + steps.token(DurableJobs.GO, second));
      receive("go", second, steps.await(DurableJobs.AWAIT_GO, second, null));
    }

    private void receive(String wait, String key, Optional<Go> signal) {
      received.write(
          String.join(
              "\t",
              context.jobId().toString(),
              wait,
              key,
              id,
              signal.map(Go::id).orElse("none"),
              signal.map(go -> go.job().toString()).orElse(context.jobId().toString())));
    }
  }
}
