package emits;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Sensitive;
import dev.tenon.jobs.annotation.Upcaster;
import jakarta.validation.constraints.NotBlank;

/** A job that emits parts of two kinds. */
@JobType(
    value = "report.write",
    result = ReportWrite.Report.class,
    emits = ReportWrite.Part.class,
    version = 2)
public record ReportWrite(String topic) {

  /** The result. */
  public record Report(int paragraphs) {}

  /** A part of the report. */
  public sealed interface Part {

    /** Reads the parts of version 1, which were paragraphs. */
    @Upcaster(from = 1)
    static Part ofParagraph(OldParagraph old) {
      return new Paragraph(old.text(), "unknown");
    }
  }

  /** A heading. */
  public record Heading(@NotBlank String text) implements Part {}

  /** A paragraph. */
  public record Paragraph(@NotBlank String text, @Sensitive String author) implements Part {}

  /** A paragraph of version 1. */
  public record OldParagraph(String text) {}
}
