package dev.tenon.jobs.faults.edits;

import java.util.List;

/** Edits that compile, after which every job ends right. */
final class SafeEdits {

  private static final String NOTE = "world.got(\"note\", steps.note(world));";
  private static final String CHARGE =
      "Receipt receipt = steps.charge(world);\n    world.got(\"charge\", receipt.number());\n";
  private static final String RESERVE = "world.got(\"reserve\", steps.reserve(world));";
  private static final String LOOP = "for (String line : order.lines()) {";

  private static final String GREET =
      "@Step String greet(World world) { return world.run(\"greet\"); }";
  private static final String GREETS = "world.got(\"greet\", steps.greet(world));";

  /** A version of the signal that cannot be read as the one before. */
  private static final String PAID_2 =
      """
      record Paid(String id, int amount) {
        public record Before(String id) {}
        @Upcaster(from = 1) static Paid of(Before before) { return new Paid(before.id(), 0); }
      """;

  static final List<Edit> ALL =
      List.of(
          Edit.of("nothing"),
          Edit.of("add a step at the beginning").at(1, GREETS).method(GREET),
          Edit.of("add a step before the wait").at(4, GREETS).method(GREET),
          Edit.of("add a step after the wait").at(6, GREETS).method(GREET),
          Edit.of("add a step at the end").at(8, GREETS).method(GREET),
          Edit.of("add a step in a transaction")
              .at(3, GREETS)
              .method(
                  "@Step String greet(Connection transaction, World world) { return world.run(\"greet\"); }"),
          Edit.of("add a step that may not be repeated")
              .at(3, GREETS)
              .method(
                  "@Step(repeatable = false) String greet(World world) { return world.runOnce(\"greet\"); }")
              .method(
                  """
                  @InDoubt("greet") Resolution<String> findGreet(World world) {
                    return world.find("greet").map(found -> Resolution.done(found)).orElse(Resolution.notDone());
                  }
                  """),
          Edit.of("add a step with a key in the loop")
              .replace(LOOP, LOOP + "\nworld.got(\"label \" + line, steps.label(line, world));")
              .method(
                  "@Step String label(@StepKey String line, World world) { return world.run(\"label \" + line); }"),
          Edit.of("add a step with its own attempts")
              .at(8, GREETS)
              .method(
                  GREET.replace(
                      "@Step", "@Step(maxAttempts = 3, retryDelays = \"1s\", timeout = \"5s\")")),
          Edit.of("add a sleep before the wait")
              .at(4, "steps.sleepNap(Duration.ofMillis(1));")
              .replace("@Sleeps(\"pause\")", "@Sleeps(\"nap\")\n@Sleeps(\"pause\")"),
          Edit.of("add a sleep after the wait")
              .at(6, "steps.sleepNap(Duration.ofMillis(1));")
              .replace("@Sleeps(\"pause\")", "@Sleeps(\"nap\")\n@Sleeps(\"pause\")"),
          Edit.of("add a wait for another signal")
              .at(
                  6,
                  "world.received(\"shipped\", steps.awaitShipped(Duration.ofMillis(1)).map(Shipped::id).orElse(\"none\"));")
              .replace("@Awaits(Paid.class)", "@Awaits(Paid.class)\n@Awaits(Shipped.class)")
              .source("Shipped", "@Signal(\"PREFIX.shipped\") public record Shipped(String id) {}"),
          Edit.of("add a token").at(5, "String unused = steps.tokenForPaid();"),
          Edit.of("move a step to the front").replace(NOTE, "").at(1, NOTE),
          Edit.of("move a step behind the wait").replace(NOTE, "").at(6, NOTE),
          Edit.of("move a step to the end").replace(NOTE, "").at(8, NOTE),
          Edit.of("move the step that may not be repeated").replace(CHARGE, "").at(4, CHARGE),
          Edit.of("move the step in a transaction").replace(RESERVE, "").at(8, RESERVE),
          Edit.of("move the wait to the front")
              .replace(
                  "Paid paid = steps.awaitPaid();\n    world.received(\"paid\", paid.id());", "")
              .at(1, "Paid paid = steps.awaitPaid();\n    world.received(\"paid\", paid.id());"),
          Edit.of("move the sleep behind the wait")
              .replace("steps.sleepPause(world.pause());", "")
              .at(6, "steps.sleepPause(world.pause());"),
          Edit.of("put a step into a condition")
              .replace(NOTE, "if (!order.lines().isEmpty()) { " + NOTE + " }"),
          Edit.of("put steps into another method")
              .replace(NOTE, "more(steps, world);")
              .method(
                  "private void more(FulfilSteps steps, World world) throws Exception { "
                      + NOTE
                      + " }"),
          Edit.of("run the loop in another order")
              .replace(
                  LOOP,
                  "var lines = new ArrayList<>(order.lines());\nCollections.reverse(lines);\nfor (String line : lines) {"),
          Edit.of("run a round more")
              .replace(
                  LOOP,
                  "var lines = new ArrayList<>(order.lines());\nlines.add(0, \"c\");\nfor (String line : lines) {"),
          Edit.of("change what a step does")
              .replace(
                  "return world.run(\"note\");", "int more = 1 + 1;\nreturn world.run(\"note\");"),
          Edit.of("change the parameters of a step")
              .replace(NOTE, "world.got(\"note\", steps.note(world, order.lines()));")
              .replace("String note(World world)", "String note(World world, List<String> lines)"),
          Edit.of("give a step a timeout")
              .replace("@Step\n  String note", "@Step(timeout = \"20s\")\n  String note"),
          Edit.of("give a step its own attempts")
              .replace(
                  "@Step\n  String note",
                  "@Step(maxAttempts = 2, retryDelays = \"1s\")\n  String note"),
          Edit.of("put a step into a transaction")
              .replace(
                  "String note(World world)", "String note(Connection transaction, World world)"),
          Edit.of("rename the method of a step, not the step")
              .replace("@Step\n  String note(", "@Step(\"note\")\n  String jot(")
              .replace("steps.note(", "steps.jot("),
          Edit.of("move a step to an interface of the handler")
              .replace(
                  "implements JobHandler<Fulfil, String>",
                  "implements JobHandler<Fulfil, String>, Notes")
              .replace(
                  "@Step\n  String note(World world) {\n    return world.run(\"note\");\n  }", "")
              .source(
                  "Notes",
                  "public interface Notes { @Step default String note(World world) { return world.run(\"note\"); } }"),
          Edit.of("give a wait an end")
              .replace("steps.awaitPaid();", "steps.awaitPaid(Duration.ofHours(1)).orElseThrow();"),
          Edit.of("rename the handler")
              .rename("FulfilHandler", "CompleteHandler")
              .rename("FulfilSteps", "CompleteSteps"),
          Edit.of("rename the record of a result").rename("Receipt", "Bill"),
          Edit.of("add a component that may be absent to a result")
              .replace(
                  "record Receipt(String number) {",
                  "record Receipt(String number, @Nullable String memo) {")
              .replace(
                  "new Receipt(world.runOnce(\"charge\"))",
                  "new Receipt(world.runOnce(\"charge\"), \"new\")")
              .replace("new Receipt(number)", "new Receipt(number, null)"),
          Edit.of("add a component that may be absent to the signal")
              .replace(
                  "record Paid(String id) {", "record Paid(String id, @Nullable Integer amount) {")
              .sends("{\"id\": \"p-1\", \"amount\": 3}"),
          Edit.of("add a component that may be absent to the cursor")
              .replace(
                  "record Position(int round) {",
                  "record Position(int round, @Nullable String memo) {")
              .replace("new Position(round)", "new Position(round, \"new\")"),
          Edit.of("raise the version alone").raised(),
          Edit.of("make a step repeatable, which says that it may run again")
              .replace("@Step(repeatable = false)", "@Step")
              .replace("@InDoubt(\"charge\")", "")
              .replace("world.runOnce(", "world.run("),
          Edit.of("rename a step, with an alias and a version")
              .raised()
              .replace("@Step\n  String note(", "@Step(aliases = \"note\")\n  String jot(")
              .replace("steps.note(", "steps.jot("),
          Edit.of("rename the step that may not be repeated")
              .raised()
              .replace(
                  "@Step(repeatable = false)\n  Receipt charge(",
                  "@Step(repeatable = false, aliases = \"charge\")\n  Receipt bill(")
              .replace("@InDoubt(\"charge\")", "@InDoubt(\"bill\")")
              .replace("steps.charge(", "steps.bill("),
          Edit.of("rename the step in a transaction")
              .raised()
              .replace("@Step\n  String reserve(", "@Step(aliases = \"reserve\")\n  String keep(")
              .replace("steps.reserve(", "steps.keep("),
          Edit.of("rename a step with a key")
              .raised()
              .replace("@Step\n  String pack(", "@Step(aliases = \"pack\")\n  String wrap(")
              .replace("steps.pack(", "steps.wrap("),
          Edit.of("rename a wait, with an alias and a version")
              .raised()
              .replace(
                  "@Awaits(Paid.class)",
                  "@Awaits(value = Paid.class, name = \"money\", aliases = \"paid\")")
              .replace("steps.awaitPaid()", "steps.awaitMoney()"),
          Edit.of("rename a sleep, with an alias and a version")
              .raised()
              .replace("@Sleeps(\"pause\")", "@Sleeps(value = \"rest\", aliases = \"pause\")")
              .replace("steps.sleepPause(", "steps.sleepRest("),
          Edit.of("change a result, with an upcaster")
              .raised()
              .replace(
                  "record Receipt(String number) {",
                  """
                  record Receipt(Number number) {
                    public record Number(String text) {}
                    public record Before(String number) {}
                    @Upcaster(from = 1) static Receipt of(Before before) { return new Receipt(new Number(before.number())); }
                  """)
              .replace(
                  "world.got(\"charge\", receipt.number());",
                  "world.got(\"charge\", receipt.number().text());")
              .replace("return receipt.number();", "return receipt.number().text();")
              .replace(
                  "new Receipt(world.runOnce(\"charge\"))",
                  "new Receipt(new Receipt.Number(world.runOnce(\"charge\")))")
              .replace("new Receipt(number)", "new Receipt(new Receipt.Number(number))"),
          Edit.of("change the cursor, with an upcaster")
              .raised()
              .replace(
                  "record Position(int round) {",
                  """
                  record Position(String done) {
                    public record Before(int round) {}
                    @Upcaster(from = 1) static Position of(Before before) { return new Position("x".repeat(before.round())); }
                    int round() { return done.length(); }
                  """)
              .replace("new Position(round)", "new Position(\"x\".repeat(round))"),
          Edit.of("change the signal, with an upcaster")
              .raised()
              .replace("@Signal(\"", "@Signal(version = 2, value = \"")
              .replace("record Paid(String id) {", PAID_2)
              .sends("{\"id\": \"p-1\", \"amount\": 3}"),
          Edit.of("make a step unrepeatable, with its second method and a version")
              .raised()
              .replace(
                  "@Step\n  String note(World world) {\n    return world.run(\"note\");",
                  "@Step(repeatable = false)\n  String note(World world) {\n    return world.runOnce(\"note\");")
              .method(
                  """
                  @InDoubt("note") Resolution<String> findNote(World world) {
                    return world.find("note").map(found -> Resolution.done(found)).orElse(Resolution.notDone());
                  }
                  """),
          Edit.of("wait for the first of two signals, with a version")
              .raised()
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
                  "@Signal(\"PREFIX.voucher\") public record Voucher(String id) implements Payment {}"));

  private SafeEdits() {}
}
