package dev.tenon.jobs.processor.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.processor.lock.Comparison.Change;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Each kind of change, in both directions: whether new programs can read the JSON of old ones, and
 * old programs that of new ones.
 */
class ComparisonTest {

  private static final SourcePosition ANYWHERE = new SourcePosition(null, null, null, null);

  private static final String ENUM =
      ", \"a.Color\": {\"enum\": [\"RED\"]}, \"b.Color\": {\"enum\": [\"BLUE\", \"RED\"]}";

  private static final String NESTED =
      ", \"a.Item\": {\"record\": {\"sku\": {\"type\": \"String\"}}}"
          + ", \"b.Item\": {\"record\": {\"sku\": {\"type\": \"String\", \"maxSize\": 9}}}"
          + ", \"c.Item\": {\"record\": {\"sku\": {\"type\": \"int\"}}}";

  private static final String UNIONS =
      ", \"a.Post\": {\"record\": {\"town\": {\"type\": \"String\"}}}"
          + ", \"b.Post\": {\"record\": {\"town\": {\"type\": \"int\"}}}"
          + ", \"a.Way\": {\"union\": {\"Post\": \"a.Post\"}}"
          + ", \"b.Way\": {\"union\": {\"Post\": \"b.Post\"}}"
          + ", \"c.Way\": {\"union\": {\"Post\": \"a.Post\", \"Mail\": \"a.Post\"}}";

  @Test
  void aComponentThatIsGoneOrNew() {
    String a = "\"a\": {\"type\": \"int\"}";
    String both = a + ", \"b\": {\"type\": \"int\"}";
    String optional = a + ", \"b\": {\"type\": \"int\", \"optional\": true}";
    breaks(both, a).isEmpty();
    breaksOld(both, a).containsExactly("P.b (int) was removed");
    breaks(a, both).containsExactly("P.b was added and is required");
    breaksOld(a, both).isEmpty();
    breaks(a, optional).isEmpty();
    breaksOld(a, optional).isEmpty();
    breaks(optional, a).isEmpty();
    breaksOld(optional, a).isEmpty();
    assertThat(changes(a, both))
        .extracting(Change::remedy)
        .containsExactly(Optional.of("make it @Nullable or an Optional"));
  }

  @Test
  void aComponentUnderAnotherNameIsTakenForTheSame() {
    String a = "\"a\": {\"type\": \"int\", \"optional\": true}";
    String b = "\"b\": {\"type\": \"int\", \"optional\": true}";
    breaks(a, b).containsExactly("P.a was removed and P.b was added");
    breaksOld(a, b).containsExactly("P.a was removed and P.b was added");
    assertThat(changes(a, b))
        .extracting(Change::remedy)
        .containsExactly(Optional.of("write @JsonProperty(\"a\") on b if it was renamed"));
    breaks(a, "\"b\": {\"type\": \"long\", \"optional\": true}").isEmpty();
    breaks(a, b + ", \"c\": {\"type\": \"int\", \"optional\": true}").isEmpty();
  }

  @Test
  void aTypeThatIsAnother() {
    breaks("\"a\": {\"type\": \"int\"}", "\"a\": {\"type\": \"long\"}")
        .containsExactly("P.a changed from int to long");
    breaks(
            "\"a\": {\"type\": \"List\", \"entries\": {\"type\": \"int\"}}",
            "\"a\": {\"type\": \"Set\", \"entries\": {\"type\": \"int\"}}")
        .containsExactly("P.a changed from List<int> to Set<int>");
    breaks(
            "\"a\": {\"type\": \"Map\", \"keys\": {\"type\": \"UUID\"}, \"entries\": {\"type\":"
                + " \"int\"}}",
            "\"a\": {\"type\": \"Map\", \"keys\": {\"type\": \"String\"}, \"entries\": {\"type\":"
                + " \"long\"}}")
        .containsExactly("P.a<key> changed from UUID to String", "P.a[] changed from int to long");
    breaks("\"a\": {\"type\": \"String\"}", "\"a\": {\"shape\": \"a.Color\"}", ENUM)
        .containsExactly("P.a changed from String to Color");
    breaks("\"a\": {\"shape\": \"a.Item\"}", "\"a\": {\"shape\": \"a.Color\"}", ENUM + NESTED)
        .containsExactly("P.a changed from Item to Color");
  }

  @Test
  void aValueThatMayBeAbsent() {
    breaks("\"a\": {\"type\": \"int\", \"optional\": true}", "\"a\": {\"type\": \"int\"}")
        .containsExactly("P.a was optional and is now required");
    breaks("\"a\": {\"type\": \"int\"}", "\"a\": {\"type\": \"int\", \"optional\": true}")
        .isEmpty();
    breaksOld("\"a\": {\"type\": \"int\"}", "\"a\": {\"type\": \"int\", \"optional\": true}")
        .containsExactly("P.a was required and is now optional");
    breaks(
            "\"a\": {\"type\": \"List\", \"entries\": {\"type\": \"int\", \"optional\": true}}",
            "\"a\": {\"type\": \"List\", \"entries\": {\"type\": \"int\"}}")
        .containsExactly("P.a[] was optional and is now required");
  }

  @Test
  void aLimit() {
    breaks("\"a\": {\"type\": \"int\"}", "\"a\": {\"type\": \"int\", \"min\": 1}")
        .containsExactly("P.a now has min 1");
    breaks("\"a\": {\"type\": \"int\", \"min\": 1}", "\"a\": {\"type\": \"int\", \"min\": 2}")
        .containsExactly("P.a changed min from 1 to 2");
    breaks("\"a\": {\"type\": \"int\", \"min\": 2}", "\"a\": {\"type\": \"int\", \"min\": 1}")
        .isEmpty();
    breaks("\"a\": {\"type\": \"int\", \"min\": 2}", "\"a\": {\"type\": \"int\"}").isEmpty();
    breaksOld("\"a\": {\"type\": \"int\", \"min\": 2}", "\"a\": {\"type\": \"int\", \"min\": 1}")
        .containsExactly("P.a changed min from 2 to 1");
    breaksOld("\"a\": {\"type\": \"int\", \"min\": 2}", "\"a\": {\"type\": \"int\"}")
        .containsExactly("P.a no longer has min 2");
    breaksOld("\"a\": {\"type\": \"int\"}", "\"a\": {\"type\": \"int\", \"min\": 1}").isEmpty();
  }

  @Test
  void theConstantsOfAnEnum() {
    breaks("\"a\": {\"shape\": \"b.Color\"}", "\"a\": {\"shape\": \"a.Color\"}", ENUM)
        .containsExactly("Color.BLUE was removed");
    breaks("\"a\": {\"shape\": \"a.Color\"}", "\"a\": {\"shape\": \"b.Color\"}", ENUM).isEmpty();
    breaksOld("\"a\": {\"shape\": \"a.Color\"}", "\"a\": {\"shape\": \"b.Color\"}", ENUM)
        .containsExactly("Color.BLUE was added");
  }

  @Test
  void theRecordsOfAUnion() {
    breaks("\"a\": {\"shape\": \"c.Way\"}", "\"a\": {\"shape\": \"a.Way\"}", UNIONS)
        .containsExactly("Mail of Way was removed");
    breaks("\"a\": {\"shape\": \"a.Way\"}", "\"a\": {\"shape\": \"c.Way\"}", UNIONS).isEmpty();
    breaksOld("\"a\": {\"shape\": \"a.Way\"}", "\"a\": {\"shape\": \"c.Way\"}", UNIONS)
        .containsExactly("Mail of Way was added");
    breaks("\"a\": {\"shape\": \"a.Way\"}", "\"a\": {\"shape\": \"b.Way\"}", UNIONS)
        .containsExactly("Post.town changed from String to int");
  }

  @Test
  void aRecordMayBeRenamedButNotChanged() {
    breaks("\"a\": {\"shape\": \"a.Item\"}", "\"a\": {\"shape\": \"c.Item\"}", NESTED)
        .containsExactly("Item.sku changed from String to int");
    breaks("\"a\": {\"shape\": \"a.Item\"}", "\"a\": {\"shape\": \"b.Item\"}", NESTED).isEmpty();
  }

  @Test
  void constraintsCountWhereTheyAreChecked() {
    breaks(
            "\"a\": {\"shape\": \"a.Item\", \"valid\": true}",
            "\"a\": {\"shape\": \"b.Item\", \"valid\": true}",
            NESTED)
        .containsExactly("Item.sku now has maxSize 9");
    breaks(
            "\"a\": {\"shape\": \"b.Item\"}",
            "\"a\": {\"shape\": \"b.Item\", \"valid\": true}",
            NESTED)
        .containsExactly("Item.sku now has maxSize 9");
    breaks(
            "\"a\": {\"shape\": \"b.Item\", \"valid\": true}",
            "\"a\": {\"shape\": \"b.Item\"}",
            NESTED)
        .isEmpty();
  }

  @Test
  void shapesThatHoldThemselvesAreComparedOnce() {
    String tree =
        "\"a\": {\"type\": \"List\", \"entries\": {\"shape\": \"shop.P\"}}, \"n\": {\"type\":"
            + " \"%s\"}";
    breaks(tree.formatted("int"), tree.formatted("long"))
        .containsExactly("P.n changed from int to long");
  }

  @Test
  void resultsFollowTheSameRules() {
    LockedType none = type("", "");
    LockedType text = withResult("String");
    LockedType number = withResult("int");

    assertThat(Comparison.result(none, none, ANYWHERE)).isEmpty();
    assertThat(Comparison.result(none, text, ANYWHERE))
        .containsExactly(
            new Change(
                ANYWHERE, "the result changed from Void to String", false, true, Optional.empty()));
    assertThat(Comparison.result(text, text, ANYWHERE)).isEmpty();
    assertThat(Comparison.result(number, text, ANYWHERE))
        .extracting(Change::text)
        .containsExactly("the result changed from int to String");
    assertThat(Comparison.result(number, none, ANYWHERE))
        .extracting(Change::text)
        .containsExactly("the result changed from int to Void");
  }

  private static org.assertj.core.api.ListAssert<String> breaks(String locked, String found) {
    return breaks(locked, found, "");
  }

  private static org.assertj.core.api.ListAssert<String> breaks(
      String locked, String found, String shapes) {
    return assertThat(
        Comparison.payload(type(locked, shapes), type(found, shapes), ANYWHERE).stream()
            .filter(Change::breaksNew)
            .map(Change::text)
            .toList());
  }

  private static org.assertj.core.api.ListAssert<String> breaksOld(String locked, String found) {
    return breaksOld(locked, found, "");
  }

  private static org.assertj.core.api.ListAssert<String> breaksOld(
      String locked, String found, String shapes) {
    return assertThat(
        Comparison.payload(type(locked, shapes), type(found, shapes), ANYWHERE).stream()
            .filter(Change::breaksOld)
            .map(Change::text)
            .toList());
  }

  private static List<Change> changes(String locked, String found) {
    return Comparison.payload(type(locked, ""), type(found, ""), ANYWHERE);
  }

  private static LockedType withResult(String result) {
    LockedType type = type("", "");
    return new LockedType(
        type.module(),
        type.version(),
        type.routingKey(),
        type.aliases(),
        type.inputs(),
        type.payload(),
        new LockedValue(
            result,
            false,
            false,
            false,
            type.result().limits(),
            type.result().keys(),
            type.result().entries(),
            type.result().origin()),
        type.emits(),
        type.shapes());
  }

  /** A type whose payload has these components. */
  private static LockedType type(String components, String shapes) {
    String text =
        """
        {
          "format": 1,
          "types": {
            "a.b": {
              "module": "shop.ShopJobsModule",
              "version": 1,
              "routingKey": "jobs.a.b",
              "payload": {"shape": "shop.P", "valid": true},
              "result": {"type": "Void"},
              "shapes": {"shop.P": {"record": {%s}}%s}
            }
          }
        }
        """
            .formatted(components, shapes);
    try {
      return LockParser.parse(text).types().get("a.b");
    } catch (LockFileException e) {
      throw new AssertionError(e);
    }
  }
}
