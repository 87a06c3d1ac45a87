package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobQuery;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The form of a type with sensitive components: it shows none of their values, nor keeps them. */
class SensitiveFormTest {

  private static final String FORM = "/types/part.pay/submit";
  private static final String AGAIN = "Enter it again.";

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

  /** Fields of a form that is right; others take their places. */
  private static Map<String, String> fields(String... others) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("payload.invoice_no", "4711");
    fields.put("payload.deliver_to.town", "Ulm");
    fields.put("payload.deliver_to.zip_code", "89073");
    fields.put("payload.iban", "DE02120300000000202051");
    fields.put("payload.purpose", "for the\r\npumps");
    fields.put("payload.amount", "73519");
    fields.put("payload.urgent", "true");
    fields.put("payload.way", "CASH");
    fields.put("payload.born", "1987-10-11");
    fields.put("payload.until", "2031-05-06T07:08");
    fields.put("payload.codes", "[\"x17\", \"x18\"]");
    fields.put("payload.payer.name", "Zoe Quill");
    fields.put("payload.shares", "[{\"of\": \"north\", \"account\": \"k-99\"}]");
    fields.put("reason", "the bank is away");
    for (int i = 0; i < others.length; i += 2) {
      fields.put(others[i], others[i + 1]);
    }
    return fields;
  }

  private static DashboardResponse send(Map<String, String> fields) {
    return dashboard.handle(
        World.post(
            FORM,
            fields.entrySet().stream()
                .flatMap(field -> Stream.of(field.getKey(), field.getValue()))
                .toArray(String[]::new)));
  }

  private static String refused(Map<String, String> fields) {
    DashboardResponse response = send(fields);
    assertThat(response.status()).describedAs(response.text()).isEqualTo(422);
    assertThat(world.jobs.count(JobQuery.all().withItemId("refused"))).isZero();
    return response.text();
  }

  @ParameterizedTest
  @ValueSource(strings = {"iban", "amount", "urgent", "way", "born", "until", "payer.name"})
  void aSensitiveLineDoesNotShowWhatIsTyped(String component) {
    assertThat(Html.field(Html.page(dashboard, FORM), "payload." + component))
        .contains(
            "type=\"password\" value=\"\" autocomplete=\"off\" autocapitalize=\"off\" spellcheck=\"false\"")
        .contains("sensitive, so it is not shown")
        .doesNotContain(AGAIN);
  }

  @Test
  void nothingDoesWhereItIsALongText() {
    String page = Html.page(dashboard, FORM);

    for (String component : List.of("purpose", "codes")) {
      assertThat(Html.field(page, "payload." + component))
          .contains(
              "autocomplete=\"off\" spellcheck=\"false\" autocapitalize=\"off\" class=\"secret\"")
          .contains(">\n</textarea>", "sensitive, so it is not shown");
    }
    assertThat(Html.field(page, "payload.shares"))
        .contains("autocapitalize=\"off\" class=\"partly-secret\"", "shown only while you type");
    assertThat(Html.page(dashboard, "/assets/dashboard.css"))
        .contains(".secret, .submit .partly-secret:not(:focus) { -webkit-text-security: disc; }");
  }

  @Test
  void itSaysHowToWriteWhatTheBrowserDoesNotHelpWith() {
    String page = Html.page(dashboard, FORM);

    assertThat(Html.field(page, "payload.way")).contains("one of CARD, CASH");
    assertThat(Html.field(page, "payload.urgent")).contains("true or false");
    assertThat(Html.field(page, "payload.born")).contains("such as 2031-05-06;");
    assertThat(Html.field(page, "payload.until")).contains("in UTC, such as 2031-05-06T07:08;");
  }

  @Test
  void otherFieldsAreAsEver() {
    assertThat(Html.field(Html.page(dashboard, FORM), "payload.invoice_no"))
        .contains("<textarea")
        .doesNotContain("secret", "sensitive");
    assertThat(Html.page(dashboard, "/types/part.order/submit"))
        .doesNotContain("secret", "password");
  }

  @Test
  void theJobIsWhatTheFormSays() {
    String location = Html.location(send(fields()));

    Job job = world.jobs.get(UUID.fromString(location.substring(6, 42)));
    assertThat(world.plantJobs.partPayment().find(job.id()).orElseThrow().payload())
        .isEqualTo(
            new PartPayment(
                "4711",
                new PartPayment.Place("Ulm", "89073"),
                "DE02120300000000202051",
                "for the\npumps",
                73519,
                true,
                PartPayment.Way.CASH,
                LocalDate.of(1987, 10, 11),
                Instant.parse("2031-05-06T07:08:00Z"),
                List.of("x17", "x18"),
                new PartPayment.Person("Zoe Quill"),
                List.of(new PartPayment.Share("north", "k-99"))));
  }

  @Test
  void aRefusedFormComesBackWithoutSensitiveValues() {
    Map<String, String> sent =
        fields("payload.invoice_no", " ", "payload.born", "", "itemId", "refused");

    String page = refused(sent);

    assertThat(page)
        .contains("Sensitive values are not kept. Enter them again.")
        .contains("89073", "value=\"refused\"", "the bank is away")
        .doesNotContain(
            "DE0212", "pumps", "73519", "x17", "Zoe", "north", "k-99", "value=\"CASH\"");
    for (String component :
        List.of(
            "iban",
            "purpose",
            "amount",
            "urgent",
            "way",
            "until",
            "codes",
            "payer.name",
            "shares")) {
      String field = Html.field(page, "payload." + component);
      assertThat(field).contains(AGAIN);
      String id = field.replaceAll("(?s).*id=\"([^\"]*)-cleared\".*", "$1");
      assertThat(field).contains("aria-describedby=\"" + id + "-cleared ");
    }
    assertThat(Html.field(page, "payload.born")).doesNotContain(AGAIN);
    assertThat(Html.field(page, "payload.invoice_no")).doesNotContain(AGAIN);
  }

  @Test
  void whatIsWrongWithASensitiveValueIsSaidWithoutIt() {
    String page =
        refused(
            fields(
                "payload.amount", "12x",
                "payload.urgent", "perhaps",
                "payload.codes", "x17",
                "payload.until", "soon",
                "itemId", "refused"));

    assertThat(Html.errorOf(page, "payload.amount")).isEqualTo("is not a number");
    assertThat(Html.errorOf(page, "payload.urgent")).isEqualTo("is neither true nor false");
    assertThat(Html.errorOf(page, "payload.codes")).startsWith("is not JSON");
    assertThat(Html.errorOf(page, "payload.until")).isEqualTo("is not a time");
    assertThat(page).doesNotContain("12x", "perhaps", "x17", "soon");
    page = refused(fields("payload.way", "CHEQUE", "itemId", "refused"));
    assertThat(Html.errorOf(page, "payload.way")).startsWith("cannot be read: ");
    assertThat(page).doesNotContain("CHEQUE");
  }

  @Test
  void aPayloadAsJsonDoesNotComeBackEither() {
    assertThat(Html.field(Html.page(dashboard, FORM + "?as=json"), "payload"))
        .contains("class=\"partly-secret\"");
    Map<String, String> sent =
        Map.of(
            "as", "json", "payload", "{\"iban\": \"DE0212\"}", "reason", "x", "itemId", "refused");

    String page = refused(sent);

    assertThat(Html.field(page, "payload")).contains(AGAIN);
    assertThat(page).doesNotContain("DE0212");
  }

  @Test
  void violationsOfRenamedComponentsAreShownAtTheirFields() {
    String page =
        refused(
            fields(
                "payload.invoice_no", " ",
                "payload.deliver_to.zip_code", " ",
                "payload.iban", " ",
                "payload.payer.name", "z".repeat(81),
                "itemId", "refused"));

    assertThat(Html.errorOf(page, "payload.invoice_no")).isEqualTo("must not be blank");
    assertThat(Html.errorOf(page, "payload.deliver_to.zip_code")).isEqualTo("must not be blank");
    assertThat(Html.errorOf(page, "payload.iban")).isEqualTo("must not be blank");
    assertThat(Html.errorOf(page, "payload.payer.name")).startsWith("must have at most 80");
    // Nor above all of them
    assertThat(page).doesNotContain("<p class=\"pre\">");
  }
}
