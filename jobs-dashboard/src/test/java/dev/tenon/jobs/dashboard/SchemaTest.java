package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said in words of the schemas that the annotation processor writes. */
class SchemaTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{\"type\": \"string\"} ~ text ~ ``",
        "{\"type\": [\"string\", \"null\"], \"format\": \"uuid\", \"pattern\": \"^[0-9a-f-]+$\"} ~ UUID ~ ``",
        "{\"type\": \"string\", \"format\": \"date-time\", \"pattern\": \"^.*$\", \"$comment\": \"In the future when the job is submitted.\"} ~ time ~ In the future when the job is submitted",
        "{\"type\": \"string\", \"pattern\": \"^(?:[A-Z])$\", \"allOf\": [{\"pattern\": \"x\"}]} ~ text ~ matches ^(?:[A-Z])$; matches x",
        "{\"type\": \"string\", \"minLength\": 1, \"maxLength\": 9, \"$comment\": \"A character outside the Basic Multilingual Plane counts as two.\"} ~ text ~ at least 1 character; at most 9 characters",
        "{\"type\": \"string\", \"minLength\": 2, \"$comment\": \"At least 3 characters.\"} ~ text ~ At least 3 characters",
        "{\"type\": \"string\", \"pattern\": \"^$|[^@]@[^@]+$\", \"$comment\": \"An e-mail address, or empty.\"} ~ text ~ An e-mail address, or empty",
        "{\"type\": \"string\", \"pattern\": \"^x*$\", \"contentEncoding\": \"base64\", \"maxLength\": 8, \"$comment\": \"At least 2 and at most 4 bytes.\"} ~ bytes in Base64 ~ At least 2 and at most 4 bytes",
        "{\"type\": \"integer\", \"minimum\": -2147483648, \"maximum\": 2147483647} ~ whole number ~ ``",
        "{\"type\": \"integer\", \"minimum\": 0, \"maximum\": 2147483647} ~ whole number ~ at least 0",
        "{\"anyOf\": [{\"type\": \"number\", \"exclusiveMinimum\": 0}, {\"type\": \"string\", \"enum\": [\"Infinity\"]}, {\"type\": \"null\"}]} ~ number ~ more than 0",
        "{\"anyOf\": [{\"type\": \"string\", \"enum\": [\"A\", \"B\"]}, {\"type\": \"null\"}]} ~ one of A, B ~ ``",
        "{\"type\": \"boolean\", \"const\": true} ~ true or false ~ must be true",
        "{\"type\": \"array\", \"items\": {\"type\": \"array\", \"items\": {\"type\": \"integer\", \"minimum\": 1}}, \"minItems\": 2} ~ list of list of whole number ~ at least 2 entries; each: each: at least 1",
        "{\"type\": \"object\", \"propertyNames\": {\"enum\": [\"X\"]}, \"additionalProperties\": {\"type\": \"boolean\"}} ~ map to true or false ~ keys: one of X",
        "{\"$ref\": \"#/$defs/Part\", \"$defs\": {\"Part\": {\"type\": \"object\"}}} ~ Part ~ ``",
        "{} ~ anything ~ ``",
      })
  void aValueIsSaidInWords(String json, String type, String constraints) {
    Schema schema = Schema.parse(json);

    assertThat(SchemaText.type(schema)).isEqualTo(type);
    assertThat(SchemaText.constraints(schema)).isEqualTo(constraints);
  }

  @Test
  void theDescriptionOfAComponentComesBeforeThatOfItsRecord() {
    String defs = "\"$defs\": {\"Part\": {\"type\": \"object\", \"description\": \"A part.\"}}";

    assertThat(
            Schema.parse(
                    "{\"description\": \"The spare.\", \"$ref\": \"#/$defs/Part\", " + defs + "}")
                .description())
        .isEqualTo("The spare.");
    assertThat(Schema.parse("{\"$ref\": \"#/$defs/Part\", " + defs + "}").description())
        .isEqualTo("A part.");
  }

  @Test
  void aRecordThatHoldsItselfIsShownOnce() {
    Schema node =
        Schema.parse(
            """
            {"type": "object", "required": ["name"], "properties": {
              "name": {"type": "string"},
              "next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
              "all": {"type": "array", "items": {"$ref": "#"}}}}
            """);

    assertThat(SchemaRow.of(node))
        .extracting(SchemaRow::name)
        .containsExactly("name", "next", "all");
    assertThat(PayloadForm.of(node, ZoneOffset.UTC).fields(Optional.empty(), new FormErrors()))
        .extracting(FormField::name)
        .containsExactly("payload.name", "payload.next", "payload.all");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{\"type\": \"string\", \"x-sensitive\": true} ~ true ~ true",
        "{\"anyOf\": [{\"type\": \"string\", \"enum\": [\"A\"]}, {\"type\": \"null\"}], \"x-sensitive\": true} ~ true ~ true",
        "{\"$ref\": \"#/$defs/Part\", \"x-sensitive\": true, \"$defs\": {\"Part\": {\"type\": \"object\"}}} ~ true ~ true",
        "{\"type\": \"array\", \"items\": {\"type\": \"object\", \"properties\": {\"a\": {\"x-sensitive\": true}}}} ~ false ~ true",
        "{\"type\": \"object\", \"additionalProperties\": {\"type\": \"object\", \"properties\": {\"a\": {\"x-sensitive\": true}}}} ~ false ~ true",
        "{\"type\": \"object\", \"oneOf\": [{\"type\": \"object\"}, {\"type\": \"object\", \"properties\": {\"a\": {\"x-sensitive\": true}}}]} ~ false ~ true",
        "{\"type\": \"object\", \"properties\": {\"next\": {\"$ref\": \"#\"}, \"a\": {\"type\": \"string\"}}} ~ false ~ false",
        "{\"type\": \"string\", \"x-sensitive\": false} ~ false ~ false",
      })
  void whatIsSensitiveIsFound(String json, boolean isSensitive, boolean hasSensitive) {
    Schema schema = Schema.parse(json);

    assertThat(schema.isSensitive()).isEqualTo(isSensitive);
    assertThat(schema.hasSensitive()).isEqualTo(hasSensitive);
  }

  @Test
  void aResultThatIsNoRecordIsOneLine() {
    assertThat(SchemaRow.of(Schema.parse("{\"type\": \"string\", \"maxLength\": 3}")))
        .containsExactly(new SchemaRow(0, "value", "text", true, "at most 3 characters", ""));
  }

  @Test
  void aPayloadWithoutComponentsNeedsNoField() {
    PayloadForm form = PayloadForm.of(Schema.parse("{\"type\": \"object\"}"), ZoneOffset.UTC);
    FormErrors errors = new FormErrors();

    assertThat(form.fields(Optional.empty(), errors)).isEmpty();
    assertThat(form.payload(Parameters.parse(""), errors)).isEqualTo("{}");
    assertThat(errors.isEmpty()).isTrue();
  }
}
