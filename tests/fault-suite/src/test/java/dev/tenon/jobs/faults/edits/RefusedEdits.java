package dev.tenon.jobs.faults.edits;

import java.util.List;

/** Edits that do not compile, because jobs under way would repeat or lose something. */
final class RefusedEdits {

  private static final String BREAKING = "[JobsBreakingChange]";
  private static final String NOTE_CALL = "world.got(\"note\", steps.note(world));";
  private static final String NOTE =
      "@Step\n  String note(World world) {\n    return world.run(\"note\");\n  }";

  static final List<Edit> ALL =
      List.of(
          Edit.of("remove a step").replace(NOTE_CALL, "").replace(NOTE, "").refused(BREAKING),
          Edit.of("make a step an ordinary method")
              .replace(NOTE, NOTE.replace("@Step\n  ", ""))
              .replace("steps.note(", "note(")
              .refused(BREAKING),
          Edit.of("rename a step")
              .replace("String note(", "String jot(")
              .replace("steps.note(", "steps.jot(")
              .refused(BREAKING),
          Edit.of("rename a step, with an alias and without a version")
              .replace("@Step\n  String note(", "@Step(aliases = \"note\")\n  String jot(")
              .replace("steps.note(", "steps.jot(")
              .refused(BREAKING),
          Edit.of("rename a step, with a version and without an alias")
              .raised()
              .replace("String note(", "String jot(")
              .replace("steps.note(", "steps.jot(")
              .refused(BREAKING),
          Edit.of("rename a wait")
              .replace("@Awaits(Paid.class)", "@Awaits(value = Paid.class, name = \"money\")")
              .replace("steps.awaitPaid()", "steps.awaitMoney()")
              .refused(BREAKING),
          Edit.of("rename a sleep")
              .replace("@Sleeps(\"pause\")", "@Sleeps(\"rest\")")
              .replace("steps.sleepPause(", "steps.sleepRest(")
              .refused(BREAKING),
          Edit.of("remove a wait")
              .replace("@Awaits(Paid.class)", "")
              .replace("Paid paid = steps.awaitPaid();", "")
              .replace("world.received(\"paid\", paid.id());", "")
              .refused(BREAKING),
          Edit.of("remove a sleep")
              .replace("@Sleeps(\"pause\")", "")
              .replace("steps.sleepPause(world.pause());", "")
              .refused(BREAKING),
          Edit.of("remove the cursor")
              .replace("@ResumesFrom(Position.class)", "")
              .replace("steps.cursor().map(Position::round).orElse(0)", "0")
              .replace("steps.saveCursor(new Position(round));", "")
              .refused(BREAKING),
          Edit.of("rename a component of a result")
              .replace("record Receipt(String number)", "record Receipt(String id)")
              .replace(
                  "world.got(\"charge\", receipt.number());",
                  "world.got(\"charge\", receipt.id());")
              .replace("return receipt.number();", "return receipt.id();")
              .refused(BREAKING),
          Edit.of("change a result, with a version and without an upcaster")
              .raised()
              .replace(
                  "record Receipt(String number) {", "record Receipt(String number, int amount) {")
              .replace(
                  "new Receipt(world.runOnce(\"charge\"))",
                  "new Receipt(world.runOnce(\"charge\"), 1)")
              .replace("new Receipt(number)", "new Receipt(number, 1)")
              .refused("[Jobs"),
          Edit.of("change a result that is a string")
              .replace(
                  "String note(World world) {\n    return world.run(\"note\");",
                  "int note(World world) {\n    return world.run(\"note\").length();")
              .replace(NOTE_CALL, "world.got(\"note\", \"\" + steps.note(world));")
              .refused(BREAKING),
          Edit.of("return nothing any more")
              .replace(
                  "String note(World world) {\n    return world.run(\"note\");",
                  "void note(World world) {\n    world.run(\"note\");")
              .replace(NOTE_CALL, "steps.note(world);")
              .refused(BREAKING),
          Edit.of("make a step unrepeatable, without its second method")
              .replace(NOTE, NOTE.replace("@Step", "@Step(repeatable = false)"))
              .refused("[JobsInDoubt]"),
          Edit.of("make a step unrepeatable, without a version")
              .replace(NOTE, NOTE.replace("@Step", "@Step(repeatable = false)"))
              .method(
                  "@InDoubt(\"note\") Resolution<String> findNote(World world) { return Resolution.notDone(); }")
              .refused(BREAKING),
          Edit.of("give a step a key")
              .replace("String note(World world)", "String note(@StepKey String key, World world)")
              .replace(NOTE_CALL, "world.got(\"note\", steps.note(\"x\", world));")
              .refused(BREAKING),
          Edit.of("take the key from a step")
              .replace("pack(@StepKey String line,", "pack(String line,")
              .refused(BREAKING),
          Edit.of("change the cursor")
              .replace("record Position(int round)", "record Position(long round)")
              .replace("int round = steps.cursor()", "long start = steps.cursor()")
              .replace("orElse(0);", "orElse(0L);\n    int round = (int) start;")
              .refused(BREAKING),
          Edit.of("change the signal")
              .replace("record Paid(String id)", "record Paid(String id, int amount)")
              .refused(BREAKING),
          Edit.of("rename the signal").replace(".paid\"", ".settled\"").refused(BREAKING),
          Edit.of("wait for the first of two signals, without a version")
              .replace(
                  "@Awaits(Paid.class)",
                  "@Awaits(name = \"paid\", value = {Paid.class, Voucher.class})")
              .replace("record Paid(String id) {", "record Paid(String id) implements Payment {")
              .replace("Paid paid = steps", "Payment paid = steps")
              .source(
                  "Payment",
                  "public sealed interface Payment permits Paid, Voucher { String id(); }")
              .source(
                  "Voucher",
                  "@Signal(\"PREFIX.voucher\") public record Voucher(String id) implements Payment {}")
              .refused(BREAKING),
          Edit.of("two steps of one name")
              .method("@Step(\"note\") String jot(World world) { return \"\"; }")
              .refused("[JobsStepName]"),
          Edit.of("a step with the name of a wait")
              .method("@Step String paid(World world) { return \"\"; }")
              .refused("[JobsStepName]"),
          Edit.of("an alias that is another step")
              .replace(NOTE, NOTE.replace("@Step", "@Step(aliases = \"pack\")"))
              .refused("[JobsStepName]"),
          Edit.of("a private step")
              .replace(NOTE, NOTE.replace("String note", "private String note"))
              .refused("[JobsStep]"),
          Edit.of("a static step")
              .replace(NOTE, NOTE.replace("String note", "static String note"))
              .refused("[JobsStep]"),
          Edit.of("a generic step")
              .replace(NOTE, NOTE.replace("String note", "<T> String note"))
              .refused("[JobsStep]"),
          Edit.of("an overloaded step")
              .method("String note(int other) { return \"\"; }")
              .refused("[JobsStep]"),
          Edit.of("a result that JSON cannot carry")
              .method("@Step Thread spawn(World world) { return new Thread(); }")
              .refused("[Jobs"),
          Edit.of("a step in a transaction that may not be repeated")
              .replace(
                  NOTE,
                  NOTE.replace("@Step", "@Step(repeatable = false)")
                      .replace("(World", "(Connection transaction, World"))
              .method(
                  "@InDoubt(\"note\") Resolution<String> findNote(World world) { return Resolution.notDone(); }")
              .refused("[Jobs"));

  private RefusedEdits() {}
}
