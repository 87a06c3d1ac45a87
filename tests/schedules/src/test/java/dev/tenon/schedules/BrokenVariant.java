package dev.tenon.schedules;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * A variant of a part with a race, which schedules must find. It is a file with what goes wrong,
 * the source file, and pieces of it: lines that begin with {@code -} are replaced by the lines with
 * {@code +} after them. Each piece must be in the source exactly once, so that a variant cannot
 * become outdated unnoticed.
 *
 * @param part the part
 * @param name the name, which says what the variant lacks
 * @param about what goes wrong without it
 * @param source the source file, below the runtime's package
 * @param changes the pieces
 */
record BrokenVariant(Part part, String name, String about, String source, List<Change> changes) {

  private static final Path FOLDER = Path.of("broken");
  private static final Path RUNTIME =
      Path.of("../../jobs-runtime/src/main/java/dev/tenon/jobs/internal");

  /** A piece of the source, and what replaces it. */
  record Change(String sound, String broken) {}

  /** Reads all variants. */
  static List<BrokenVariant> readAll() throws IOException {
    List<BrokenVariant> variants = new ArrayList<>();
    for (Part part : Part.values()) {
      try (Stream<Path> files = Files.list(FOLDER.resolve(part.code()))) {
        for (Path file : files.sorted().toList()) {
          variants.add(read(part, file));
        }
      }
    }
    return variants;
  }

  private static BrokenVariant read(Part part, Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<Change> changes = new ArrayList<>();
    StringBuilder sound = new StringBuilder();
    StringBuilder broken = new StringBuilder();
    for (String line : lines.subList(2, lines.size())) {
      if (line.startsWith("-")) {
        sound.append(line.substring(1)).append('\n');
      } else if (line.startsWith("+")) {
        broken.append(line.substring(1)).append('\n');
      } else if (!sound.isEmpty()) {
        changes.add(new Change(sound.toString(), broken.toString()));
        sound.setLength(0);
        broken.setLength(0);
      }
    }
    changes.add(new Change(sound.toString(), broken.toString()));
    return new BrokenVariant(
        part,
        file.getFileName().toString().replace(".txt", ""),
        lines.get(0),
        lines.get(1).replace("file: ", ""),
        changes);
  }

  /** Compiles it, and returns the folder with its classes. */
  Path compile() throws IOException {
    Path source = RUNTIME.resolve(this.source);
    String text = Files.readString(source);
    for (Change change : changes) {
      if (text.split(Pattern.quote(change.sound()), -1).length != 2) {
        throw new IllegalStateException(
            "%s is not exactly once in %s; change the broken variant %s of %s."
                .formatted(change.sound(), source, name, part));
      }
      text = text.replace(change.sound(), change.broken());
    }
    Path folder = Path.of("target/variants", part.code(), name).toAbsolutePath();
    Commands.delete(folder);
    Path copy = folder.resolve("source").resolve(source.getFileName());
    Files.createDirectories(copy.getParent());
    Files.writeString(copy, text);
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-nowarn",
                "-cp",
                runtime(),
                "-d",
                folder.toString(),
                copy.toString());
    if (code != 0) {
      throw new IllegalStateException(
          "The broken variant %s of %s does not compile.".formatted(name, part));
    }
    return folder;
  }

  /** Returns the class path without the stand-ins, which have only what the schedules need. */
  private static String runtime() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(place -> !place.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Override
  public String toString() {
    return part.code() + "/" + name;
  }
}
