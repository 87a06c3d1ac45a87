package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.annotation.JobType;
import java.util.Map;

/**
 * A note, which is written to the log; its text is also the error if it fails.
 *
 * @param text what it says
 * @param fails whether its job fails
 */
@JobType(value = "note.write", result = String.class, aliases = "note.put")
public record NoteWrite(String text, boolean fails) {

  /** Writes notes. */
  @JobType("note.write")
  public static final class Handler implements JobHandler<NoteWrite, String> {

    @Override
    public String execute(NoteWrite note, JobContext context) {
      context.log().info(note.text(), Map.of("text", note.text()));
      context.progress(50, note.text());
      if (note.fails()) {
        throw new PermanentJobException(note.text());
      }
      return note.text();
    }
  }
}
