package dev.tenon.jobs.faults.edits;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The sources of the handler before any edit. Numbered comments are places to put more. */
final class Sources {

  /** In which each edit has another word, so that its jobs are of a type of their own. */
  static final String PREFIX = "PREFIX";

  /** The points at which jobs are stopped. */
  static final List<String> STOPS =
      List.of(
          World.NOWHERE,
          "in charge",
          "after charge",
          "in reserve",
          "after reserve",
          "in note",
          "after note",
          World.SLEEPING,
          "waiting",
          "after paid",
          "in pack a",
          "after pack a",
          "in pack b",
          "in round 2");

  /** Those that have got a signal before they stop. */
  static final List<String> AFTER_THE_SIGNAL =
      STOPS.subList(STOPS.indexOf("after paid"), STOPS.size());

  static final int ROUNDS = 3;

  static final String HANDLER = "FulfilHandler";

  private static final String IMPORTS =
      """
      package shop;

      import dev.tenon.jobs.JobContext;
      import dev.tenon.jobs.JobHandler;
      import dev.tenon.jobs.annotation.*;
      import dev.tenon.jobs.durable.*;
      import dev.tenon.jobs.faults.edits.World;
      import java.sql.Connection;
      import java.sql.SQLException;
      import java.time.Duration;
      import java.util.ArrayList;
      import java.util.Collections;
      import java.util.List;
      import org.jspecify.annotations.Nullable;

      """;

  private static final Map<String, String> BEFORE =
      Map.of(
          "Fulfil",
          """
          @JobModule("ShopJobs")
          @JobType(value = "PREFIX.fulfil", result = String.class, timeout = "1m", maxAttempts = 2, retryDelays = "1s")
          public record Fulfil(String stop, List<String> lines) {
          }
          """,
          "Receipt",
          """
          public record Receipt(String number) {
          }
          """,
          "Paid",
          """
          @Signal("PREFIX.paid")
          public record Paid(String id) {
          }
          """,
          "Position",
          """
          public record Position(int round) {
          }
          """,
          HANDLER,
          """
          @JobType("PREFIX.fulfil")
          @Awaits(Paid.class)
          @Sleeps("pause")
          @ResumesFrom(Position.class)
          public class FulfilHandler implements JobHandler<Fulfil, String> {

            @Override
            public String execute(Fulfil order, JobContext context) throws Exception {
              var steps = FulfilSteps.of(this, context);
              var world = World.of(context.jobId(), order.stop());
              // 1
              Receipt receipt = steps.charge(world);
              world.got("charge", receipt.number());
              // 2
              world.got("reserve", steps.reserve(world));
              // 3
              world.got("note", steps.note(world));
              // 4
              steps.sleepPause(world.pause());
              // 5
              Paid paid = steps.awaitPaid();
              world.received("paid", paid.id());
              // 6
              for (String line : order.lines()) {
                world.got("pack " + line, steps.pack(line, world));
              }
              // 7
              int round = steps.cursor().map(Position::round).orElse(0);
              while (round < 3) {
                round++;
                world.round(round);
                steps.saveCursor(new Position(round));
              }
              // 8
              return receipt.number();
            }

            @Step(repeatable = false)
            Receipt charge(World world) {
              return new Receipt(world.runOnce("charge"));
            }

            @InDoubt("charge")
            Resolution<Receipt> findCharge(World world) {
              return world.find("charge")
                  .map(number -> Resolution.done(new Receipt(number)))
                  .orElse(Resolution.notDone());
            }

            @Step
            String reserve(Connection transaction, World world) throws SQLException {
              return world.book("reserve", transaction);
            }

            @Step
            String note(World world) {
              return world.run("note");
            }

            @Step
            String pack(@StepKey String line, World world) {
              return world.run("pack " + line);
            }

            // 9
          }
          """);

  private Sources() {}

  /** The sources by their simple names. */
  static Map<String, String> before() {
    return new TreeMap<>(BEFORE);
  }

  /** Files for the compiler, by their paths. */
  static Map<String, String> files(Map<String, String> sources, String prefix) {
    Map<String, String> files = new LinkedHashMap<>();
    sources.forEach(
        (name, text) ->
            files.put("shop/" + name + ".java", IMPORTS + text.replace(PREFIX, prefix)));
    return files;
  }
}
