package dev.tenon.jobs.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** How to add the annotation processor to a build, for messages about missing generated code. */
final class ProcessorSetup {

  private static final String FILE = "processor-setup.txt";

  private ProcessorSetup() {}

  /** Why generated code may be missing, and what to add to a build so that it is there. */
  static String advice() {
    return "If this application declares job types with @JobType, then Tenon's annotation processor"
        + " did not run when they were compiled: from JDK 23 on, the compiler runs none unless it is"
        + " told to. Add it to the build, and build again.\n\n"
        + snippets();
  }

  /** What to add to a build with Maven or with Gradle, in the current version of Tenon. */
  static String snippets() {
    try (InputStream file = ProcessorSetup.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new IllegalStateException(FILE + " is missing beside " + ProcessorSetup.class);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(FILE + " cannot be read.", e);
    }
  }
}
