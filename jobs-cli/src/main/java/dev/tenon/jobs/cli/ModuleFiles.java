package dev.tenon.jobs.cli;

import dev.tenon.jobs.cli.BuildFiles.BuildFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The two files of a module that code is written from.
 *
 * @param name the name of the module, without its package
 * @param schemas the content of {@code META-INF/tenon/NAME.schemas.json}
 * @param description the content of {@code META-INF/tenon/NAME.module.json}
 */
record ModuleFiles(String name, String schemas, String description) {

  private static final String SCHEMAS = ".schemas.json";
  private static final String DESCRIPTION = ".module.json";

  private static final Pattern WANTED =
      Pattern.compile("(?:.*/)?META-INF/tenon/[^/]+\\.(?:schemas|module)\\.json");

  /**
   * The files of a module in a build.
   *
   * @param module the name of the module; null if the build has only one
   */
  static ModuleFiles find(List<Path> build, @Nullable String module) {
    Map<String, String> contents = new LinkedHashMap<>();
    for (Path path : build) {
      for (Path each : withOther(path)) {
        for (BuildFile file : BuildFiles.find(each, WANTED)) {
          contents.put(file.place(), file.content());
        }
      }
    }
    Set<ModuleFiles> found = new LinkedHashSet<>();
    contents.forEach(
        (place, content) -> {
          if (place.endsWith(SCHEMAS)) {
            found.add(of(place, content, contents));
          }
        });
    return one(new ArrayList<>(found), module, build);
  }

  /** The path, and the other file of the module if it is one of the two. */
  private static List<Path> withOther(Path path) {
    String name = path.toString();
    if (name.endsWith(SCHEMAS)) {
      return List.of(path, Path.of(base(name, SCHEMAS) + DESCRIPTION));
    }
    return name.endsWith(DESCRIPTION)
        ? List.of(Path.of(base(name, DESCRIPTION) + SCHEMAS), path)
        : List.of(path);
  }

  private static String base(String name, String ending) {
    return name.substring(0, name.length() - ending.length());
  }

  private static ModuleFiles of(String place, String schemas, Map<String, String> contents) {
    String base = base(place, SCHEMAS);
    String description = contents.get(base + DESCRIPTION);
    if (description == null) {
      throw Failure.of(
          "There is no %s, which the annotation processor writes next to the schemas. The build was compiled with an earlier version of Tenon, or is not complete."
              .formatted(base + DESCRIPTION));
    }
    String name = base.substring(Math.max(base.lastIndexOf('/'), base.lastIndexOf('!')) + 1);
    return new ModuleFiles(name, schemas, description);
  }

  private static ModuleFiles one(
      List<ModuleFiles> found, @Nullable String module, List<Path> build) {
    Set<String> names = new TreeSet<>();
    found.forEach(each -> names.add(each.name()));
    if (found.isEmpty()) {
      throw Failure.of(
          "%s contains no META-INF/tenon/*.schemas.json, so it is not a build with job types."
              .formatted(String.join(", ", build.stream().map(Path::toString).toList())));
    }
    List<ModuleFiles> matching =
        found.stream().filter(each -> module == null || each.name().equals(module)).toList();
    if (matching.isEmpty()) {
      throw Failure.usage(
          "The build has no module '%s'. It has: %s.".formatted(module, String.join(", ", names)));
    }
    if (matching.size() > 1 && module == null) {
      throw Failure.usage(
          "The build has several modules: %s. Name one of them with --module, such as --module=%s."
              .formatted(String.join(", ", names), names.iterator().next()));
    }
    if (matching.size() > 1) {
      throw Failure.usage(
          "The build has several modules with the name '%s'. Pass only the jar or the folder of one of them."
              .formatted(module));
    }
    return matching.get(0);
  }
}
