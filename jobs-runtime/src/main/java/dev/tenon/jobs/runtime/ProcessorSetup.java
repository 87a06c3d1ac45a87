package dev.tenon.jobs.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Instructions to add the annotation processor to a build, for messages about missing generated
 * code.
 */
final class ProcessorSetup {

  private static final String FILE = "processor-setup.txt";

  private ProcessorSetup() {}

  /**
   * Explains why generated code may be missing, and what to add to a build to have it generated.
   */
  static String advice() {
    return "If this application declares job types with @JobType, then Tenon's annotation processor"
        + " did not run when they were compiled: from JDK 23 on, the compiler runs no processors by default. Add it to the build, and rebuild.\n\n"
        + snippets();
  }

  /** The lines to add to a build with Maven or with Gradle, with the current version of Tenon. */
  static String snippets() {
    try (InputStream file = ProcessorSetup.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new IllegalStateException(FILE + " is missing next to " + ProcessorSetup.class);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(FILE + " cannot be read.", e);
    }
  }
}
