package dev.tenon.jobs.dashboard;

import static dev.tenon.jobs.dashboard.Html.errorOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.operate.JobAudit;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages say of job types, and the form by which jobs of a type are submitted. */
class CatalogTest {

  private static final String FORM = "/types/part.order/submit";
  private static final String SCRIPT = "\"'></textarea><script>alert(1)</script>";

  private static World world;
  private static JobDashboard dashboard;

  @BeforeAll
  static void open() {
    world = new World();
    dashboard = world.dashboard(Right.ACT);
  }

  @AfterAll
  static void close() {
    dashboard.close();
    world.close();
  }

  private static String page(String path) {
    return Html.page(dashboard, path);
  }

  /** Fields of a form that is right; others take their places, or stand beside them. */
  private static String[] fields(String... others) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("payload.number", "p-" + UUID.randomUUID());
    fields.put("payload.count", "20");
    fields.put("payload.urgency", "LOW");
    fields.put("payload.notes", "[]");
    fields.put("reason", "the system of the shop is away");
    for (int i = 0; i < others.length; i += 2) {
      fields.put(others[i], others[i + 1]);
    }
    List<String> list = new ArrayList<>();
    fields.forEach(
        (name, value) -> {
          list.add(name);
          list.add(value);
        });
    return list.toArray(String[]::new);
  }

  private static DashboardResponse send(String... others) {
    return dashboard.handle(World.post(FORM, fields(others)));
  }

  private static Job submitted(DashboardResponse response) {
    String location = Html.location(response);
    assertThat(location).startsWith("/jobs/").contains("done=Job%20");
    return world.jobs.get(UUID.fromString(location.substring(6, 42)));
  }

  private static PartOrder payload(Job job) {
    return world.plantJobs.partOrder().find(job.id()).orElseThrow().payload();
  }

  private static String refused(String... others) {
    long before = world.jobs.count(JobQuery.all());
    DashboardResponse response = send(others);
    assertThat(response.status()).describedAs(response.text()).isEqualTo(422);
    assertThat(world.jobs.count(JobQuery.all())).isEqualTo(before);
    return response.text();
  }

  @Test
  void aTypeIsDescribed() {
    assertThat(page("/types")).contains("Orders parts from a supplier, whose system handles it.");
    assertThat(page("/types/part.order"))
        .contains("Orders parts from a supplier, whose system handles it.")
        .contains("PlantJobs", "part.purchase", "jobs.part.order", "an external worker")
        .contains("4; retried after 10.0 s, 1 min 0 s plus up to 10 % jitter", "2 min 0 s")
        .contains("number, until ended; duplicates: keep")
        .contains("the number of the part", "at most 40 characters; not blank<")
        .contains("at least 1; at most 500", "whole number", "how many are needed")
        .contains("list of text", "each: not blank", "map to whole number")
        .contains("one of ByCarrier, Collected", "if type is ByCarrier", "Where it goes.")
        .contains("reference", "list of date")
        .contains("urn:tenon:part.order.payload", "urn:tenon:part.order.result");
    assertThat(page("/types/mail.send")).contains("0 6 * * MON (UTC)", "Sends a mail.");
  }

  @Test
  void aFormHasAFieldForEachComponent() {
    assertThat(page("/types/part.order")).contains("href=\"/types/part.order/submit\"");
    assertThat(page(FORM))
        .contains("name=\"payload.number\"", "name=\"payload.address.street\"")
        .contains("<legend>address", "Where it goes.", "Leave all fields empty to omit it.")
        .contains("<option value=\"LOW\">LOW</option>")
        .containsPattern("name=\"payload.express\" type=\"checkbox\" value=\"true\"")
        .containsPattern("<select id=\"f[0-9]+\" name=\"payload.inspected\"")
        .containsPattern("name=\"payload.address.gated\" type=\"checkbox\"")
        .containsPattern("name=\"payload.neededBy\" type=\"datetime-local\"")
        .contains("time, in UTC", "in UTC</p>")
        .containsPattern("name=\"payload.contractOf\" type=\"date\"")
        .containsPattern("name=\"payload.count\"[^>]* inputmode=\"decimal\" required")
        .containsPattern("(?s)name=\"payload.notes\"[^>]*>\n\\[\\]</textarea>")
        .contains("JSON: one of ByCarrier, Collected; the property type selects one")
        .contains("name=\"payload.spare.number\"", "name=\"payload.spare.inside\"")
        .doesNotContain("name=\"payload.spare.inside.number\"")
        .contains("type default: normal", "name=\"reason\"");
  }

  @Test
  void theJobIsWhatTheFormSays() {
    Job job =
        submitted(
            send(
                "payload.number", "M8 \"x\" <b>",
                "payload.express", "true",
                "payload.urgency", "HIGH",
                "payload.inspected", "false",
                "payload.neededBy", "2031-05-06T07:08",
                "payload.contractOf", "2030-01-02",
                "payload.customer", "0197a3c2-0000-7000-8000-000000000001",
                "payload.maxPrice", "12.50",
                "payload.address.street", "Main St 1\r\nBack door ",
                "payload.address.gated", "true",
                "payload.notes", "[\"fragile\",\n \"heavy\"]",
                "payload.perPlant", "{\"north\": 3}",
                "payload.delivery", "{\"type\": \"ByCarrier\", \"carrier\": \"rail\"}",
                "payload.spare.number", "M9",
                "payload.spare.finish", "<b>coated</b>",
                "payload.spare.inside", "{\"number\": \"M10\"}",
                "itemId", "order-9",
                "priority", "high",
                "runAt", "2031-01-01T10:00"));

    assertThat(payload(job))
        .isEqualTo(
            new PartOrder(
                "M8 \"x\" <b>",
                20,
                PartOrder.Urgency.HIGH,
                true,
                false,
                Instant.parse("2031-05-06T07:08:00Z"),
                LocalDate.of(2030, 1, 2),
                UUID.fromString("0197a3c2-0000-7000-8000-000000000001"),
                new BigDecimal("12.50"),
                new PartOrder.Address("Main St 1\nBack door ", null, true),
                List.of("fragile", "heavy"),
                Map.of("north", 3),
                new PartOrder.ByCarrier("rail"),
                new PartOrder.Part(
                    "M9", PartOrder.Finish.COATED, new PartOrder.Part("M10", null, null))));
    assertThat(job.submittedBy()).isEqualTo("ada");
    assertThat(job.itemId()).contains("order-9");
    assertThat(job.priority()).isEqualTo(JobPriority.HIGH);
    assertThat(job.runAt()).isEqualTo(Instant.parse("2031-01-01T10:00:00Z"));
    JobAudit.Entry entry =
        world
            .runtime
            .monitor()
            .audit()
            .list(AuditQuery.all().withTarget("part.order").withLimit(1))
            .items()
            .get(0);
    assertThat(entry.by()).isEqualTo("ada");
    assertThat(entry.action()).isEqualTo("submit job");
    assertThat(entry.reason()).contains("the system of the shop is away");
    assertThat(entry.outcome()).isEqualTo("job " + job.id() + " is submitted");
  }

  @Test
  void whatIsLeftEmptyIsNotThere() {
    Job job = submitted(send("delay", "2h"));

    PartOrder order = payload(job);
    assertThat(order)
        .isEqualTo(
            new PartOrder(
                order.number(),
                20,
                PartOrder.Urgency.LOW,
                false,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                null,
                null,
                null));
    assertThat(job.priority()).isEqualTo(JobPriority.NORMAL);
    assertThat(job.runAt()).isAfter(job.submittedAt().plusSeconds(7_000));
  }

  @Test
  void everyViolationIsShownAtItsFieldAndTheValuesStay() {
    String page =
        refused(
            "payload.number", " ",
            "payload.count", "501",
            "payload.maxPrice", "7.5",
            "payload.address.city", "Ulm",
            "payload.notes", "[\"a\", \" \"]",
            "payload.delivery", "{\"type\": \"ByCarrier\", \"carrier\": \"\"}",
            "itemId", "order-9");

    assertThat(page).contains("No job was submitted");
    assertThat(errorOf(page, "payload.number")).isEqualTo("must not be blank");
    assertThat(errorOf(page, "payload.count")).isEqualTo("must be at most 500");
    assertThat(errorOf(page, "payload.address.street")).isEqualTo("must not be blank");
    assertThat(errorOf(page, "payload.notes")).isEqualTo("[1] must not be blank");
    assertThat(errorOf(page, "payload.delivery")).isEqualTo("carrier must not be blank");
    assertThat(page)
        .contains("value=\"501\"", "value=\"7.5\"", "Ulm", "value=\"order-9\"")
        .contains("[&quot;a&quot;, &quot; &quot;]")
        .contains("value=\"the system of the shop is away\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "payload.count | 1,000 | is not a number",
        "payload.count | `` | is required",
        "payload.count | 1.5 | cannot be read: a whole number from -2147483648 to 2147483647 is expected",
        "payload.urgency | `` | is required",
        "payload.maxPrice | NaN | cannot be read: a number is expected",
        "payload.neededBy | tomorrow | is not a time",
        "payload.notes | [1 | is not JSON (line 1, column 3)",
        "payload.notes | null | is null; leave it empty instead",
        "payload.notes | [1] | [0] cannot be read: a string is expected",
        "payload.perPlant | {} {} | is not JSON (line 1, column 5)",
        "priority | huge | There is no priority 'huge'.",
        "delay | 2 weeks | is not a duration; write it as 30s, 10m, 2h or 1d",
        "delay | 99999999d | The delay is",
        "runAt | soon | 'soon' is not a time",
        "reason | `` | is required",
      })
  void whatCannotBeReadIsRefusedAtItsField(String field, String value, String error) {
    String page = refused(field, value);

    assertThat(errorOf(page, field).replace("&#39;", "'").replace("&#x27;", "'")).startsWith(error);
    assertThat(page).contains("<li><a href=\"#");
  }

  @Test
  void allFaultsOfAFormAreShownTogether() {
    String page = refused("payload.count", "x", "payload.urgency", "", "reason", " ", "delay", "y");

    for (String field : List.of("payload.count", "payload.urgency", "reason", "delay")) {
      assertThat(errorOf(page, field)).isNotEmpty();
    }
  }

  @Test
  void onlyOneTimeIsTaken() {
    String page = refused("runAt", "2031-01-01T10:00", "delay", "1h");

    assertThat(errorOf(page, "delay"))
        .isEqualTo("is set together with Due at; set only one of them");
  }

  @Test
  void aDuplicateLeadsToTheJobThatIsThere() {
    Job first = submitted(send("payload.number", "twice"));
    DashboardResponse again = send("payload.number", "twice");

    assertThat(submitted(again).id()).isEqualTo(first.id());
    assertThat(again.headers().get("Location")).contains("already%20exists");
  }

  @Test
  void aPayloadMayBeWrittenAsJson() {
    assertThat(page(FORM)).contains(FORM + "?as=json");
    assertThat(page(FORM + "?as=json"))
        .contains("name=\"as\" value=\"json\"", "name=\"payload\"", "Payload schema")
        .doesNotContain("name=\"payload.number\"");

    String json = "{\"number\": \"j1\", \"count\": 2, \"urgency\": \"LOW\", \"express\": true,";
    Job job = submitted(send("as", "json", "payload", json + " \"notes\": []}"));
    assertThat(payload(job).number()).isEqualTo("j1");

    assertThat(errorOf(refused("as", "json", "payload", json + "\n\"notes\": 1}"), "payload"))
        .isEqualTo("notes cannot be read: an array is expected (line 2, column 10)");
    assertThat(refused("as", "json", "payload", "{\"number\": tru}"))
        .contains("it is not well-formed JSON (line 1, column ");
    assertThat(errorOf(refused("as", "json", "payload", ""), "payload"))
        .startsWith("cannot be read: an object is expected");
    assertThat(
            errorOf(
                refused("as", "json", "payload", json.replace("2", "0") + " \"notes\": []}"),
                "payload"))
        .isEqualTo("count must be at least 1");
  }

  @Test
  void anAliasLeadsToTheType() {
    assertThat(page("/types/part.purchase/submit")).contains("action=\"" + FORM + "\"");
  }

  @Test
  void aTypeThatNoModuleOfTheProcessDeclaresHasNoForm() throws Exception {
    try (var connection = world.database().connect();
        var statement = connection.createStatement()) {
      statement.execute("INSERT INTO tenon.job_types (type) VALUES ('of.others')");
    }
    assertThat(page("/types/of.others"))
        .contains("No module of this process declares this type")
        .doesNotContain("/submit");
    DashboardResponse response = dashboard.handle(World.get("/types/of.others/submit"));
    assertThat(response.status()).isEqualTo(404);
    assertThat(response.text()).contains("so payloads cannot be validated here");
  }

  @ParameterizedTest
  @ValueSource(strings = {"READ", "NONE"})
  void whoMayNotActOnTheTypeSubmitsNothing(Right right) {
    long before = world.jobs.count(JobQuery.all());
    DashboardUser user = DashboardUser.of("eve", Right.ACT).withRight("part.order", right);
    try (JobDashboard other = world.dashboard(user)) {
      assertThat(other.handle(World.get(FORM)).status()).isEqualTo(403);
      assertThat(other.handle(World.post(FORM, fields())).status()).isEqualTo(403);
      assertThat(other.handle(World.post("/types/part.purchase/submit", fields())).status())
          .isEqualTo(403);
      assertThat(other.handle(World.get("/types/part.order")).text()).doesNotContain("/submit");
    }
    assertThat(world.jobs.count(JobQuery.all())).isEqualTo(before);
  }

  @Test
  void aFormOfAnotherSiteSubmitsNothing() {
    long before = world.jobs.count(JobQuery.all());

    DashboardResponse response =
        dashboard.handle(
            DashboardRequest.of("POST", FORM, null)
                .withHeader("Host", "localhost")
                .withHeader("Sec-Fetch-Site", "cross-site")
                .withBody("payload.number=1&payload.count=1&payload.urgency=LOW&reason=x"));

    assertThat(response.status()).isEqualTo(403);
    assertThat(world.jobs.count(JobQuery.all())).isEqualTo(before);
  }

  @Test
  void textsAreShownAsTexts() {
    List<String> pages =
        List.of(
            page("/types/part.order"),
            page(FORM),
            page(FORM + "?as=json"),
            refused(
                "payload.number", SCRIPT,
                "payload.count", SCRIPT,
                "payload.urgency", SCRIPT,
                "payload.notes", SCRIPT,
                "itemId", SCRIPT,
                "priority", SCRIPT,
                "runAt", SCRIPT,
                "delay", SCRIPT,
                "reason", SCRIPT));
    for (String page : pages) {
      assertThat(page)
          .doesNotContain("<script>", "<b>coated", "</textarea><", " style=", "javascript:")
          .doesNotContainPattern("<[a-z]+[^>]* on[a-z]+=");
    }
    assertThat(pages.get(0)).contains("&lt;script&gt;alert(1)&lt;/script&gt;");
    assertThat(pages.get(1)).contains("&lt;b&gt;coated&lt;/b&gt;");
  }
}
