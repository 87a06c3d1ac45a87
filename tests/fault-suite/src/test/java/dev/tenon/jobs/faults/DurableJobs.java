package dev.tenon.jobs.faults;

import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.JsonCodecs;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.definition.WaitDefinition;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The steps, waits, signals and cursor of the durable job type of the suite. */
final class DurableJobs {

  private DurableJobs() {}

  /**
   * A signal, which says what it is, so that the receiver can tell a foreign one.
   *
   * @param id the id that it was sent with
   * @param job the job that it was sent to
   */
  record Go(String id, UUID job) {}

  /**
   * How far the loop got.
   *
   * @param round the next round
   */
  record Position(int round) {}

  private static final ValueDefinition<String> TEXT =
      ValueDefinition.<String>builder(String.class, JsonCodecs.STRING).build();

  /** Each run of it returns another value. */
  static final StepDefinition<String> FETCH = StepDefinition.of("fetch", TEXT);

  /** Writes a row with its record. */
  static final StepDefinition<String> BOOK = StepDefinition.of("book", TEXT).inTransaction();

  /** Calls the world outside, and may not be repeated. */
  static final StepDefinition<String> CHARGE = StepDefinition.of("charge", TEXT).notRepeatable();

  /** One round of a loop. */
  static final StepDefinition<String> PACK = StepDefinition.of("pack", TEXT);

  static final SignalDefinition<Go> GO =
      SignalDefinition.of(
          "fault.go", 1, ValueDefinition.<Go>builder(Go.class, FaultCodecs.go()).build());

  static final SignalDefinition<Go> STOP =
      SignalDefinition.of(
          "fault.stop", 1, ValueDefinition.<Go>builder(Go.class, FaultCodecs.go()).build());

  static final List<SignalDefinition<?>> SIGNALS = List.of(GO, STOP);

  /** A wait that only a signal ends. */
  static final WaitDefinition<Go> AWAIT_GO = WaitDefinition.ofSignals("go", GO);

  /** A wait that the first of two signals ends, or the time. */
  static final WaitDefinition<Go> AWAIT_EITHER = WaitDefinition.ofSignals("either", GO, STOP);

  static final WaitDefinition<Void> NAP = WaitDefinition.ofTime("nap");

  static final ValueDefinition<Position> CURSOR =
      ValueDefinition.<Position>builder(Position.class, position()).build();

  static final StepsDefinition STEPS =
      StepsDefinition.builder(FaultJobs.DURABLE.type())
          .step(BOOK)
          .step(CHARGE)
          .step(FETCH)
          .step(PACK)
          .wait(AWAIT_EITHER)
          .wait(AWAIT_GO)
          .wait(NAP)
          .cursor(CURSOR)
          .build();

  private static JsonCodec<Position> position() {
    return JsonCodec.of(
        (json, value) -> {
          json.startObject();
          json.property("round", value.round());
          json.endObject();
        },
        json -> {
          @Nullable Integer round = null;
          json.startObject();
          for (String name = json.nextName(); name != null; name = json.nextName()) {
            if (name.equals("round")) {
              round = json.intValue();
            } else {
              json.skipValue();
            }
          }
          return new Position(json.required("round", round));
        });
  }
}
