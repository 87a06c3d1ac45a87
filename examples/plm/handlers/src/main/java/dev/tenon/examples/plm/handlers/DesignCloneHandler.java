package dev.tenon.examples.plm.handlers;

import dev.tenon.examples.plm.DesignClone;
import dev.tenon.examples.plm.DesignCloned;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.annotation.JobType;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.Map;

/**
 * Copies the items of a design, chunk by chunk. Each chunk is committed, so an attempt continues
 * where the last one stopped, and a job that is cancelled stops between two chunks.
 */
@JobType("design.clone")
public final class DesignCloneHandler implements JobHandler<DesignClone, DesignCloned> {

  private final Designs designs;

  /** A handler for these designs. */
  @Inject
  public DesignCloneHandler(Designs designs) {
    this.designs = designs;
  }

  @Override
  public DesignCloned execute(DesignClone clone, JobContext context) throws SQLException {
    if (!designs.exists(clone.designId()) || !designs.exists(clone.cloneId())) {
      throw new PermanentJobException("The design, or its clone, has been deleted.");
    }
    int total = designs.items(clone.designId());
    int before = designs.items(clone.cloneId());
    context.log().info("Copying", Map.of("items", total, "alreadyCopied", before));
    int copied = before;
    while (true) {
      context.checkCancelled();
      int more = designs.copyItems(clone.designId(), clone.cloneId(), clone.chunkSize());
      if (more == 0) {
        break;
      }
      copied += more;
      context.progress(
          Math.min(99, 100 * copied / Math.max(1, total)), copied + " of " + total + " items");
    }
    designs.complete(clone.cloneId());
    return new DesignCloned(
        designs.items(clone.cloneId()), copied - before, designs.models(clone.cloneId()));
  }
}
