package dev.tenon.jobs.processor.step;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.annotation.processing.Filer;
import javax.lang.model.element.Element;
import javax.tools.StandardLocation;

/** Writes files that are not sources to the class output. */
final class ClassOutput {

  private final Filer filer;

  ClassOutput(Filer filer) {
    this.filer = filer;
  }

  /**
   * Writes a file in UTF-8, whatever encoding the compiler uses for sources.
   *
   * @param path the path of the file, such as {@code META-INF/tenon/x.json}
   * @param sources the elements that it was made of
   */
  void write(String path, String text, List<? extends Element> sources) {
    try (OutputStream file =
        filer
            .createResource(
                StandardLocation.CLASS_OUTPUT, "", path, sources.toArray(new Element[0]))
            .openOutputStream()) {
      file.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + path, e);
    }
  }
}
