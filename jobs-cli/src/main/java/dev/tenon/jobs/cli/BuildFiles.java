package dev.tenon.jobs.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Finds files of modules in a build: in files, folders, jars, and jars inside of jars. */
final class BuildFiles {

  private static final Pattern DESCRIPTION =
      Pattern.compile("(?:.*/)?META-INF/tenon/[^/]+\\.module\\.json");

  /** A jar of Spring Boot contains jars, and these contain none. */
  private static final int MAX_DEPTH = 2;

  /** A description of ten thousand types is smaller. */
  private static final int MAX_BYTES = 16 * 1024 * 1024;

  /**
   * A file of a build.
   *
   * @param place the paths of the jars that it is in, if any, and its own
   */
  record BuildFile(String place, String content) {}

  private final Pattern wanted;
  private final List<BuildFile> found = new ArrayList<>();

  private BuildFiles(Pattern wanted) {
    this.wanted = wanted;
  }

  /** The contents of the descriptions in these files and folders, each once. */
  static List<String> descriptions(List<Path> build) {
    Set<String> contents = new LinkedHashSet<>();
    for (Path path : build) {
      List<BuildFile> files = find(path, DESCRIPTION);
      if (files.isEmpty()) {
        throw Failure.of(
            "%s contains no META-INF/tenon/*.module.json, so it is not a build with job types, or was compiled with an earlier version of Tenon."
                .formatted(path));
      }
      files.forEach(file -> contents.add(file.content()));
    }
    return new ArrayList<>(contents);
  }

  /**
   * The files whose whole paths match, in the order of their paths. A path that is neither a folder
   * nor a jar is such a file, whatever its name is.
   */
  static List<BuildFile> find(Path path, Pattern wanted) {
    BuildFiles files = new BuildFiles(wanted);
    try {
      files.add(path);
    } catch (IOException e) {
      throw Failure.of("Cannot read %s: %s".formatted(path, Failure.rootMessage(e)));
    }
    return files.found;
  }

  private void add(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      try (Stream<Path> files = Files.walk(path)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          String name = file.toString().replace('\\', '/');
          if (isJar(name) || wanted.matcher(name).matches()) {
            add(file);
          }
        }
      }
    } else if (isJar(path.toString())) {
      try (InputStream jar = Files.newInputStream(path)) {
        addAll(jar, 1, path.toString());
      }
    } else {
      found.add(new BuildFile(path.toString().replace('\\', '/'), Files.readString(path)));
    }
  }

  private static boolean isJar(String name) {
    return name.endsWith(".jar") || name.endsWith(".war");
  }

  private void addAll(InputStream jar, int depth, String place) throws IOException {
    ZipInputStream entries = new ZipInputStream(jar);
    for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
      String inside = place + "!" + entry.getName();
      if (isJar(entry.getName()) && depth < MAX_DEPTH) {
        addAll(entries, depth + 1, inside);
      } else if (wanted.matcher(entry.getName()).matches()) {
        byte[] bytes = entries.readNBytes(MAX_BYTES);
        if (bytes.length == MAX_BYTES) {
          throw new IOException(entry.getName() + " is larger than 16 MB");
        }
        found.add(new BuildFile(inside, new String(bytes, StandardCharsets.UTF_8)));
      }
    }
  }
}
