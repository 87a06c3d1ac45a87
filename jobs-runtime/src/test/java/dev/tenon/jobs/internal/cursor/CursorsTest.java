package dev.tenon.jobs.internal.cursor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.Cursor;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorsTest {

  private static final UUID ID = UUID.fromString("0190d2c0-1111-7222-8333-944445555666");
  private static final Instant AT = Instant.parse("2026-11-05T10:15:30.123456Z");

  @Test
  void aCursorKeptAsTextPointsAtTheSamePlace() {
    assertThat(Cursors.job(kept(Cursors.ofJob(ID)))).isEqualTo(ID);
    assertThat(Cursors.line(kept(Cursors.ofLine(17)))).isEqualTo(17);
    assertThat(Cursors.entry(kept(Cursors.ofEntry(AT, 17))))
        .isEqualTo(new Cursors.EntryPlace(AT, 17));
    assertThat(Cursors.operation(kept(Cursors.ofOperation(ID)))).isEqualTo(ID);
    assertThat(Cursors.workflow(kept(Cursors.ofWorkflow(ID)))).isEqualTo(ID);
  }

  /** As it comes out of a link. */
  private static Cursor kept(Cursor cursor) {
    assertThat(cursor.toString()).matches("[a-z0-9-]+");
    return Cursor.of(cursor.toString());
  }

  @Test
  void eachKindRefusesTheOthers() {
    List<Cursor> all =
        List.of(
            Cursors.ofJob(ID),
            Cursors.ofLine(17),
            Cursors.ofEntry(AT, 17),
            Cursors.ofOperation(ID),
            Cursors.ofWorkflow(ID));
    List<Function<Cursor, Object>> readers =
        List.of(Cursors::job, Cursors::line, Cursors::entry, Cursors::operation, Cursors::workflow);
    for (int of = 0; of < all.size(); of++) {
      Cursor cursor = all.get(of);
      for (int by = 0; by < readers.size(); by++) {
        Function<Cursor, Object> reader = readers.get(by);
        if (of != by) {
          assertThatThrownBy(() -> reader.apply(cursor))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("'" + cursor + "' is not a cursor of Job");
        }
      }
    }
    assertThatThrownBy(() -> Cursors.job(Cursors.ofLine(17)))
        .hasMessage(
            "'line-17' is not a cursor of JobService.list. Use the cursor of one of its pages.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "job",
        "job-",
        "job-1",
        "job-1-1-1-1-1",
        "job-0190d2c0-1111-7222-8333-94444555566",
        "0190d2c0-1111-7222-8333-944445555666",
        "line--1",
        "line-",
        "line-1a",
        "line-9999999999999999999999",
        "entry-17",
        "entry-17-",
        "entry-1-2-3",
        "JOB-0190d2c0-1111-7222-8333-944445555666",
        " line-17"
      })
  void whatIsNoneIsRefused(String text) {
    Cursor cursor = Cursor.of(text);

    for (Function<Cursor, Object> reader :
        List.<Function<Cursor, Object>>of(
            Cursors::job, Cursors::line, Cursors::entry, Cursors::operation, Cursors::workflow)) {
      assertThatThrownBy(() -> reader.apply(cursor)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aLongTextIsCutInTheMessage() {
    assertThatThrownBy(() -> Cursors.job(Cursor.of("x".repeat(5_000))))
        .message()
        .hasSizeLessThan(200);
  }
}
