package dev.tenon.jobs.processor.step;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
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
   * Writes a file.
   *
   * @param path the path of the file, such as {@code META-INF/tenon/x.json}
   * @param sources the elements that it was made of
   */
  void write(String path, String text, List<? extends Element> sources) {
    try (Writer writer =
        filer
            .createResource(
                StandardLocation.CLASS_OUTPUT, "", path, sources.toArray(new Element[0]))
            .openWriter()) {
      writer.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + path, e);
    }
  }
}
