package dev.tenon.jobs.processor;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jdt.core.compiler.batch.BatchCompiler;

/**
 * The result of a compilation with Eclipse's compiler and the processors.
 *
 * @param success whether there was no error
 * @param output its output
 */
record EclipseCompilation(boolean success, String output) {

  /** Compiles all sources below a directory into {@code classes} and {@code generated}. */
  static EclipseCompilation of(Path sources, Path into) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--release",
                "17",
                "-parameters",
                "-warn:none",
                "-cp",
                TestPath.join(TestPath.ofApplications()),
                "-processorpath",
                TestPath.join(TestPath.ofProcessors()),
                "-d",
                directory(into, "classes"),
                "-s",
                directory(into, "generated")));
    arguments.add(sources.toString());
    StringWriter output = new StringWriter();
    PrintWriter printer = new PrintWriter(output);
    boolean success =
        BatchCompiler.compile(arguments.toArray(new String[0]), printer, printer, null);
    return new EclipseCompilation(success, output.toString());
  }

  private static String directory(Path around, String name) {
    try {
      return Files.createDirectories(around.resolve(name)).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
