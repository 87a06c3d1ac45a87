package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares the cursor of a handler: a record that says how far a long loop has got. The handler
 * saves it as often as it likes, and the next attempt continues from there:
 *
 * <pre>{@code
 * @JobType("catalog.import")
 * @ResumesFrom(ImportPosition.class)
 * public class CatalogImportHandler implements JobHandler<CatalogImport, Void> {
 *
 *   @Override
 *   public Void execute(CatalogImport catalog, JobContext context) throws Exception {
 *     var steps = CatalogImportSteps.of(this, context);
 *     long line = steps.cursor().map(ImportPosition::line).orElse(0L);
 *     for (; line < lines; line++) {
 *       importLine(line);
 *       steps.saveCursor(new ImportPosition(line + 1));
 *     }
 *     return null;
 *   }
 * }
 * }</pre>
 *
 * <p>Saving is cheap: cursors are sent a few times a second, and always before the attempt ends. If
 * the worker is shutting down, {@code saveCursor} does not return: the job continues from this
 * cursor on another worker, and no attempt is counted.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface ResumesFrom {

  /** The record; its components are declared as those of a payload. */
  Class<?> value();
}
