package dev.tenon.jobs.cli;

import dev.tenon.jobs.cli.generate.GenerateException;
import dev.tenon.jobs.cli.generate.GeneratedFile;
import dev.tenon.jobs.cli.generate.Language;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tenon generate}, which needs a build and no database. */
@Command(
    name = "generate",
    description = {
      "Write the types, validators and submit functions of a module's job types, in TypeScript or"
          + " Python, for the clients @tenon/jobs and tenon_jobs."
    })
final class GenerateCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "LANGUAGE",
      description = "Language of the code: typescript or python")
  private Language language;

  @Parameters(
      index = "1..*",
      paramLabel = "BUILD",
      arity = "1..*",
      description =
          "The build: its jars, its class folders, or its files META-INF/tenon/*.schemas.json")
  private List<Path> build;

  @Option(
      names = "--module",
      paramLabel = "NAME",
      description = "Name of the module, without its package, if the build has several")
  private @Nullable String module;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description =
          "Name of a job type to write. Can be given more than once. Default: all types of the"
              + " module")
  private List<String> types = new ArrayList<>();

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description =
          "Folder of the file, which has the name of the module. Default: standard output")
  private @Nullable Path folder;

  @Option(
      names = "--check",
      description =
          "Write nothing. The exit code is 1 if the file in --output is not what would be written.")
  private boolean isCheck;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  GenerateCommand() {}

  @Override
  public Integer call() {
    Path output = folder;
    if (isCheck && output == null) {
      throw Failure.usage("--check works only with --output, the folder of the file to check.");
    }
    GeneratedFile generated = generate(ModuleFiles.find(build, module));
    PrintWriter out = spec.commandLine().getOut();
    if (output == null) {
      out.print(generated.content());
      return 0;
    }
    Path file = output.resolve(generated.name());
    if (isCheck) {
      check(file, generated.content());
    } else {
      write(output, file, generated.content());
      out.println(Text.safe("Wrote " + file));
    }
    return 0;
  }

  private GeneratedFile generate(ModuleFiles files) {
    try {
      return language.generate(files.schemas(), files.description(), types);
    } catch (GenerateException e) {
      throw Failure.of(String.valueOf(e.getMessage()));
    }
  }

  private static void write(Path output, Path file, String content) {
    try {
      Files.createDirectories(output);
      Files.writeString(file, content);
    } catch (IOException e) {
      throw Failure.of("Cannot write %s: %s".formatted(file, Failure.rootMessage(e)));
    }
  }

  private static void check(Path file, String expected) {
    if (!Files.exists(file)) {
      throw Failure.of("%s does not exist. Run the command without --check.".formatted(file));
    }
    String found;
    try {
      // Git may have changed the line breaks
      found = Files.readString(file).replace("\r\n", "\n");
    } catch (IOException e) {
      throw Failure.of("Cannot read %s: %s".formatted(file, Failure.rootMessage(e)));
    }
    if (!found.equals(expected)) {
      throw Failure.of(
          "%s is not what would be written: line %d differs. Run the command without --check."
              .formatted(file, firstDifference(found, expected)));
    }
  }

  private static int firstDifference(String found, String expected) {
    List<String> lines = expected.lines().toList();
    List<String> foundLines = found.lines().toList();
    int line = 0;
    while (line < lines.size()
        && line < foundLines.size()
        && lines.get(line).equals(foundLines.get(line))) {
      line++;
    }
    return line + 1;
  }
}
