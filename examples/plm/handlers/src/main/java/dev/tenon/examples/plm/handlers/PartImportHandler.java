package dev.tenon.examples.plm.handlers;

import dev.tenon.examples.plm.PartImport;
import dev.tenon.examples.plm.PartsImported;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.ResumesFrom;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/**
 * Imports parts, chunk by chunk. A worker that shuts down gives the job back with the next line,
 * and another one continues there.
 */
@JobType("part.import")
@ResumesFrom(ImportPosition.class)
public final class PartImportHandler implements JobHandler<PartImport, PartsImported> {

  private final FileStore files;
  private final Parts parts;

  /** A handler that reads from these files. */
  @Inject
  public PartImportHandler(FileStore files, Parts parts) {
    this.files = files;
    this.parts = parts;
  }

  @Override
  public PartsImported execute(PartImport list, JobContext context)
      throws IOException, SQLException {
    PartImportSteps steps = PartImportSteps.of(this, context);
    List<String> lines = files.readLines(list.file());
    int first = steps.cursor().map(ImportPosition::line).orElse(0);
    int next = first;
    while (next < lines.size()) {
      context.checkCancelled();
      int end = Math.min(next + list.chunkSize(), lines.size());
      parts.save(lines.subList(next, end), context.submittedBy());
      next = end;
      context.progress(99 * next / lines.size(), next + " of " + lines.size() + " parts");
      steps.saveCursor(new ImportPosition(next));
    }
    return new PartsImported(lines.size(), first);
  }
}
