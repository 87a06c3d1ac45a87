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

/**
 * Finds the descriptions of modules in a build: in files, folders, jars, and jars inside of jars.
 */
final class BuildFiles {

  private static final Pattern DESCRIPTION =
      Pattern.compile("(?:.*/)?META-INF/tenon/[^/]+\\.module\\.json");

  /** A jar of Spring Boot contains jars, and these contain none. */
  private static final int MAX_DEPTH = 2;

  /** A description of ten thousand types is smaller. */
  private static final int MAX_BYTES = 16 * 1024 * 1024;

  private BuildFiles() {}

  /** The contents of the descriptions in these files and folders, each once. */
  static List<String> descriptions(List<Path> build) {
    Set<String> found = new LinkedHashSet<>();
    for (Path path : build) {
      int before = found.size();
      try {
        add(path, found);
      } catch (IOException e) {
        throw Failure.of("Cannot read %s: %s".formatted(path, Failure.rootMessage(e)));
      }
      if (found.size() == before) {
        throw Failure.of(
            "%s contains no META-INF/tenon/*.module.json, so it is not a build with job types, or was compiled with an earlier version of Tenon."
                .formatted(path));
      }
    }
    return new ArrayList<>(found);
  }

  private static void add(Path path, Set<String> found) throws IOException {
    if (Files.isDirectory(path)) {
      try (Stream<Path> files = Files.walk(path)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          String name = file.toString().replace('\\', '/');
          if (isJar(name) || DESCRIPTION.matcher(name).matches()) {
            add(file, found);
          }
        }
      }
    } else if (isJar(path.toString())) {
      try (InputStream jar = Files.newInputStream(path)) {
        addAll(jar, 1, found);
      }
    } else {
      found.add(Files.readString(path));
    }
  }

  private static boolean isJar(String name) {
    return name.endsWith(".jar") || name.endsWith(".war");
  }

  private static void addAll(InputStream jar, int depth, Set<String> found) throws IOException {
    ZipInputStream entries = new ZipInputStream(jar);
    for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
      if (isJar(entry.getName()) && depth < MAX_DEPTH) {
        addAll(entries, depth + 1, found);
      } else if (DESCRIPTION.matcher(entry.getName()).matches()) {
        byte[] bytes = entries.readNBytes(MAX_BYTES);
        if (bytes.length == MAX_BYTES) {
          throw new IOException(entry.getName() + " is larger than 16 MB");
        }
        found.add(new String(bytes, StandardCharsets.UTF_8));
      }
    }
  }
}
